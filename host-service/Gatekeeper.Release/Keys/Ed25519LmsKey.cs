using System.Collections.Immutable;

namespace Gatekeeper.Release.Keys;

/// <summary>
/// Scheme <c>x-ed25519+lms</c>: two keys of one person, one of today and one that a quantum computer does not break. Who breaks one has not
/// broken the other, so both must sign, and it is another person's key only where both parts are.
/// <code>
/// key        Ed25519 key 32 | LMS key 24 + m          signature  Ed25519 signature 64 | LMS signature
/// </code>
/// </summary>
internal sealed class Ed25519LmsKey : VerificationKey
{
    private readonly LmsPublicKey lms;

    private Ed25519LmsKey(ReadOnlySpan<byte> key, LmsPublicKey lms)
    {
        this.lms = lms;
        PublicKey = [.. key];
        Parts = [Ed25519Key.Part(key[..Ed25519Check.PublicKeyBytes]), "lms:" + Hex.Of(lms.Tree.AsSpan())];
    }

    /// <inheritdoc/>
    public override ImmutableArray<byte> PublicKey { get; }

    /// <inheritdoc/>
    public override ImmutableArray<string> Parts { get; }

    /// <summary>Reads both parts.</summary>
    /// <exception cref="RefusedException"><see cref="Refusal.MetadataMalformed"/>: one of them is not usable, or a length is not exact .</exception>
    public static Ed25519LmsKey Read(ReadOnlySpan<byte> key)
    {
        if (key.Length < Ed25519Check.PublicKeyBytes)
        {
            throw new RefusedException(Refusal.MetadataMalformed, "key: shorter than its Ed25519 part");
        }

        _ = Ed25519Key.Read(key[..Ed25519Check.PublicKeyBytes]);
        return new Ed25519LmsKey(key, LmsPublicKey.Read(key[Ed25519Check.PublicKeyBytes..]));
    }

    /// <inheritdoc/>
    public override bool Verify(byte[] message, ReadOnlySpan<byte> signature)
    {
        // exactly both signatures, each by its own part over the same bytes.
        if (signature.Length != Ed25519Check.SignatureBytes + lms.SignatureBytes)
        {
            return false;
        }

        return Ed25519Check.Verify(PublicKey.AsSpan(0, Ed25519Check.PublicKeyBytes), message, signature[..Ed25519Check.SignatureBytes])
            && lms.Verify(message, signature[Ed25519Check.SignatureBytes..]);
    }
}
