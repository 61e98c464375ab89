using System.Collections.Immutable;
using System.Numerics;
using Org.BouncyCastle.Crypto.Digests;
using Org.BouncyCastle.Crypto.Engines;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Crypto.Signers;
using LibraryInteger = Org.BouncyCastle.Math.BigInteger;

namespace Gatekeeper.Release.Keys;

/// <summary>An RSA key for RSASSA-PSS with SHA-256, MGF1 with SHA-256 and a salt of 32 bytes (RFC 8017 §8.1): TUF scheme <c>rsassa-pss-sha256</c>.</summary>
internal sealed class RsaPssKey : VerificationKey
{
    /// <summary>Bytes of the salt: as long as the hash, as TUF's tools make it.</summary>
    public const int SaltBytes = 32;

    private const uint LeastExponent = 65_537;

    // SP 800-89 §5.3.3: no factor below 752. The product of the odd primes 3 to 751.
    private static readonly BigInteger SmallPrimes = SmallOddPrimes().Aggregate(BigInteger.One, (product, prime) => product * prime);

    private readonly byte[] modulus;
    private readonly byte[] exponent;
    private readonly int[] saltLengths;

    private RsaPssKey(ReadOnlySpan<byte> pkcs1, ReadOnlySpan<byte> modulus, ReadOnlySpan<byte> exponent, params int[] saltLengths)
    {
        this.modulus = modulus.ToArray();
        this.exponent = exponent.ToArray();
        this.saltLengths = saltLengths;
        PublicKey = [.. pkcs1];

        // Whoever knows one private exponent of a modulus knows all of them, so the modulus alone is the person.
        Parts = ["rsa:" + Hex.Of(modulus)];
    }

    /// <inheritdoc/>
    public override ImmutableArray<byte> PublicKey { get; }

    /// <inheritdoc/>
    public override ImmutableArray<string> Parts { get; }

    /// <summary>Reads an RSAPublicKey (RFC 8017 A.1.1).</summary>
    /// <exception cref="RefusedException"><see cref="Refusal.MetadataMalformed"/>: not exactly this form, or not a usable key .</exception>
    public static RsaPssKey Read(ReadOnlySpan<byte> pkcs1)
    {
        var outer = new DerReader(pkcs1);
        if (!outer.TryReadLast(DerReader.Sequence, out ReadOnlySpan<byte> content))
        {
            throw Refused("not one DER sequence");
        }

        var inner = new DerReader(content);
        if (!inner.TryReadPositive(out ReadOnlySpan<byte> modulus) || !inner.TryReadPositive(out ReadOnlySpan<byte> exponent) || !inner.AtEnd)
        {
            throw Refused("not two positive integers");
        }

        // Whole bytes, first bit set: then the padding is as long as the modulus (RFC 8017 §9.1.2). Real keys are.
        if (modulus.Length is < Limits.MinRsaBits / 8 or > Limits.MaxRsaBits / 8 || modulus[0] < 0x80)
        {
            throw Refused("its modulus must have from MinRsaBits to MaxRsaBits bits, in whole bytes");
        }

        var n = new BigInteger(modulus, isUnsigned: true, isBigEndian: true);
        if (n.IsEven || !BigInteger.GreatestCommonDivisor(n, SmallPrimes).IsOne)
        {
            throw Refused("its modulus has a small factor");
        }

        // FIPS 186-5 A.1.1: odd, above 2^16; below 2^32 is ours, so that a check costs a known time.
        if (exponent.Length > sizeof(uint) || new BigInteger(exponent, isUnsigned: true, isBigEndian: true) < LeastExponent || exponent[^1] % 2 == 0)
        {
            throw Refused("its exponent must be odd, from 65537 to 2^32 - 1");
        }

        return new RsaPssKey(pkcs1, modulus, exponent, SaltBytes);
    }

    /// <summary>The same key, which also takes the longest salt that fits (RFC 8017 §9.1.1): tools in Go salt so when nobody says otherwise. For ordinary repositories only.</summary>
    public RsaPssKey WithAnySalt() => new(PublicKey.AsSpan(), modulus, exponent, SaltBytes, modulus.Length - SaltBytes - 2);

    /// <inheritdoc/>
    public override bool Verify(byte[] message, ReadOnlySpan<byte> signature)
    {
        // RFC 8017 §8.1.2 step 1 and §5.2.2 step 1: as long as the modulus, and below it. The library would throw.
        if (signature.Length != modulus.Length || signature.SequenceCompareTo(modulus) >= 0)
        {
            return false;
        }

        RsaKeyParameters parameters;
        try
        {
            parameters = new RsaKeyParameters(false, new LibraryInteger(1, modulus), new LibraryInteger(1, exponent));
        }
        catch (ArgumentException)
        {
            // BouncyCastle 2.x also tests whether the modulus is composite. Such a key signs nothing.
            return false;
        }

        byte[] bytes = signature.ToArray();
        return saltLengths.Any(salt =>
        {
            var signer = new PssSigner(new RsaEngine(), new Sha256Digest(), salt);
            signer.Init(false, parameters);
            signer.BlockUpdate(message, 0, message.Length);
            return signer.VerifySignature(bytes);
        });
    }

    private static IEnumerable<int> SmallOddPrimes() =>
        Enumerable.Range(0, 375).Select(i => (2 * i) + 3).Where(n => !Enumerable.Range(2, n).TakeWhile(d => d * d <= n).Any(d => n % d == 0));

    private static RefusedException Refused(string what) => new(Refusal.MetadataMalformed, $"key: RSA: {what}");
}
