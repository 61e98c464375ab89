using Gatekeeper.Release;
using Gatekeeper.Stick.Tests.FileSystems.Images;

namespace Gatekeeper.Stick.Tests.FileSystems.Hostile;

/// <summary>FAT names: long ones whose parts do not belong together, and characters that mean something somewhere else.</summary>
internal static class BrokenFatNames
{
    private const Refusal NoRelease = Refusal.NoRelease;

    private static readonly string[] Tricks =
    [
        "../../etc/a.gku", "..\\a.gku", "a/b.gku", "/a.gku", "C:a.gku", "a.gku\n", "a\nb.gku", "a\u001b[31m.gku", "a\u0007.gku", "a\u202Eukg.gku", "a\u200F.gku", "\uFEFFa.gku", "a\u200B.gku", "\uFF41.gku", "a\u0301.gku",
        "\uD800.gku", "\uDFFF.gku", "a%00.gku", "a$(x).gku", "a`x`.gku", "a;b.gku", "a|b.gku", "a*.gku", "a?.gku", "\"a\".gku", "a<b>.gku", ".gku", "..gku", "a.gku:stream", "a.gku.", "a.gku ", "a.gku.1", "a.gku.100", "a.gku.02", "a.GKU.2.gkr.2",
        "\u0130.gku", "a.g\u212Au", "\u4e2d\u6587.gku", "{0}.gku", "a\u0085.gku", "a\u2028.gku",
    ];

    public static IEnumerable<HostileImage> All =>
    [
        .. Tricks.Select(name => new HostileImage($"long name {Escaped(name)}", NoRelease, () => Named(name))),
        new("long name of 129 characters", NoRelease, () => Named(new string('a', 125) + ".gku")),
        new("long name of 255 characters", NoRelease, () => Named(new string('a', 251) + ".gku")),
        new("long name CON.gku, a device elsewhere", null, () => Named("CON.gku")),
        new("long name -rf.gku", null, () => Named("-rf.gku")),

        // A long name that breaks a rule is nobody's: the short one counts, and that is a release here.
        Parts("long name with another checksum", parts => Each(parts, p => p[13] ^= 1)),
        Parts("long name with one other checksum", parts => parts[1][13] ^= 1),
        Parts("long name without its last part", parts => parts[0][0] &= 0xBF),
        Parts("long name that begins anew: the later one counts, and is no release", parts => parts[1][0] |= 0x40, NoRelease),
        Parts("long name in the wrong order", parts => (parts[0], parts[1]) = (parts[1], parts[0])),
        Parts("long name with a part twice", parts => parts[1] = parts[0]),
        Parts("long name with part 0", parts => parts[^1][0] = 0x40),
        Parts("long name with part 21", parts => parts[0][0] = 0x40 | 21),
        Parts("long name with part 63", parts => parts[0][0] = 0x7F),
        Parts("long name of another type", parts => parts[0][12] = 1),
        Parts("long name with a cluster", parts => parts[0][26] = 5),
        Parts("long name with a part deleted", parts => parts[1][0] = 0xE5),
        Parts("long name with characters behind its end: it counts, and is no release", parts => parts[0][30] = (byte)'x', NoRelease),
        Parts("long name of spaces and an end in each part", parts => Each(parts, p => p.AsSpan(1, 10).Clear())),
        new("long name and no entry behind it", NoRelease, () => OnlyParts()),
        new("long name of 20 parts, then the end", NoRelease, () => Root([.. FatImage.LongEntries(new string('a', 255), new byte[11])])),
        new("long names only, the directory is full of them", NoRelease, () => FullOfParts()),
        .. Shorts.Select(s => new HostileImage($"short name {Escaped(s.Name)}, attributes {s.Attributes:X2}", s.Expected, () => Root(FatImage.ShortEntry(s.Name, s.Attributes, 0, 0)))),
        new("two releases of one name", Refusal.FileSystemDamaged, () => Root(FatImage.ShortEntry("A       GKU", 0x20, 0, 0), FatImage.ShortEntry("A       GKU", 0x20, 0, 0))),
        new("two releases of one name but for case", Refusal.FileSystemDamaged, () => Root([FatImage.ShortEntry("A       GKU", 0x20, 0, 0), .. Long("a.gku", "B       GKU")])),
        new("a release more than the limit", Refusal.FileSystemDamaged, () => Root([.. Enumerable.Range(0, Limits.MaxReleaseFiles + 1).Select(i => FatImage.ShortEntry($"A{i:D3}    GKU", 0x20, 0, 0))])),
        new("deleted releases only", NoRelease, () => Root(FatImage.ShortEntry("\u00e5ELEASE GKU", 0x20, 0, 0))),
        new("entry behind the end of the directory", NoRelease, () => Root(new byte[32], FatImage.ShortEntry("RELEASE GKU", 0x20, 0, 0))),
        new("label that looks like a release", NoRelease, () => Root(FatImage.ShortEntry("RELEASE GKU", 0x08, 0, 0))),
        new("release folder that is a file", NoRelease, () => Root([.. Long("gatekeeper", "GATEKE~1   ")])),
    ];

    private static readonly (string Name, byte Attributes, Refusal? Expected)[] Shorts =
    [
        (".          ", 0x10, NoRelease), ("..         ", 0x10, NoRelease), ("..      GKU", 0x20, NoRelease), ("A/B     GKU", 0x20, NoRelease), ("A\\B     GKU", 0x20, NoRelease), ("A\0B     GKU", 0x20, NoRelease), ("A\u001bB     GKU", 0x20, NoRelease),
        ("\u0005BC     GKU", 0x20, NoRelease), (" BC     GKU", 0x20, null), ("A B     GKU", 0x20, null), ("A.B     GKU", 0x20, null), ("a       gku", 0x20, null), ("           ", 0x20, NoRelease), ("        GKU", 0x20, NoRelease),
        ("A       GKU", 0x18, NoRelease), ("A       GKU", 0x10, NoRelease), ("A       GKU", 0xFF, NoRelease), ("A       GKU", 0xC7, null), ("A\u007f      GKU", 0x20, NoRelease), ("\u0080       GKU", 0x20, NoRelease),
    ];

    private static HostileImage Parts(string name, Action<byte[][]> change, Refusal? expected = null) => new(name, expected, () =>
    {
        byte[][] entries = [.. Long("pm200 release 4.2.1 for the ward.txt", "PM200R~1GKU")];
        byte[][] parts = entries[..^1];
        change(parts);
        return Root([.. parts, entries[^1]]);
    });

    private static void Each(byte[][] parts, Action<byte[]> change) => Array.ForEach(parts, change);

    private static MemoryStick Named(string name) => Root([.. Long(name, "OTHER   TXT")]);

    private static IEnumerable<byte[]> Long(string name, string shortName)
    {
        byte[] entry = FatImage.ShortEntry(shortName, 0x20, 0, 0);
        return [.. FatImage.LongEntries(name, entry.AsSpan(0, 11)), entry];
    }

    private static MemoryStick OnlyParts() => Root([.. Long("release.gku", "A       TXT").SkipLast(1)]);

    private static MemoryStick FullOfParts()
    {
        FatImage image = FatImage.Of(16);
        for (int at = image.RootOffset; at < image.DataOffset; at += 32)
            FatImage.LongEntries("release.gku", new byte[11])[0].CopyTo(image.Bytes, at);
        return image.Stick;
    }

    /// <summary>A FAT16 volume with these entries alone in its root directory; all files are empty.</summary>
    private static MemoryStick Root(params byte[][] entries)
    {
        FatImage image = FatImage.Of(16);
        image.Bytes.AsSpan(image.RootOffset, image.DataOffset - image.RootOffset).Clear();
        for (int i = 0; i < entries.Length; i++)
            entries[i].CopyTo(image.Bytes, image.RootOffset + (32 * i));
        return image.Stick;
    }

    private static string Escaped(string text) => string.Concat(text.Select(c => c is >= ' ' and <= '~' and not '|' and not '`' ? $"{c}" : $"\\u{(int)c:X4}"));
}
