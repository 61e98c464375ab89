using System.Buffers.Binary;
using System.Security.Cryptography;
using Gatekeeper.Release.Keys;

namespace Gatekeeper.Signing.Keys.Lms;

/// <summary>
/// The one-time keys of a tree (RFC 8554 §4). All come from one seed by RFC 8554 appendix A, so nothing but the seed is kept. Has the buffers of
/// one thread; make one for each.
/// <code>
/// x[i]   H(I | u32 q | u16 i | 0xff | SEED)                 C   the same with i = 0xfffd (RFC 8554 appendix A names the form, RFC 9858 A uses it)
/// step   H(I | u32 q | u16 i | u8 j | element)
/// </code>
/// C is not random but depends on seed and q: should a restored backup sign the same bytes with the same q again, it gives the same signature and
/// shows nothing.
/// </summary>
internal sealed class LmsOneTime : IDisposable
{
    private const int NumberAt = LmsPublicKey.IdentifierBytes;
    private const ushort RandomizerIndex = 0xFFFD;
    private readonly LmOtsSet _ots;
    private readonly uint _otsType;
    private readonly byte[] _seed;
    private readonly LmsHash _hash;
    private readonly byte[] _step;
    private readonly byte[] _chains;

    /// <summary>One-time keys of the tree <paramref name="identifier"/>. The seed stays the caller's.</summary>
    internal LmsOneTime(uint otsType, ReadOnlySpan<byte> identifier, byte[] seed)
    {
        (_otsType, _ots, _seed) = (otsType, LmOtsSet.Of(otsType)!.Value, seed);
        _hash = new LmsHash(_ots.IsShake, _ots.Bytes);
        _step = [.. identifier, .. new byte[4 + 2 + 1 + _ots.Bytes]];
        _chains = [.. identifier, .. new byte[4 + 2 + (_ots.Bytes * _ots.Chains)]];
        BinaryPrimitives.WriteUInt16BigEndian(_chains.AsSpan(NumberAt + 4), LmsPublicKey.PublicChains);
    }

    /// <summary>RFC 8554 §4.3 algorithm 1: the public key of index <paramref name="q"/>, n bytes.</summary>
    internal byte[] PublicKey(uint q)
    {
        BinaryPrimitives.WriteUInt32BigEndian(_chains.AsSpan(NumberAt), q);
        for (int i = 0; i < _ots.Chains; i++)
        {
            Chain(q, i, (1 << _ots.Width) - 1, _chains.AsSpan(NumberAt + 6 + (_ots.Bytes * i), _ots.Bytes));
        }

        byte[] key = new byte[_ots.Bytes];
        _hash.Compute(_chains, key);
        return key;
    }

    /// <summary>RFC 8554 §4.5 algorithm 3: <c>u32 ots type | C | y[0] ... y[p-1]</c>. Who calls this for two messages with one index gives the key away.</summary>
    internal byte[] Sign(uint q, ReadOnlySpan<byte> message)
    {
        int n = _ots.Bytes;
        byte[] signature = new byte[4 + (n * (1 + _ots.Chains))];
        BinaryPrimitives.WriteUInt32BigEndian(signature, _otsType);
        Span<byte> randomizer = signature.AsSpan(4, n);
        Secret(q, RandomizerIndex, randomizer);

        byte[] head = new byte[6];
        BinaryPrimitives.WriteUInt32BigEndian(head, q);
        BinaryPrimitives.WriteUInt16BigEndian(head.AsSpan(4), LmsPublicKey.Message);
        byte[] digits = new byte[n + 2];
        _hash.Compute([.. _step.AsSpan(0, NumberAt), .. head, .. randomizer, .. message], digits);
        BinaryPrimitives.WriteUInt16BigEndian(digits.AsSpan(n), _ots.Checksum(digits.AsSpan(0, n)));
        for (int i = 0; i < _ots.Chains; i++)
        {
            Chain(q, i, _ots.Digit(digits, i), signature.AsSpan(4 + (n * (1 + i)), n));
        }

        return signature;
    }

    /// <inheritdoc/>
    public void Dispose() => CryptographicOperations.ZeroMemory(_step);

    private void Secret(uint q, int i, Span<byte> output)
    {
        BinaryPrimitives.WriteUInt32BigEndian(_step.AsSpan(NumberAt), q);
        BinaryPrimitives.WriteUInt16BigEndian(_step.AsSpan(NumberAt + 4), checked((ushort)i));
        _step[NumberAt + 6] = 0xFF;
        _seed.CopyTo(_step, NumberAt + 7);
        _hash.Compute(_step, output);
    }

    private void Chain(uint q, int i, int steps, Span<byte> output)
    {
        Span<byte> element = _step.AsSpan(NumberAt + 7);
        Secret(q, i, element);
        for (int j = 0; j < steps; j++)
        {
            _step[NumberAt + 6] = (byte)j;
            _hash.Compute(_step, element);
        }

        element.CopyTo(output);
    }
}
