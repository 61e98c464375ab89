using System.Security.Cryptography;

namespace Gatekeeper.Release.Tuf;

/// <summary>The hashes that metadata states of a file (TUF 1.0.34 §4.4 and §4.5, HASHES): SHA-256 and SHA-512 are known; others are passed over, for they are checked beside a known one or not at all.</summary>
internal static class FileHashes
{
    /// <summary>Reads the object. A release file must state <c>sha256</c> (R-44); a repository may state either or none that is known.</summary>
    public static (string? Sha256, string? Sha512) Parse(JsonFields hashes, TufProfile profile) => profile == TufProfile.Device
        ? (hashes.Hex("sha256", 32), hashes.Has("sha512") ? hashes.Hex("sha512", 64) : null)
        : (Any(hashes, "sha256", 32), Any(hashes, "sha512", 64));

    /// <summary>Whether <paramref name="file"/> has every stated hash. True when none is stated.</summary>
    public static bool Match(string? sha256, string? sha512, ReadOnlySpan<byte> file) =>
        (sha256 is null || sha256 == Hex.Of(SHA256.HashData(file))) && (sha512 is null || sha512 == Hex.Of(SHA512.HashData(file)));

    private static string? Any(JsonFields hashes, string kind, int bytes)
    {
        if (!hashes.Has(kind))
        {
            return null;
        }

        string value = hashes.Text(kind);
        return value.Length == bytes * 2 && value.All(char.IsAsciiHexDigit) ? value.ToLowerInvariant() : throw hashes.Bad(kind, "a hash in hex");
    }
}
