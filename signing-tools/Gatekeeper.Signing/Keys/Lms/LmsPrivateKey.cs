using System.Buffers.Binary;
using System.Security.Cryptography;
using Gatekeeper.Release.Keys;

namespace Gatekeeper.Signing.Keys.Lms;

/// <summary>
/// A tree of one-time keys (RFC 8554 §5) with its seed. It knows nothing of which indexes are used: <see cref="LmsIndex"/> does, and
/// <see cref="Ed25519LmsPrivateKey"/> asks that first.
/// <para>
/// Computing the tree takes as long as making the key, so one row of nodes in its middle is kept: below each of them is a small tree that a
/// signature computes anew, above them are few nodes. None of that row is secret.
/// </para>
/// </summary>
internal sealed class LmsPrivateKey : IDisposable
{
    private const int LeastSmallHeight = 10;
    private const int RowHeight = 8; // 256 nodes at most are kept, 8 KiB
    private readonly uint _lmsType;
    private readonly uint _otsType;
    private readonly LmsSet _set;
    private readonly byte[] _identifier;
    private readonly byte[] _seed;
    private readonly byte[][] _upper; // by node number (RFC 8554 §5.3), from the root, 1, to the row
    private uint _smallAt = uint.MaxValue;
    private byte[][]? _small;

    /// <summary>Takes over a key whose row of nodes is known, as <see cref="Row"/> gave it.</summary>
    /// <exception cref="FormatException">Unknown typecodes, or a part of another length than they say.</exception>
    internal LmsPrivateKey(uint lmsType, uint otsType, byte[] identifier, byte[] seed, ReadOnlySpan<byte> row)
    {
        (_lmsType, _otsType, _identifier, _seed) = (lmsType, otsType, identifier, seed);
        if (LmsSet.Of(lmsType) is not LmsSet set || LmOtsSet.Of(otsType) is not LmOtsSet ots || (set.IsShake, set.Bytes) != (ots.IsShake, ots.Bytes))
        {
            throw new FormatException("its LMS parameters are not known");
        }

        _set = set;
        int nodes = 1 << (set.Height - SmallHeight(set));
        if (identifier.Length != LmsPublicKey.IdentifierBytes || seed.Length != set.Bytes || row.Length != nodes * set.Bytes)
        {
            throw new FormatException("a part of its LMS key has the wrong length");
        }

        byte[][] bottom = new byte[nodes][];
        for (int i = 0; i < nodes; i++)
        {
            bottom[i] = row.Slice(i * set.Bytes, set.Bytes).ToArray();
        }

        _upper = Over(1, bottom);
    }

    /// <summary>How often the tree signs: 2^h.</summary>
    internal uint Capacity => 1U << _set.Height;

    /// <summary>The public key (RFC 8554 §5.3).</summary>
    internal byte[] PublicKey => [.. U32(_lmsType), .. U32(_otsType), .. _identifier, .. _upper[1]];

    /// <summary>The row of nodes that is kept, from left to right.</summary>
    internal byte[] Row => [.. _upper.Skip(_upper.Length / 2).SelectMany(n => n)];

    /// <summary>LMS typecode.</summary>
    internal uint LmsType => _lmsType;

    /// <summary>LM-OTS typecode.</summary>
    internal uint OtsType => _otsType;

    /// <summary>I.</summary>
    internal ReadOnlySpan<byte> Identifier => _identifier;

    /// <summary>SEED: the whole secret.</summary>
    internal ReadOnlySpan<byte> Seed => _seed;

    /// <summary>Makes the tree of a seed. Takes time in proportion to its leaves.</summary>
    /// <param name="lmsType">LMS typecode.</param>
    /// <param name="otsType">LM-OTS typecode of the same hash.</param>
    /// <param name="identifier">I, 16 random bytes.</param>
    /// <param name="seed">SEED, m random bytes; taken over.</param>
    /// <param name="progress">Is told how many leaves were made, from several threads.</param>
    internal static LmsPrivateKey Make(uint lmsType, uint otsType, byte[] identifier, byte[] seed, Action<long> progress)
    {
        LmsSet set = LmsSet.Of(lmsType)!.Value;
        uint smalls = 1U << (set.Height - SmallHeight(set));
        byte[][] row = new byte[smalls][];
        Parallel.For(0, smalls, at =>
        {
            row[at] = SmallTree(set, otsType, identifier, seed, (uint)at)[1];
            progress(1L << SmallHeight(set));
        });
        return new LmsPrivateKey(lmsType, otsType, identifier, seed, [.. row.SelectMany(n => n)]);
    }

    /// <summary>RFC 8554 §5.4.1: <c>u32 q | one-time signature | u32 lms type | path</c>. One index for two messages gives the key away: the caller has reserved it.</summary>
    internal byte[] Sign(uint q, ReadOnlySpan<byte> message)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(q, Capacity);
        int low = SmallHeight(_set);
        if (_small is null || _smallAt != q >> low)
        {
            (_smallAt, _small) = (q >> low, SmallTree(_set, _otsType, _identifier, _seed, q >> low));
        }

        using var oneTime = new LmsOneTime(_otsType, _identifier, _seed);
        return [.. U32(q), .. oneTime.Sign(q, message), .. U32(_lmsType), .. Path(_small, (1U << low) + (q & ((1U << low) - 1))), .. Path(_upper, (1U << (_set.Height - low)) + (q >> low))];
    }

    /// <inheritdoc/>
    public void Dispose() => CryptographicOperations.ZeroMemory(_seed);

    // Trees of up to 2^18 leaves have small trees of 2^10, which take a fraction of a second; higher ones of a 256th.
    private static int SmallHeight(LmsSet set) => Math.Min(set.Height, Math.Max(LeastSmallHeight, set.Height - RowHeight));

    private static byte[][] SmallTree(LmsSet set, uint otsType, byte[] identifier, byte[] seed, uint at)
    {
        int low = SmallHeight(set);
        uint first = at << low;
        using var oneTime = new LmsOneTime(otsType, identifier, seed);
        var hash = new LmsHash(set.IsShake, set.Bytes);
        byte[][] nodes = new byte[2 << low][];
        uint leaves = 1U << set.Height;
        for (uint i = 0; i < 1U << low; i++)
        {
            nodes[(1U << low) + i] = Node(hash, set, identifier, leaves + first + i, LmsPublicKey.Leaf, oneTime.PublicKey(first + i));
        }

        uint top = (1U << (set.Height - low)) + at;
        FillUp(hash, set, identifier, nodes, top);
        return nodes;
    }

    private byte[][] Over(uint top, byte[][] bottom)
    {
        byte[][] nodes = [.. new byte[bottom.Length][], .. bottom];
        FillUp(new LmsHash(_set.IsShake, _set.Bytes), _set, _identifier, nodes, top);
        return nodes;
    }

    // Node 1 of the array is node top of the tree; children of node i are 2i and 2i + 1 in both.
    private static void FillUp(LmsHash hash, LmsSet set, byte[] identifier, byte[][] nodes, uint top)
    {
        for (int i = (nodes.Length / 2) - 1; i >= 1; i--)
        {
            int depth = int.Log2(i);
            uint number = (top << depth) + (uint)(i - (1 << depth));
            nodes[i] = Node(hash, set, identifier, number, LmsPublicKey.Inner, [.. nodes[2 * i], .. nodes[(2 * i) + 1]]);
        }
    }

    // RFC 8554 §5.3: T[r] = H(I | u32 r | D_LEAF | K) or H(I | u32 r | D_INTR | T[2r] | T[2r+1])
    private static byte[] Node(LmsHash hash, LmsSet set, byte[] identifier, uint number, ushort domain, ReadOnlySpan<byte> below)
    {
        byte[] node = new byte[set.Bytes];
        hash.Compute([.. identifier, .. U32(number), (byte)(domain >> 8), (byte)(domain & 0xFF), .. below], node);
        return node;
    }

    private static IEnumerable<byte> Path(byte[][] nodes, uint from)
    {
        for (uint node = from; node > 1; node /= 2)
        {
            foreach (byte b in nodes[node ^ 1])
            {
                yield return b;
            }
        }
    }

    private static byte[] U32(uint value)
    {
        byte[] number = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(number, value);
        return number;
    }
}
