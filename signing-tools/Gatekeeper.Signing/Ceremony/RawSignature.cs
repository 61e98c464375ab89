using System.Formats.Asn1;
using Gatekeeper.Release;

namespace Gatekeeper.Signing.Ceremony;

/// <summary>Signatures as other programs and devices hand them out, by scheme: what to ask for, and how to take it back.</summary>
internal static class RawSignature
{
    private const string P256 = "ecdsa-sha2-nistp256";
    private const string P384 = "ecdsa-sha2-nistp384";
    private const string Rsa = "rsassa-pss-sha256";
    private const string Hybrid = "x-ed25519+lms";

    /// <summary>What a signature of this scheme is, in words (FORMAT.md §4.2).</summary>
    internal static string Expected(string scheme) => scheme switch
    {
        "ed25519" => "64 bytes (RFC 8032), over the file itself and not over a hash of it",
        P256 => "DER of r and s, or r and s back to back in 64 bytes, over the SHA-256 of the file",
        P384 => "DER of r and s, or r and s back to back in 96 bytes, over the SHA-384 of the file",
        Rsa => "RSASSA-PSS as long as the modulus, with SHA-256, MGF1 with SHA-256 and 32 bytes of salt",
        Hybrid => "an Ed25519 signature (64 bytes) and the LMS signature (RFC 8554) right behind it, both over the file itself",
        _ => "a signature of a scheme that devices do not know; they do not count it",
    };

    /// <summary>How the <c>openssl</c> program makes one, or null where it cannot.</summary>
    internal static string? OpenSsl(string scheme, string input, string output) => scheme switch
    {
        "ed25519" => $"openssl pkeyutl -sign -rawin -inkey KEY -in {input} -out {output}",
        P256 => $"openssl dgst -sha256 -sign KEY -out {output} {input}",
        P384 => $"openssl dgst -sha384 -sign KEY -out {output} {input}",
        Rsa => $"openssl dgst -sha256 -sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:32 -sign KEY -out {output} {input}",
        _ => null,
    };

    /// <summary>The signature as metadata holds it.</summary>
    /// <param name="key">Whose it should be.</param>
    /// <param name="message">What was signed.</param>
    /// <param name="raw">What came back.</param>
    /// <param name="file">Where it came from.</param>
    /// <exception cref="ToolException">It is not valid in any form that the scheme has.</exception>
    internal static byte[] Take(TufKey key, ReadOnlySpan<byte> message, byte[] raw, string file)
    {
        if (key.Verify(message, raw))
        {
            return raw;
        }

        // PKCS#11 devices give r and s back to back (PKCS#11 3.0 §2.3.1); metadata holds DER.
        int half = key.Scheme switch { P256 => 32, P384 => 48, _ => 0 };
        if (half > 0 && raw.Length == 2 * half && Der(raw.AsSpan(0, half), raw.AsSpan(half)) is var der && key.Verify(message, der))
        {
            return der;
        }

        throw new ToolException(ExitCode.Signatures, $"{file} ({raw.Length} bytes) is not a valid signature by this key over this file", $"{key.Scheme} wants {Expected(key.Scheme)}");
    }

    private static byte[] Der(ReadOnlySpan<byte> r, ReadOnlySpan<byte> s)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteIntegerUnsigned(Shortest(r));
            writer.WriteIntegerUnsigned(Shortest(s));
        }

        return writer.Encode();
    }

    private static ReadOnlySpan<byte> Shortest(ReadOnlySpan<byte> number)
    {
        ReadOnlySpan<byte> digits = number.TrimStart((byte)0);
        return digits.IsEmpty ? [0] : digits;
    }
}
