using System.Formats.Asn1;
using System.Security.Cryptography;
using Gatekeeper.Release;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Crypto.Signers;

namespace Gatekeeper.Signing.Keys;

/// <summary>An ed25519 private key (RFC 8032), as PKCS#8 by RFC 8410.</summary>
internal sealed class Ed25519PrivateKey : PrivateKey
{
    /// <summary>Bytes of the private key (RFC 8032 §5.1.5).</summary>
    internal const int SeedLength = 32;

    private readonly byte[] _seed;

    /// <summary>Takes over <paramref name="seed"/> and erases it when disposed.</summary>
    internal Ed25519PrivateKey(byte[] seed)
    {
        if (seed.Length != SeedLength)
        {
            throw new ArgumentException("an ed25519 private key has 32 bytes", nameof(seed));
        }

        _seed = seed;
        Public = TufKey.Ed25519(new Ed25519PrivateKeyParameters(seed, 0).GeneratePublicKey().GetEncoded());
    }

    /// <inheritdoc/>
    internal override TufKey Public { get; }

    /// <summary>The private key itself.</summary>
    internal ReadOnlySpan<byte> Seed => _seed;

    /// <summary>Reads what a PrivateKeyInfo says of an ed25519 key.</summary>
    internal static Ed25519PrivateKey Read(AsnReader algorithm, byte[] secret)
    {
        algorithm.ThrowIfNotEmpty(); // RFC 8410 §3: no parameters
        var key = new AsnReader(secret, AsnEncodingRules.DER); // RFC 8410 §7: an OCTET STRING inside the OCTET STRING
        byte[] seed = key.ReadOctetString();
        key.ThrowIfNotEmpty();
        return seed.Length == SeedLength ? new Ed25519PrivateKey(seed) : throw new FormatException("its private key is not 32 bytes");
    }

    /// <summary>Signs (pure ed25519): 64 bytes, the same for the same message.</summary>
    internal override byte[] Sign(ReadOnlySpan<byte> message)
    {
        var signer = new Ed25519Signer();
        signer.Init(true, new Ed25519PrivateKeyParameters(_seed, 0));
        signer.BlockUpdate(message.ToArray(), 0, message.Length);
        return signer.GenerateSignature();
    }

    /// <inheritdoc/>
    internal override byte[] ToPkcs8()
    {
        var key = new AsnWriter(AsnEncodingRules.DER);
        key.WriteOctetString(_seed);
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteInteger(0);
            using (writer.PushSequence())
            {
                writer.WriteObjectIdentifier("1.3.101.112");
            }

            writer.WriteOctetString(key.Encode());
        }

        return writer.Encode();
    }

    /// <inheritdoc/>
    public override void Dispose() => CryptographicOperations.ZeroMemory(_seed);
}
