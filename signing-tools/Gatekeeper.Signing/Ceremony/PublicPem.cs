using System.Formats.Asn1;
using System.Security.Cryptography;
using Gatekeeper.Release;

namespace Gatekeeper.Signing.Ceremony;

/// <summary>Public keys as every other program hands them out, <c>-----BEGIN PUBLIC KEY-----</c> (RFC 7468 §13), for keys whose private half this tool never sees.</summary>
internal static class PublicPem
{
    private const string Label = "PUBLIC KEY";
    private const string Ed25519 = "1.3.101.112"; // RFC 8410 §3
    private const string EllipticCurve = "1.2.840.10045.2.1"; // RFC 5480 §2.1.1
    private const string P256 = "1.2.840.10045.3.1.7";
    private const string P384 = "1.3.132.0.34";
    private const string Rsa = "1.2.840.113549.1.1.1"; // RFC 3279 §2.3.1

    /// <summary>Reads a key.</summary>
    /// <exception cref="FormatException">It is none, or one that devices refuse.</exception>
    internal static TufKey Read(string pem)
    {
        if (!PemEncoding.TryFind(pem, out PemFields fields) || pem[fields.Label] != Label)
        {
            throw new FormatException("it holds no PUBLIC KEY");
        }

        try
        {
            return Decode(Convert.FromBase64String(pem[fields.Base64Data]));
        }
        catch (Exception e) when (e is AsnContentException or ArgumentException)
        {
            throw new FormatException("devices do not know or refuse this key", e);
        }
    }

    private static TufKey Decode(byte[] der)
    {
        AsnReader file = new(der, AsnEncodingRules.DER);
        AsnReader info = file.ReadSequence();
        file.ThrowIfNotEmpty();
        AsnReader algorithm = info.ReadSequence();
        string name = algorithm.ReadObjectIdentifier();
        string curve = name == EllipticCurve ? algorithm.ReadObjectIdentifier() : "";
        byte[] key = info.ReadBitString(out _);
        info.ThrowIfNotEmpty();
        return (name, curve) switch
        {
            (Ed25519, _) => TufKey.Ed25519(key),
            (EllipticCurve, P256) => TufKey.EcdsaP256(key),
            (EllipticCurve, P384) => TufKey.EcdsaP384(key),
            (Rsa, _) => TufKey.RsaPss(key),
            _ => throw new FormatException($"it is a key of a kind that devices do not know ({(curve.Length > 0 ? curve : name)})"),
        };
    }
}
