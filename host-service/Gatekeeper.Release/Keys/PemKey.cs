using System.Buffers;

namespace Gatekeeper.Release.Keys;

/// <summary>
/// Reads the PEM text of a public key (RFC 7468 §13): the label <c>PUBLIC KEY</c>, base64 in lines of any length, one line feed
/// or none at the end. Stricter than RFC 7468 asks: nothing before, behind or between.
/// </summary>
internal static class PemKey
{
    private const string Begin = "-----BEGIN PUBLIC KEY-----\n";
    private const string End = "\n-----END PUBLIC KEY-----";
    private static readonly SearchValues<char> Base64Chars = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=\n");

    /// <summary>The DER bytes inside.</summary>
    /// <exception cref="RefusedException"><see cref="Refusal.MetadataMalformed"/>: not exactly this form, or longer than <see cref="Limits.MaxKeyPemChars"/> (R-70).</exception>
    public static byte[] Read(string pem)
    {
        if (pem.Length > Limits.MaxKeyPemChars)
        {
            throw Refused("a PEM longer than MaxKeyPemChars");
        }

        string body = pem.EndsWith('\n') ? pem[..^1] : pem;
        if (body.Length < Begin.Length + End.Length || !body.StartsWith(Begin, StringComparison.Ordinal) || !body.EndsWith(End, StringComparison.Ordinal))
        {
            throw Refused("not a PEM with the label PUBLIC KEY");
        }

        string lines = body[Begin.Length..^End.Length];
        if (lines.AsSpan().ContainsAnyExcept(Base64Chars) || lines.Split('\n').Any(line => line.Length == 0))
        {
            throw Refused("its PEM has something beside lines of base64");
        }

        // The framework forgives bits behind the last byte; written back, they show.
        string base64 = lines.Replace("\n", "", StringComparison.Ordinal);
        byte[] der = new byte[base64.Length];
        return Convert.TryFromBase64String(base64, der, out int length) && Convert.ToBase64String(der.AsSpan(0, length)) == base64
            ? der[..length]
            : throw Refused("its PEM is not base64");
    }

    /// <summary>The text every TUF tool writes: lines of 64 characters, a line feed at the end.</summary>
    public static string Write(ReadOnlySpan<byte> der)
    {
        string base64 = Convert.ToBase64String(der);
        IEnumerable<string> lines = base64.Chunk(64).Select(line => new string(line));
        return $"{Begin}{string.Join('\n', lines)}{End}\n";
    }

    private static RefusedException Refused(string what) => new(Refusal.MetadataMalformed, $"key: {what}");
}
