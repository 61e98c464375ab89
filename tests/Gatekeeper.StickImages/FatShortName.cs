using System.Globalization;
using System.Text;

namespace Gatekeeper.StickImages;

/// <summary>The 8.3 name beside a long one (fatgen103 "The Basis-Name Generation Algorithm" and "The Numeric-Tail Generation Algorithm").</summary>
internal static class FatShortName
{
    private const string Marks = "$%'-_@~`!(){}^#&";

    /// <summary>Makes the name, unique among those taken, and says whether a long name is needed to keep what it loses.</summary>
    public static (byte[] Name, byte Reserved, bool NeedsLong) Of(string name, bool ntFlags, HashSet<string> taken)
    {
        int dot = name.LastIndexOf('.');
        string stem = dot > 0 ? name[..dot] : name;
        string extension = dot > 0 ? name[(dot + 1)..] : "";
        if (IsPlain(stem, 8) && extension.Length <= 3 && extension.All(IsAllowed) && (dot <= 0 || extension.Length > 0))
        {
            bool upper = !HasLower(stem) && !HasLower(extension);
            bool oneCase = !(HasLower(stem) && HasUpper(stem)) && !(HasLower(extension) && HasUpper(extension));
            if (upper || (ntFlags && oneCase))
            {
                int flags = (HasLower(stem) ? 0x08 : 0) | (HasLower(extension) ? 0x10 : 0);
                return (Take(stem, extension, taken), (byte)flags, false);
            }
        }

        string basis = Basis(stem, 8);
        string suffix = Basis(extension, 3);
        for (int n = 1; ; n++)
        {
            string tail = string.Create(CultureInfo.InvariantCulture, $"~{n}");
            string candidate = basis[..Math.Min(basis.Length, 8 - tail.Length)] + tail;
            if (!taken.Contains(Joined(candidate, suffix)))
            {
                return (Take(candidate, suffix, taken), 0, true);
            }
        }
    }

    private static bool IsPlain(string part, int length) => part.Length is > 0 && part.Length <= length && part.All(IsAllowed);

    private static bool IsAllowed(char c) => char.IsAsciiLetterOrDigit(c) || Marks.Contains(c, StringComparison.Ordinal);

    private static bool HasLower(string part) => part.Any(char.IsAsciiLetterLower);

    private static bool HasUpper(string part) => part.Any(char.IsAsciiLetterUpper);

    // Spaces and dots go, what the OEM character set does not have becomes "_".
    private static string Basis(string part, int length)
    {
        string all = string.Concat(part.Where(c => c is not (' ' or '.')).Select(c => IsAllowed(c) ? char.ToUpperInvariant(c) : '_'));
        return all[..Math.Min(all.Length, length)];
    }

    private static string Joined(string stem, string extension) => stem.ToUpperInvariant().PadRight(8) + extension.ToUpperInvariant().PadRight(3);

    private static byte[] Take(string stem, string extension, HashSet<string> taken)
    {
        string joined = Joined(stem, extension);
        return taken.Add(joined) ? Encoding.ASCII.GetBytes(joined) : throw new ArgumentException($"{joined} is there already");
    }
}
