using Org.BouncyCastle.Math.EC.Rfc8032;

namespace Gatekeeper.Release.Keys;

/// <summary>Checks Ed25519 signatures (RFC 8032 §5.1.7, pure, without context).</summary>
internal static class Ed25519Check
{
    public const int PublicKeyBytes = 32;
    public const int SignatureBytes = 64;

    // The y coordinates of the points of order 1, 2, 4 and 8, the sign bit cleared, and their second spellings y + p.
    // Under such a "key" anyone can make signatures, so none may stand in a role.
    private static readonly string[] SmallOrder =
    [
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000000",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    ];

    /// <summary>Whether these bytes may be a key at all: 32 of them, y below p, not of small order. Whether they are a point shows when a signature is checked.</summary>
    public static bool IsUsableKey(ReadOnlySpan<byte> publicKey)
    {
        if (publicKey.Length != PublicKeyBytes)
        {
            return false;
        }

        Span<byte> y = stackalloc byte[PublicKeyBytes];
        publicKey.CopyTo(y);
        y[31] &= 0x7F;
        bool secondSpelling = y[31] == 0x7F && y[0] >= 0xED && !y[1..31].ContainsAnyExcept((byte)0xFF);
        return !secondSpelling && !SmallOrder.Contains(Hex.Of(y));
    }

    /// <summary>Whether <paramref name="signature"/> over <paramref name="message"/> is by <paramref name="publicKey"/>. False for any malformed input.</summary>
    public static bool Verify(ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        if (publicKey.Length != PublicKeyBytes || signature.Length != SignatureBytes)
        {
            return false;
        }

        byte[] text = message.ToArray();
        return Ed25519.Verify(signature.ToArray(), 0, publicKey.ToArray(), 0, text, 0, text.Length);
    }
}
