using System.Collections.Immutable;
using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;
using Org.BouncyCastle.Asn1.X9;
using Org.BouncyCastle.Crypto.EC;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Crypto.Signers;
using LibraryInteger = Org.BouncyCastle.Math.BigInteger;

namespace Gatekeeper.Release.Keys;

/// <summary>One of the two curves of ECDSA keys (FIPS 186-5 §6.1.1, SP 800-186 §3.2.1) and the hash that goes with it.</summary>
internal sealed class EcdsaCurve
{
    /// <summary>P-256 with SHA-256: TUF scheme <c>ecdsa-sha2-nistp256</c>.</summary>
    public static readonly EcdsaCurve P256 = new(
        "p256",
        "secp256r1",
        SHA256.HashData,
        "ffffffff00000001000000000000000000000000ffffffffffffffffffffffff",
        "5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b");

    /// <summary>P-384 with SHA-384: TUF scheme <c>ecdsa-sha2-nistp384</c>.</summary>
    public static readonly EcdsaCurve P384 = new(
        "p384",
        "secp384r1",
        SHA384.HashData,
        "fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffeffffffff0000000000000000ffffffff",
        "b3312fa7e23ee7e4988e056be3f82d19181d9c6efe8141120314088f5013875ac656398d8a2ed19d2a85c8edd3ec2aef");

    private readonly BigInteger prime;
    private readonly BigInteger b;

    private EcdsaCurve(string name, string libraryName, Func<byte[], byte[]> hash, string prime, string b)
    {
        Name = name;
        Hash = hash;
        FieldBytes = prime.Length / 2;
        this.prime = Number(prime);
        this.b = Number(b);
        X9ECParameters named = CustomNamedCurves.GetByName(libraryName);
        Domain = new ECDomainParameters(named.Curve, named.G, named.N, named.H);
    }

    /// <summary>How it is named among the parts of keys.</summary>
    public string Name { get; }

    /// <summary>Bytes of a coordinate.</summary>
    public int FieldBytes { get; }

    /// <summary>The hash of the message.</summary>
    public Func<byte[], byte[]> Hash { get; }

    /// <summary>The library's parameters, from its own table by name: no parameter ever comes from a file.</summary>
    public ECDomainParameters Domain { get; }

    /// <summary>Whether these bytes are a point of the curve, uncompressed (SEC 1 §2.3.3): 04 x y, both below the prime, y² = x³ - 3x + b. Both curves have cofactor 1, so every point but infinity, which has no such form, is of the group's order.</summary>
    public bool IsPoint(ReadOnlySpan<byte> point)
    {
        if (point.Length != 1 + (2 * FieldBytes) || point[0] != 4)
        {
            return false;
        }

        var x = new BigInteger(point.Slice(1, FieldBytes), isUnsigned: true, isBigEndian: true);
        var y = new BigInteger(point[(1 + FieldBytes)..], isUnsigned: true, isBigEndian: true);
        return x < prime && y < prime && ((y * y) - (((x * x) - 3) * x) - b) % prime == 0;
    }

    private static BigInteger Number(string hex) => BigInteger.Parse("0" + hex, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}

/// <summary>An ECDSA key. Signatures are DER (RFC 3279 §2.2.3), as TUF's tools make them.</summary>
internal sealed class EcdsaKey : VerificationKey
{
    private readonly ECPublicKeyParameters parameters;

    private EcdsaKey(EcdsaCurve curve, ReadOnlySpan<byte> point)
    {
        Curve = curve;
        parameters = new ECPublicKeyParameters(curve.Domain.Curve.DecodePoint(point.ToArray()), curve.Domain);
        PublicKey = [.. point];
        Parts = [$"{curve.Name}:{Hex.Of(point)}"];
    }

    /// <summary>Its curve.</summary>
    public EcdsaCurve Curve { get; }

    /// <inheritdoc/>
    public override ImmutableArray<byte> PublicKey { get; }

    /// <inheritdoc/>
    public override ImmutableArray<string> Parts { get; }

    /// <summary>Reads an uncompressed point.</summary>
    /// <exception cref="RefusedException"><see cref="Refusal.MetadataMalformed"/>: not an uncompressed point of the curve .</exception>
    public static EcdsaKey Read(EcdsaCurve curve, ReadOnlySpan<byte> point) => curve.IsPoint(point)
        ? new EcdsaKey(curve, point)
        : throw new RefusedException(Refusal.MetadataMalformed, "key: not an uncompressed point of its curve");

    /// <inheritdoc/>
    public override bool Verify(byte[] message, ReadOnlySpan<byte> signature)
    {
        // SEQUENCE { INTEGER r, INTEGER s }, both positive, nothing behind either.
        var outer = new DerReader(signature);
        if (!outer.TryReadLast(DerReader.Sequence, out ReadOnlySpan<byte> pair))
        {
            return false;
        }

        var inner = new DerReader(pair);
        if (!inner.TryReadPositive(out ReadOnlySpan<byte> r) || !inner.TryReadPositive(out ReadOnlySpan<byte> s) || !inner.AtEnd
            || r.Length > Curve.FieldBytes || s.Length > Curve.FieldBytes)
        {
            return false;
        }

        // FIPS 186-5 §6.4.2 from here on; that r and s are below the order is its first step.
        var signer = new ECDsaSigner();
        signer.Init(false, parameters);
        return signer.VerifySignature(Curve.Hash(message), new LibraryInteger(1, r.ToArray()), new LibraryInteger(1, s.ToArray()));
    }
}
