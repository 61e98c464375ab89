using System.Buffers;
using System.Globalization;

namespace Gatekeeper.Release;

/// <summary>The names of a release file's entries (FORMAT.md §3). Names are compared with these, never used as paths.</summary>
public static class GkuNames
{
    private static readonly SearchValues<char> PartChars = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-");
    private static readonly SearchValues<char> PlainChars = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-_");

    /// <summary>The timestamp.</summary>
    public const string Timestamp = "metadata/timestamp.json";

    /// <summary>How a release document's target path ends: the path is <c>release.json</c> or <c>NAME.release.json</c>.</summary>
    public const string ReleaseSuffix = "release.json";

    /// <summary>Root <paramref name="version"/>.</summary>
    public static string Root(int version) => Invariant($"metadata/{version}.root.json");

    /// <summary>The snapshot of <paramref name="version"/>.</summary>
    public static string Snapshot(long version) => Invariant($"metadata/{version}.snapshot.json");

    /// <summary>The targets of <paramref name="version"/>.</summary>
    public static string Targets(long version) => Invariant($"metadata/{version}.targets.json");

    /// <summary>The delegated role <paramref name="role"/> of <paramref name="version"/>.</summary>
    public static string Delegated(long version, string role) => Invariant($"metadata/{version}.{role}.json");

    /// <summary>The target path in a release document's entry name, or an empty text where there is none. A claim, like the name itself.</summary>
    internal static string TargetPath(string releaseName)
    {
        int prefix = Release(new string('0', 64), "").Length;
        return releaseName.Length > prefix ? releaseName[prefix..] : "";
    }

    /// <summary>A release document by hash (lower-case hex) and target path.</summary>
    public static string Release(string sha256, string targetPath) => $"targets/{sha256}.{targetPath}";

    /// <summary>The chunk table of a slot part, by its hash.</summary>
    public static string Chunks(string sha256, string part) => $"targets/{sha256}.{part}.chunks";

    /// <summary>The software bill of materials (CycloneDX), by its hash.</summary>
    public static string Sbom(string sha256) => $"targets/{sha256}.sbom.cdx.json";

    /// <summary>The stored chunks of a slot part.</summary>
    public static string Payload(string part) => $"payload/{part}";

    /// <summary>Whether <paramref name="path"/> may be a release document's target path: letters, digits, <c>.</c>, <c>-</c> and <c>_</c>, ends in <see cref="ReleaseSuffix"/>, short enough for the entry's name.</summary>
    public static bool IsReleasePath(string path) =>
        path.Length <= UstarHeader.MaxNameBytes - 73 && IsPlain(path) && (path == ReleaseSuffix || path.EndsWith('.' + ReleaseSuffix, StringComparison.Ordinal));

    /// <summary>Whether <paramref name="part"/> may name a slot part: a lower-case letter, then up to 15 lower-case letters, digits or <c>-</c>.</summary>
    public static bool IsPart(string part) =>
        part.Length is >= 1 and <= 16 && char.IsAsciiLetterLower(part[0]) && !part.AsSpan().ContainsAnyExcept(PartChars);

    internal static bool IsPlain(ReadOnlySpan<char> text) =>
        text.Length > 0 && !text.ContainsAnyExcept(PlainChars);

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
