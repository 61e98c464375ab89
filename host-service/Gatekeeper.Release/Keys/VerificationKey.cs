using System.Collections.Immutable;

namespace Gatekeeper.Release.Keys;

/// <summary>A public key whose signatures this reader can check. One kind per key type of FORMAT.md §4.2; made by the one reader of its form, so what exists is usable.</summary>
internal abstract class VerificationKey
{
    /// <summary>The key's bytes as they are handed to people and tests: see <see cref="TufKey.PublicKey"/>.</summary>
    public abstract ImmutableArray<byte> PublicKey { get; }

    /// <summary>What makes the key itself and no other: one text for each part, the same whatever id, spelling or encoding the key came in.</summary>
    public abstract ImmutableArray<string> Parts { get; }

    /// <summary>Whether <paramref name="signature"/> over <paramref name="message"/> is by this key. False for any malformed signature; nothing is thrown for hostile bytes.</summary>
    public abstract bool Verify(byte[] message, ReadOnlySpan<byte> signature);
}

/// <summary>An Ed25519 key (RFC 8032 §5.1.5).</summary>
internal sealed class Ed25519Key : VerificationKey
{
    private Ed25519Key(ImmutableArray<byte> publicKey)
    {
        PublicKey = publicKey;
        Parts = [Part(publicKey.AsSpan())];
    }

    /// <inheritdoc/>
    public override ImmutableArray<byte> PublicKey { get; }

    /// <inheritdoc/>
    public override ImmutableArray<string> Parts { get; }

    /// <summary>Reads 32 bytes.</summary>
    /// <exception cref="RefusedException"><see cref="Refusal.MetadataMalformed"/>: not a usable key .</exception>
    public static Ed25519Key Read(ReadOnlySpan<byte> publicKey) => Ed25519Check.IsUsableKey(publicKey)
        ? new Ed25519Key([.. publicKey])
        : throw new RefusedException(Refusal.MetadataMalformed, "key: not a usable Ed25519 public key");

    /// <summary>The name of an Ed25519 key among all parts of keys.</summary>
    public static string Part(ReadOnlySpan<byte> publicKey) => "ed25519:" + Hex.Of(publicKey);

    /// <inheritdoc/>
    public override bool Verify(byte[] message, ReadOnlySpan<byte> signature) => Ed25519Check.Verify(PublicKey.AsSpan(), message, signature);
}
