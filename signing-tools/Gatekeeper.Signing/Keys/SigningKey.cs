using Gatekeeper.Release;

namespace Gatekeeper.Signing.Keys;

/// <summary>A key that signs, and its public half. Private keys exist in this project only; the device has none.</summary>
internal sealed class SigningKey : IDisposable
{
    private readonly Signer _signer;

    /// <summary>Takes over an ed25519 private key of 32 bytes and erases it when disposed.</summary>
    internal SigningKey(byte[] seed)
        : this(new Ed25519PrivateKey(seed))
    {
    }

    /// <summary>Takes over <paramref name="signer"/> and disposes it when disposed.</summary>
    internal SigningKey(Signer signer) => _signer = signer;

    /// <summary>The public key.</summary>
    internal TufKey Public => _signer.Public;

    /// <summary>Makes a key from the operating system's random numbers.</summary>
    internal static SigningKey Generate(KeyType type = KeyType.Ed25519) => new(PrivateKey.Generate(type));

    /// <summary>Signs as the public key's scheme says: FORMAT.md §4.2. What it gives was checked with the device's own verifier, so that a fault in the arithmetic, which can show the key, never leaves.</summary>
    /// <exception cref="InvalidOperationException">The signature is not valid, and the key is in a file.</exception>
    /// <exception cref="ToolException">A token or a key with an index did not sign, or the token's signature is not valid.</exception>
    internal byte[] Sign(ReadOnlySpan<byte> message)
    {
        byte[] signature = _signer.Sign(message);
        return Public.Verify(message, signature) ? signature : throw _signer.Wrong();
    }

    /// <summary>Shows the key the signatures of a file that is about to be signed; those that are its own and valid count.</summary>
    internal void Look(SignedMetadata metadata)
    {
        foreach (MetadataSignature found in metadata.Signatures.Where(s => s.KeyId == Public.KeyId))
        {
            if (Public.Verify(metadata.SignedBytes.AsSpan(), found.Value.AsSpan()))
            {
                _signer.Saw(found.Value.AsSpan());
            }
        }
    }

    /// <summary>The encrypted PEM text.</summary>
    /// <exception cref="InvalidOperationException">The key is in a token, which does not give it out.</exception>
    internal string ToPem(string passphrase, int iterations = EncryptedPkcs8.Iterations) => _signer is PrivateKey key
        ? EncryptedPkcs8.Write(key, passphrase, iterations)
        : throw new InvalidOperationException("a key in a token has no file");

    /// <inheritdoc/>
    public void Dispose() => _signer.Dispose();
}
