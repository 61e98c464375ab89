using System.Formats.Asn1;
using System.Security.Cryptography;
using Gatekeeper.Release;
using Gatekeeper.Release.Keys;

namespace Gatekeeper.Signing.Keys.Lms;

/// <summary>
/// The private half of an <c>x-ed25519+lms</c> key (FORMAT.md ). It signs only when it was given its count of used indexes.
/// <code>
/// PrivateKeyInfo { 0, { 2.25.220670301068265967569179892668060306404 }, OCTET STRING of
///     SEQUENCE { OCTET STRING ed25519 key, INTEGER lms type, INTEGER ots type, OCTET STRING I, OCTET STRING SEED, OCTET STRING row of nodes } }
/// </code>
/// No standard says how the seed of such a pair is kept, so the identifier is one of our own (ITU-T X.667).
/// </summary>
internal sealed class Ed25519LmsPrivateKey : PrivateKey
{
    /// <summary>Its algorithm identifier.</summary>
    internal const string Algorithm = "2.25.220670301068265967569179892668060306404";

    private const uint Sha256N24W4 = 7; // RFC 9858 §4: LMOTS_SHA256_N24_W4
    private readonly Ed25519PrivateKey _ed25519;
    private readonly LmsPrivateKey _lms;
    private LmsIndex? _index;

    /// <summary>Takes over both keys.</summary>
    internal Ed25519LmsPrivateKey(Ed25519PrivateKey ed25519, LmsPrivateKey lms)
    {
        (_ed25519, _lms) = (ed25519, lms);
        Public = TufKey.Ed25519Lms([.. ed25519.Public.PublicKey, .. lms.PublicKey]);
    }

    /// <inheritdoc/>
    internal override TufKey Public { get; }

    /// <summary>How many signatures the key makes in its life.</summary>
    internal uint Capacity => _lms.Capacity;

    /// <summary>Signatures that are left; null before <see cref="Attach"/>.</summary>
    internal uint? Left => _index?.Left;

    /// <summary>What the lines of its index are authenticated with: only who has the key writes them.</summary>
    internal byte[] IndexMacKey => HMACSHA256.HashData(_lms.Seed, "gatekeeper lms index"u8);

    /// <summary>Makes a key from the operating system's random numbers: SHA-256/192 with w 4, the set of FORMAT.md's example.</summary>
    /// <param name="height">h, one of 5, 10, 15, 20.</param>
    /// <param name="progress">Is told how many leaves were made, from several threads.</param>
    internal static Ed25519LmsPrivateKey Generate(int height, Action<long> progress)
    {
        uint type = (uint)(10 + (height / 5) - 1); // RFC 9858 §4: LMS_SHA256_M24_H5 is 10
        LmsSet set = LmsSet.Of(type)!.Value;
        return new Ed25519LmsPrivateKey(
            new Ed25519PrivateKey(RandomNumberGenerator.GetBytes(Ed25519PrivateKey.SeedLength)),
            LmsPrivateKey.Make(type, Sha256N24W4, RandomNumberGenerator.GetBytes(LmsPublicKey.IdentifierBytes), RandomNumberGenerator.GetBytes(set.Bytes), progress));
    }

    /// <summary>Reads what a PrivateKeyInfo says of such a key.</summary>
    internal static Ed25519LmsPrivateKey Read(AsnReader algorithm, byte[] secret)
    {
        algorithm.ThrowIfNotEmpty();
        var outer = new AsnReader(secret, AsnEncodingRules.DER);
        AsnReader key = outer.ReadSequence();
        outer.ThrowIfNotEmpty();
        byte[] ed25519 = key.ReadOctetString();
        if (!key.TryReadUInt32(out uint lmsType) || !key.TryReadUInt32(out uint otsType))
        {
            throw new FormatException("its LMS parameters are not known");
        }

        byte[] identifier = key.ReadOctetString();
        byte[] seed = key.ReadOctetString();
        byte[] row = key.ReadOctetString();
        key.ThrowIfNotEmpty();
        return ed25519.Length == Ed25519PrivateKey.SeedLength
            ? new Ed25519LmsPrivateKey(new Ed25519PrivateKey(ed25519), new LmsPrivateKey(lmsType, otsType, identifier, seed, row))
            : throw new FormatException("its ed25519 key is not 32 bytes");
    }

    /// <summary>Gives it its count, which it disposes with itself.</summary>
    internal void Attach(LmsIndex index) => _index = index;

    /// <summary>Reserves an index for good, then signs: the Ed25519 signature, then that of the tree.</summary>
    internal override byte[] Sign(ReadOnlySpan<byte> message)
    {
        LmsIndex index = _index ?? throw new InvalidOperationException("a key without its index does not sign");
        uint q = index.Reserve();
        return [.. _ed25519.Sign(message), .. _lms.Sign(q, message)];
    }

    /// <inheritdoc/>
    internal override void Saw(ReadOnlySpan<byte> signature) =>
        _index?.Saw(System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(signature[Ed25519Check.SignatureBytes..])); // q comes right behind

    /// <inheritdoc/>
    internal override byte[] ToPkcs8()
    {
        var key = new AsnWriter(AsnEncodingRules.DER);
        using (key.PushSequence())
        {
            key.WriteOctetString(_ed25519.Seed);
            key.WriteInteger(_lms.LmsType);
            key.WriteInteger(_lms.OtsType);
            key.WriteOctetString(_lms.Identifier);
            key.WriteOctetString(_lms.Seed);
            key.WriteOctetString(_lms.Row);
        }

        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteInteger(0);
            using (writer.PushSequence())
            {
                writer.WriteObjectIdentifier(Algorithm);
            }

            writer.WriteOctetString(key.Encode());
        }

        return writer.Encode();
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _ed25519.Dispose();
        _lms.Dispose();
        _index?.Dispose();
    }
}
