using System.Security.Cryptography;
using Gatekeeper.Release;

namespace Gatekeeper.Signing.Keys;

/// <summary>An ECDSA private key on P-256 or P-384. Signed by the system's OpenSSL, whose arithmetic does not show the key in its timing; the nonce is random, so two signatures over one message differ.</summary>
internal sealed class EcdsaPrivateKey : PrivateKey
{
    private const string P256 = "1.2.840.10045.3.1.7"; // RFC 5480 §2.1.1.1
    private const string P384 = "1.3.132.0.34";

    private readonly ECDsa _key;
    private readonly HashAlgorithmName _hash;

    /// <summary>Takes over <paramref name="key"/>.</summary>
    /// <exception cref="FormatException">It is on another curve.</exception>
    internal EcdsaPrivateKey(ECDsa key)
    {
        _key = key;
        ECParameters parameters = key.ExportParameters(includePrivateParameters: false);
        byte[] point = [4, .. parameters.Q.X!, .. parameters.Q.Y!];
        (Public, _hash) = (parameters.Curve.IsNamed ? parameters.Curve.Oid.Value : null) switch
        {
            P256 => (TufKey.EcdsaP256(point), HashAlgorithmName.SHA256),
            P384 => (TufKey.EcdsaP384(point), HashAlgorithmName.SHA384),
            _ => throw new FormatException("it is on another curve than P-256 and P-384"),
        };
    }

    /// <inheritdoc/>
    internal override TufKey Public { get; }

    /// <summary>Reads a PrivateKeyInfo.</summary>
    internal static EcdsaPrivateKey Read(ReadOnlySpan<byte> pkcs8)
    {
        var key = ECDsa.Create();
        key.ImportPkcs8PrivateKey(pkcs8, out _);
        return new EcdsaPrivateKey(key);
    }

    /// <summary>Signs: DER (RFC 3279 §2.2.3).</summary>
    internal override byte[] Sign(ReadOnlySpan<byte> message) => _key.SignData(message, _hash, DSASignatureFormat.Rfc3279DerSequence);

    /// <inheritdoc/>
    internal override byte[] ToPkcs8() => _key.ExportPkcs8PrivateKey();

    /// <inheritdoc/>
    public override void Dispose() => _key.Dispose();
}

/// <summary>An RSA private key for RSASSA-PSS with SHA-256. Signed by the system's OpenSSL; the salt is random, so two signatures over one message differ.</summary>
internal sealed class RsaPrivateKey : PrivateKey
{
    private readonly RSA _key;

    /// <summary>Takes over <paramref name="key"/>.</summary>
    /// <exception cref="FormatException">Devices refuse such a key.</exception>
    internal RsaPrivateKey(RSA key)
    {
        _key = key;
        try
        {
            Public = TufKey.RsaPss(key.ExportRSAPublicKey());
        }
        catch (ArgumentException e)
        {
            throw new FormatException("devices refuse this RSA key", e);
        }
    }

    /// <inheritdoc/>
    internal override TufKey Public { get; }

    /// <summary>Reads a PrivateKeyInfo.</summary>
    internal static RsaPrivateKey Read(ReadOnlySpan<byte> pkcs8)
    {
        var key = RSA.Create();
        key.ImportPkcs8PrivateKey(pkcs8, out _);
        return key.KeySize is >= Limits.MinRsaBits and <= Limits.MaxRsaBits
            ? new RsaPrivateKey(key)
            : throw new FormatException($"it is an RSA key of {key.KeySize} bits, devices take {Limits.MinRsaBits} to {Limits.MaxRsaBits}");
    }

    /// <summary>Signs; the salt is as long as the hash, 32 bytes (RFC 8017 §9.1.1).</summary>
    internal override byte[] Sign(ReadOnlySpan<byte> message) => _key.SignData(message, HashAlgorithmName.SHA256, RSASignaturePadding.Pss);

    /// <inheritdoc/>
    internal override byte[] ToPkcs8() => _key.ExportPkcs8PrivateKey();

    /// <inheritdoc/>
    public override void Dispose() => _key.Dispose();
}
