using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Gatekeeper.Signing.Keys.Lms;

/// <summary>
/// The line that says which index comes next. It stands in the index file and, in front of the PEM, in the key file:
/// <code>
/// gatekeeper-lms-index 1 KEYID NEXT MAC
/// </code>
/// NEXT is decimal without leading zeros, MAC 64 digits of lower-case hex. The MAC is by the key itself: it shows a line that was mistyped, mended by
/// hand or taken from another place. It cannot show an old line, which was true once.
/// </summary>
internal static class IndexLine
{
    private const string Head = "gatekeeper-lms-index 1 ";

    /// <summary>Where the line stands: a part of what the MAC covers.</summary>
    internal enum Place
    {
        /// <summary>The index file.</summary>
        IndexFile,

        /// <summary>The key file.</summary>
        KeyFile,
    }

    /// <summary>Writes the line, with its line feed.</summary>
    internal static string Write(Place place, string keyId, uint next, byte[] macKey) =>
        string.Create(CultureInfo.InvariantCulture, $"{Head}{keyId} {next} {Mac(place, keyId, next, macKey)}\n");

    /// <summary>Whether a text begins as such a line does.</summary>
    internal static bool Begins(string text) => text.StartsWith(Head, StringComparison.Ordinal);

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <returns>The next index; null when the line is of another key or place, changed or no such line.</returns>
    internal static uint? Read(Place place, string line, string keyId, byte[] macKey)
    {
        string[] words = line.Split(' ');
        return words.Length == 5
            && uint.TryParse(words[3], NumberStyles.None, CultureInfo.InvariantCulture, out uint next)
            && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(line), Encoding.UTF8.GetBytes(Write(place, keyId, next, macKey)))
            ? next
            : null;
    }

    private static string Mac(Place place, string keyId, uint next, byte[] macKey) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(macKey, Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{place} {keyId} {next}"))));
}
