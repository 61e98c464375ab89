using System.Buffers.Binary;
using System.Collections.Immutable;

namespace Gatekeeper.Release.Keys;

/// <summary>
/// A single LMS tree (RFC 8554 §5, SP 800-208 §4) and the check of its signatures. Every length follows from two typecodes and is exact.
/// <code>
/// key        u32 lms type | u32 ots type | I 16 | T[1] m                                             RFC 8554 §5.3
/// signature  u32 q | u32 ots type | C n | y[0] n ... y[p-1] n | u32 lms type | path[0] m ... path[h-1] m   §5.4, §4.5
/// </code>
/// Numbers are big-endian. A key that signs keeps count of q; a verifier has no part in that.
/// </summary>
internal sealed class LmsPublicKey
{
    /// <summary>Bytes in front of T[1].</summary>
    public const int HeadBytes = 24;

    /// <summary>Bytes of I, which makes this key's hashes its own (RFC 8554 §3.2).</summary>
    public const int IdentifierBytes = 16;

    /// <summary>D_MESG (RFC 8554 §3.3): the hash of the message.</summary>
    public const ushort Message = 0x8181;

    /// <summary>D_PBLC: a one-time public key.</summary>
    public const ushort PublicChains = 0x8080;

    /// <summary>D_LEAF: a leaf.</summary>
    public const ushort Leaf = 0x8282;

    /// <summary>D_INTR: a node above two others.</summary>
    public const ushort Inner = 0x8383;

    private readonly uint lmsType;
    private readonly uint otsType;
    private readonly LmsSet tree;
    private readonly LmOtsSet ots;
    private readonly byte[] identifier;
    private readonly byte[] root;

    private LmsPublicKey(ReadOnlySpan<byte> key, LmsSet tree, LmOtsSet ots)
    {
        (this.tree, this.ots) = (tree, ots);
        lmsType = BinaryPrimitives.ReadUInt32BigEndian(key);
        otsType = BinaryPrimitives.ReadUInt32BigEndian(key[4..]);
        identifier = key.Slice(8, IdentifierBytes).ToArray();
        root = key[HeadBytes..].ToArray();
    }

    /// <summary>Identifier and root: what makes it this tree.</summary>
    public ImmutableArray<byte> Tree => [.. identifier, .. root];

    /// <summary>Bytes of every signature by this key.</summary>
    public int SignatureBytes => 4 + 4 + (ots.Bytes * (1 + ots.Chains)) + 4 + (tree.Bytes * tree.Height);

    /// <summary>Reads a public key.</summary>
    /// <exception cref="RefusedException"><see cref="Refusal.MetadataMalformed"/>: other typecodes or another length than FORMAT.md allows .</exception>
    public static LmsPublicKey Read(ReadOnlySpan<byte> key)
    {
        if (key.Length < HeadBytes || LmsSet.Of(BinaryPrimitives.ReadUInt32BigEndian(key)) is not LmsSet tree || LmOtsSet.Of(BinaryPrimitives.ReadUInt32BigEndian(key[4..])) is not LmOtsSet ots)
        {
            throw new RefusedException(Refusal.MetadataMalformed, "key: LMS: not one of the known parameter sets");
        }

        // SP 800-208 §4: one hash for the tree and its one-time keys.
        if ((tree.IsShake, tree.Bytes) != (ots.IsShake, ots.Bytes))
        {
            throw new RefusedException(Refusal.MetadataMalformed, "key: LMS: two hash functions");
        }

        return key.Length == HeadBytes + tree.Bytes
            ? new LmsPublicKey(key, tree, ots)
            : throw new RefusedException(Refusal.MetadataMalformed, "key: LMS: its length is not that of its parameter set");
    }

    /// <summary>RFC 8554 §5.4.2, algorithms 6 and 6a. False for any malformed signature.</summary>
    public bool Verify(byte[] message, ReadOnlySpan<byte> signature)
    {
        if (signature.Length != SignatureBytes)
        {
            return false;
        }

        int typeAt = SignatureBytes - (tree.Bytes * tree.Height) - 4;
        uint q = BinaryPrimitives.ReadUInt32BigEndian(signature);
        if (q >> tree.Height != 0 // q < 2^h, or the walk up would start beside the tree
            || BinaryPrimitives.ReadUInt32BigEndian(signature[4..]) != otsType
            || BinaryPrimitives.ReadUInt32BigEndian(signature[typeAt..]) != lmsType)
        {
            return false;
        }

        var hash = new LmsHash(tree.IsShake, tree.Bytes);
        byte[] candidate = Candidate(hash, q, message, signature[8..typeAt]);
        return RootOf(hash, q, candidate, signature[(typeAt + 4)..]).AsSpan().SequenceEqual(root);
    }

    /// <summary>RFC 8554 §4.6 algorithm 4b: the one-time public key that this signature is by, if any.</summary>
    private byte[] Candidate(LmsHash hash, uint q, byte[] message, ReadOnlySpan<byte> signature)
    {
        int n = ots.Bytes;
        byte[] digits = new byte[n + 2];
        hash.Compute([.. Prefix(q, Message), .. signature[..n], .. message], digits);
        BinaryPrimitives.WriteUInt16BigEndian(digits.AsSpan(n), ots.Checksum(digits.AsSpan(0, n)));

        byte[] chains = [.. Prefix(q, PublicChains), .. new byte[n * ots.Chains]];
        byte[] step = [.. Prefix(q, 0), 0, .. new byte[n]]; // I | u32 q | u16 i | u8 j | element
        int last = (1 << ots.Width) - 1;
        for (int i = 0; i < ots.Chains; i++)
        {
            BinaryPrimitives.WriteUInt16BigEndian(step.AsSpan(IdentifierBytes + 4), (ushort)i);
            Span<byte> element = step.AsSpan(^n..);
            signature.Slice(n * (1 + i), n).CopyTo(element);
            for (int j = ots.Digit(digits, i); j < last; j++)
            {
                step[IdentifierBytes + 6] = (byte)j;
                hash.Compute(step, element);
            }

            element.CopyTo(chains.AsSpan(IdentifierBytes + 6 + (n * i)));
        }

        byte[] candidate = new byte[n];
        hash.Compute(chains, candidate);
        return candidate;
    }

    /// <summary>RFC 8554 §5.4.2 algorithm 6a step 4: from the leaf up to the root.</summary>
    private byte[] RootOf(LmsHash hash, uint q, byte[] leafKey, ReadOnlySpan<byte> path)
    {
        uint node = (1U << tree.Height) + q;
        byte[] current = new byte[tree.Bytes];
        hash.Compute([.. Prefix(node, Leaf), .. leafKey], current);
        for (; node > 1; node /= 2, path = path[tree.Bytes..])
        {
            ReadOnlySpan<byte> sibling = path[..tree.Bytes];
            hash.Compute(node % 2 == 1 ? [.. Prefix(node / 2, Inner), .. sibling, .. current] : [.. Prefix(node / 2, Inner), .. current, .. sibling], current);
        }

        return current;
    }

    private byte[] Prefix(uint number, ushort domain)
    {
        byte[] prefix = [.. identifier, 0, 0, 0, 0, 0, 0];
        BinaryPrimitives.WriteUInt32BigEndian(prefix.AsSpan(IdentifierBytes), number);
        BinaryPrimitives.WriteUInt16BigEndian(prefix.AsSpan(IdentifierBytes + 4), domain);
        return prefix;
    }
}
