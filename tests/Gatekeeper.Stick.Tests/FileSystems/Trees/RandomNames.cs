using System.Globalization;

namespace Gatekeeper.Stick.Tests.FileSystems.Trees;

/// <summary>Names as people give them, no two alike on one stick whatever their case.</summary>
/// <param name="random">Where they come from.</param>
/// <param name="forMtools">
/// No "~", because mtools looks such a name up among the 8.3 names alone and does not find it; no characters outside its code page 850, because an
/// 8.3 name with one gets no long name from it and is not found again.
/// </param>
internal sealed class RandomNames(Random random, bool forMtools)
{
    private const string Plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    private const string Marks = "  ..__--++()~";
    private const string Refused = "\u00e4\u00d6\u00e9\u0436\u4e2d\u0301,;=@#&'!%{}^";

    private static readonly string[] NearMisses =
        [".gku.txt", ".gku~", ".gku.0", ".gku.1", ".gku.100", ".gku.02", ".gkr.2", ".gk", ".gkux", ".GKU.part", ".gku.", ".gku.2.3", "gku", ".jpg", ".TXT", "", ".tar.gz"];

    private readonly HashSet<string> taken = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Ends like a release; most are accepted, some have a character or a start that is not.</summary>
    public string Release() => Distinct(() =>
    {
        string end = random.Next(6) switch { 0 => ".GKU", 1 => ".gku.2", 2 => ".Gku.17", 3 => ".gkr", _ => ".gku" };
        string start = random.Next(8) switch { 0 => ".", 1 => "._", 2 => $"{Refused[random.Next(Refused.Length)]}", _ => "" };
        return start + Stem(random.Next(12) == 0 ? 140 : random.Next(2) == 0 ? 8 : 40) + end;
    });

    /// <summary>Any other file.</summary>
    public string Other() => Distinct(() => Stem(random.Next(20) == 0 ? 120 : 20) + NearMisses[random.Next(NearMisses.Length)]);

    /// <summary>A folder.</summary>
    public string Folder() => Distinct(() => Stem(14));

    private string Distinct(Func<string> make)
    {
        // Both file systems end names neither with a dot nor with a space (fatgen103 "Name limits").
        string name = Allowed(make());
        while (name.Trim('.', ' ').Length == 0 || !taken.Add(name))
            name = random.Next().ToString(CultureInfo.InvariantCulture) + Allowed(make());
        return name;
    }

    private string Allowed(string name) => (forMtools ? name.Replace('~', '+').Replace('\u0436', '\u00e4').Replace('\u0416', '\u00c4').Replace('\u4e2d', '\u00f1').Replace('\u0301', '\u00b4') : name)
        .TrimEnd('.', ' ');

    private string Stem(int most)
    {
        int length = random.Next(1, most + 1);
        char[] stem = new char[length];
        bool upper = random.Next(3) == 0;
        for (int i = 0; i < length; i++)
        {
            string from = random.Next(40) == 0 ? Refused : i > 0 && random.Next(8) == 0 ? Marks : Plain;
            stem[i] = upper ? char.ToUpperInvariant(from[random.Next(from.Length)]) : from[random.Next(from.Length)];
        }

        return new string(stem);
    }
}
