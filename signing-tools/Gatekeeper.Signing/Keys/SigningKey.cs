using System.Security.Cryptography;
using Gatekeeper.Release;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Crypto.Signers;

namespace Gatekeeper.Signing.Keys;

/// <summary>An ed25519 private key in memory (RFC 8032). Private keys exist in this project only; the device has none.</summary>
internal sealed class SigningKey : IDisposable
{
    private readonly byte[] _seed;

    /// <summary>Takes over <paramref name="seed"/> and erases it when disposed.</summary>
    internal SigningKey(byte[] seed)
    {
        if (seed.Length != EncryptedPkcs8.SeedLength)
        {
            throw new ArgumentException("an ed25519 private key has 32 bytes", nameof(seed));
        }

        _seed = seed;
        Public = TufKey.Ed25519(new Ed25519PrivateKeyParameters(seed, 0).GeneratePublicKey().GetEncoded());
    }

    /// <summary>The public key.</summary>
    internal TufKey Public { get; }

    /// <summary>Makes a key from the operating system's random numbers.</summary>
    internal static SigningKey Generate() => new(RandomNumberGenerator.GetBytes(EncryptedPkcs8.SeedLength));

    /// <summary>Signs (pure ed25519): 64 bytes, the same for the same message.</summary>
    internal byte[] Sign(ReadOnlySpan<byte> message)
    {
        var signer = new Ed25519Signer();
        signer.Init(true, new Ed25519PrivateKeyParameters(_seed, 0));
        signer.BlockUpdate(message.ToArray(), 0, message.Length);
        return signer.GenerateSignature();
    }

    /// <summary>The encrypted PEM text.</summary>
    internal string ToPem(string passphrase) => EncryptedPkcs8.Write(_seed, passphrase);

    /// <inheritdoc/>
    public void Dispose() => CryptographicOperations.ZeroMemory(_seed);
}
