using System.Formats.Asn1;
using System.Security.Cryptography;
using Gatekeeper.Signing.Keys.Lms;

namespace Gatekeeper.Signing.Keys;

/// <summary>A private key in memory, of one of the types that devices know. Erased when disposed.</summary>
internal abstract class PrivateKey : Signer
{
    private const string Ed25519 = "1.3.101.112"; // RFC 8410 §3
    private const string EllipticCurve = "1.2.840.10045.2.1"; // RFC 5480 §2.1.1
    private const string Rsa = "1.2.840.113549.1.1.1"; // RFC 3279 §2.3.1

    /// <summary>The key as PrivateKeyInfo (RFC 5958 §2), not encrypted: who calls this erases it.</summary>
    internal abstract byte[] ToPkcs8();

    /// <summary>Makes a key from the operating system's random numbers.</summary>
    internal static PrivateKey Generate(KeyType type) => type switch
    {
        KeyType.Ed25519 => new Ed25519PrivateKey(RandomNumberGenerator.GetBytes(Ed25519PrivateKey.SeedLength)),
        KeyType.EcdsaP256 => new EcdsaPrivateKey(ECDsa.Create(ECCurve.NamedCurves.nistP256)),
        KeyType.EcdsaP384 => new EcdsaPrivateKey(ECDsa.Create(ECCurve.NamedCurves.nistP384)),
        KeyType.Rsa3072 => new RsaPrivateKey(RSA.Create(3072)),
        KeyType.Rsa4096 => new RsaPrivateKey(RSA.Create(4096)),
        KeyType.Ed25519Lms => throw new ArgumentException("it needs a height", nameof(type)),
        _ => throw new ArgumentOutOfRangeException(nameof(type)),
    };

    /// <summary>Reads a PrivateKeyInfo.</summary>
    /// <exception cref="AsnContentException">It is none: noise, when it was decrypted with a wrong passphrase.</exception>
    /// <exception cref="FormatException">A key of another kind, or one that devices refuse.</exception>
    internal static PrivateKey Read(byte[] pkcs8)
    {
        var file = new AsnReader(pkcs8, AsnEncodingRules.DER);
        AsnReader info = file.ReadSequence();
        file.ThrowIfNotEmpty();
        if (!info.TryReadInt32(out int version) || version is not (0 or 1))
        {
            throw new AsnContentException("version"); // RFC 5958 §2: v1 and v2; anything else is noise
        }

        AsnReader algorithm = info.ReadSequence();
        string name = algorithm.ReadObjectIdentifier();
        byte[] secret = info.ReadOctetString();
        try
        {
            return name switch
            {
                Ed25519 => Ed25519PrivateKey.Read(algorithm, secret),
                EllipticCurve => EcdsaPrivateKey.Read(pkcs8),
                Rsa => RsaPrivateKey.Read(pkcs8),
                Ed25519LmsPrivateKey.Algorithm => Ed25519LmsPrivateKey.Read(algorithm, secret),
                _ => throw new FormatException($"it is a key of a kind that devices do not know ({name})"),
            };
        }
        catch (CryptographicException)
        {
            throw new FormatException("its private key is broken");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secret);
        }
    }
}
