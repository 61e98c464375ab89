namespace Gatekeeper.Release.Keys;

/// <summary>
/// Reads and writes a DER SubjectPublicKeyInfo (RFC 5280 §4.1.2.7) of exactly four algorithms, each with exactly one identifier.
/// Anything else, explicit curve parameters and binary fields among it, is no key here (CVE-2024-29857 and CVE-2020-0601 began there).
/// <code>
/// SEQUENCE
///   SEQUENCE     Ed25519        06 03 2b6570                                 RFC 8410 §3
///                P-256          06 07 2a8648ce3d0201 06 08 2a8648ce3d030107  RFC 5480 §2.1.1
///                P-384          06 07 2a8648ce3d0201 06 05 2b81040022        RFC 5480 §2.1.1
///                rsaEncryption  06 09 2a864886f70d010101 05 00               RFC 3279 §2.3.1
///   BIT STRING   00, then 32 bytes | 04 x y | 04 x y | SEQUENCE { INTEGER modulus, INTEGER exponent }
/// </code>
/// </summary>
internal static class SubjectPublicKeyInfo
{
    private static ReadOnlySpan<byte> Ed25519 => [0x06, 0x03, 0x2B, 0x65, 0x70];

    private static ReadOnlySpan<byte> P256 => [0x06, 0x07, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01, 0x06, 0x08, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07];

    private static ReadOnlySpan<byte> P384 => [0x06, 0x07, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01, 0x06, 0x05, 0x2B, 0x81, 0x04, 0x00, 0x22];

    private static ReadOnlySpan<byte> Rsa => [0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x01, 0x05, 0x00];

    /// <summary>Reads a key of one of the four algorithms.</summary>
    /// <param name="der">Hostile bytes.</param>
    /// <exception cref="RefusedException"><see cref="Refusal.MetadataMalformed"/>: not exactly one of the four forms, or no usable key .</exception>
    public static VerificationKey Read(ReadOnlySpan<byte> der)
    {
        var outer = new DerReader(der);
        if (!outer.TryReadLast(DerReader.Sequence, out ReadOnlySpan<byte> content))
        {
            throw Refused("not one DER sequence");
        }

        var info = new DerReader(content);
        if (!info.TryRead(DerReader.Sequence, out ReadOnlySpan<byte> algorithm))
        {
            throw Refused("no algorithm identifier");
        }

        if (!info.TryReadLast(DerReader.BitString, out ReadOnlySpan<byte> bits) || bits is not [0, ..])
        {
            throw Refused("no bit string of whole bytes at its end");
        }

        ReadOnlySpan<byte> key = bits[1..];
        return algorithm.SequenceEqual(Ed25519) ? Ed25519Key.Read(key)
            : algorithm.SequenceEqual(P256) ? EcdsaKey.Read(EcdsaCurve.P256, key)
            : algorithm.SequenceEqual(P384) ? EcdsaKey.Read(EcdsaCurve.P384, key)
            : algorithm.SequenceEqual(Rsa) ? RsaPssKey.Read(key)
            : throw Refused("an algorithm identifier beside the four known ones");
    }

    /// <summary>Writes an ECDSA key.</summary>
    public static byte[] Write(EcdsaCurve curve, ReadOnlySpan<byte> point) => Write(curve == EcdsaCurve.P256 ? P256 : P384, point);

    /// <summary>Writes an RSA key.</summary>
    /// <param name="pkcs1">RSAPublicKey (RFC 8017 A.1.1).</param>
    public static byte[] WriteRsa(ReadOnlySpan<byte> pkcs1) => Write(Rsa, pkcs1);

    private static byte[] Write(ReadOnlySpan<byte> algorithm, ReadOnlySpan<byte> key) =>
        Der.Element(DerReader.Sequence, [.. Der.Element(DerReader.Sequence, algorithm), .. Der.Element(DerReader.BitString, [0, .. key])]);

    private static RefusedException Refused(string what) => new(Refusal.MetadataMalformed, $"key: SubjectPublicKeyInfo: {what}");
}

/// <summary>Writes the DER that <see cref="DerReader"/> reads.</summary>
internal static class Der
{
    /// <summary>One element.</summary>
    /// <param name="tag">Its tag.</param>
    /// <param name="content">At most 65,535 bytes.</param>
    public static byte[] Element(byte tag, ReadOnlySpan<byte> content) => content.Length switch
    {
        < 0x80 => [tag, (byte)content.Length, .. content],
        < 0x100 => [tag, 0x81, (byte)content.Length, .. content],
        _ => [tag, 0x82, checked((byte)(content.Length >> 8)), (byte)(content.Length & 0xFF), .. content],
    };

    /// <summary>A positive INTEGER.</summary>
    /// <param name="magnitude">Big-endian, first byte not zero.</param>
    public static byte[] Positive(ReadOnlySpan<byte> magnitude) =>
        Element(DerReader.Integer, magnitude[0] >= 0x80 ? [0, .. magnitude] : magnitude);
}
