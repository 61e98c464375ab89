using Gatekeeper.Release;

namespace Gatekeeper.Signing.Keys;

/// <summary>A key that signs, and its public half. Private keys exist in this project only; the device has none.</summary>
internal sealed class SigningKey : IDisposable
{
    private readonly PrivateKey _secret;

    /// <summary>Takes over an ed25519 private key of 32 bytes and erases it when disposed.</summary>
    internal SigningKey(byte[] seed)
        : this(new Ed25519PrivateKey(seed))
    {
    }

    /// <summary>Takes over <paramref name="secret"/> and disposes it when disposed.</summary>
    internal SigningKey(PrivateKey secret) => _secret = secret;

    /// <summary>The public key.</summary>
    internal TufKey Public => _secret.Public;

    /// <summary>Makes a key from the operating system's random numbers.</summary>
    internal static SigningKey Generate(KeyType type = KeyType.Ed25519) => new(PrivateKey.Generate(type));

    /// <summary>Signs as the public key's scheme says: FORMAT.md §4.2. What it gives was checked with the device's own verifier, so that a fault in the arithmetic, which can show the key, never leaves.</summary>
    /// <exception cref="InvalidOperationException">The signature is not valid.</exception>
    internal byte[] Sign(ReadOnlySpan<byte> message)
    {
        byte[] signature = _secret.Sign(message);
        return Public.Verify(message, signature) ? signature : throw new InvalidOperationException("a signature came out wrong; it is not used");
    }

    /// <summary>The encrypted PEM text.</summary>
    internal string ToPem(string passphrase, int iterations = EncryptedPkcs8.Iterations) => EncryptedPkcs8.Write(_secret, passphrase, iterations);

    /// <inheritdoc/>
    public void Dispose() => _secret.Dispose();
}
