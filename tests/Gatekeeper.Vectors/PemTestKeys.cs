using System.Security.Cryptography;
using Gatekeeper.Release;
using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.X9;
using Org.BouncyCastle.Crypto.Digests;
using Org.BouncyCastle.Crypto.EC;
using Org.BouncyCastle.Crypto.Engines;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Crypto.Signers;
using Org.BouncyCastle.Math;

namespace Gatekeeper.Vectors;

/// <summary>An ECDSA key that signs with the nonce of RFC 6979, so that a vector is the same bytes each time it is made.</summary>
internal sealed class EcdsaTestKey : TestKey
{
    private readonly ECPrivateKeyParameters secret;
    private readonly bool isP384;

    public EcdsaTestKey(byte[] seed, bool isP384)
    {
        this.isP384 = isP384;
        X9ECParameters curve = CustomNamedCurves.GetByName(isP384 ? "secp384r1" : "secp256r1");
        var domain = new ECDomainParameters(curve.Curve, curve.G, curve.N, curve.H);
        secret = new ECPrivateKeyParameters(new BigInteger(1, seed).Mod(curve.N), domain);
        byte[] point = domain.G.Multiply(secret.D).Normalize().GetEncoded(false);
        Key = isP384 ? TufKey.EcdsaP384(point) : TufKey.EcdsaP256(point);
    }

    /// <inheritdoc/>
    public override TufKey Key { get; }

    /// <inheritdoc/>
    public override byte[] Sign(byte[] message)
    {
        var signer = new ECDsaSigner(new HMacDsaKCalculator(isP384 ? new Sha384Digest() : new Sha256Digest()));
        signer.Init(true, secret);
        BigInteger[] pair = signer.GenerateSignature(isP384 ? SHA384.HashData(message) : SHA256.HashData(message));
        return new DerSequence(new DerInteger(pair[0]), new DerInteger(pair[1])).GetDerEncoded();
    }
}

/// <summary>An RSA key of 2048 bits, made once for these tests, that signs with a salt of zeros.</summary>
public sealed class RsaTestKey : TestKey
{
    /// <summary>The key.</summary>
    public static readonly RsaTestKey Only = new(
        "f7dd7bab646798d02bd0230bacddcbd284ed7d2554b8fdebf9463f9bcc8a66a811359b2e02b3c3ed733aa4a3d8e47e7989112a0fe3fe9152949d04d4bf503d1640dc2d3ecb6cb4e328c6c8738efcb2a2e9df78dec4337ae75a27d4c8d553a35b9c0365d61d07d4cb131464b7bca1c129d90dfe1652d88490ecf187c3437a4e0f",
        "eab9ca6b07608deff2f3320aac0a62dfb500c1f38ef6be73c0c5f6b3a75a2e085227221bc27d3c11ec0c02ada49a6521dbfe4fbd10b55ab7766b86f10c3968989b86865d47d26f99b84ccad81e39b26ac303f8fdb06fe920aeb0e98c59160748f94bfee5df398653225d829ab3e6e4bddcd19c3a130cd90e6fbddff3b07a1801");

    private readonly RsaKeyParameters secret;

    private RsaTestKey(string primeP, string primeQ)
    {
        BigInteger p = new(primeP, 16);
        BigInteger q = new(primeQ, 16);
        BigInteger e = BigInteger.ValueOf(65537);
        Modulus = p.Multiply(q);
        secret = new RsaKeyParameters(true, Modulus, e.ModInverse(p.Subtract(BigInteger.One).Multiply(q.Subtract(BigInteger.One))));
        Key = TufKey.RsaPss(Pkcs1(Modulus, e));
    }

    /// <summary>The modulus.</summary>
    public BigInteger Modulus { get; }

    /// <inheritdoc/>
    public override TufKey Key { get; }

    /// <summary>RSAPublicKey in DER.</summary>
    public static byte[] Pkcs1(BigInteger modulus, BigInteger exponent) => new DerSequence(new DerInteger(modulus), new DerInteger(exponent)).GetDerEncoded();

    /// <inheritdoc/>
    public override byte[] Sign(byte[] message) => Sign(message, new byte[32]);

    /// <summary>Signs with a salt of another length.</summary>
    public byte[] Sign(byte[] message, byte[] salt)
    {
        var signer = new PssSigner(new RsaEngine(), new Sha256Digest(), salt);
        signer.Init(true, secret);
        signer.BlockUpdate(message, 0, message.Length);
        return signer.GenerateSignature();
    }
}
