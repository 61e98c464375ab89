using System.Security.Cryptography;
using Org.BouncyCastle.Crypto.Digests;

namespace Gatekeeper.Release.Keys;

/// <summary>
/// The hash of an LMS key: SHA-256 or SHAKE256, cut to 32 or 24 bytes (SP 800-208 §2.3, RFC 9858 §3). Keeps the buffers of one verification;
/// make one for each.
/// </summary>
/// <param name="isShake">SHAKE256, else SHA-256.</param>
/// <param name="bytes">n: bytes of every node, 32 or 24.</param>
internal sealed class LmsHash(bool isShake, int bytes)
{
    // BouncyCastle 1.8.10 gives 32 bytes of SHAKE256 when it is not asked for a length, 2.x gives 64, and the calls that ask differ.
    // SHAKE's shorter output is the beginning of its longer one, so either will do.
    private const int LongestShake = 64;

    private readonly ShakeDigest? shake = isShake ? new ShakeDigest(256) : null;
    private readonly byte[] whole = new byte[LongestShake];

    /// <summary>The first n bytes of the hash of <paramref name="input"/>. The output may be part of the input.</summary>
    public void Compute(byte[] input, Span<byte> output)
    {
        if (shake is null)
        {
            SHA256.HashData(input, whole);
        }
        else
        {
            shake.BlockUpdate(input, 0, input.Length);
            shake.DoFinal(whole, 0); // also starts it anew
        }

        whole.AsSpan(0, bytes).CopyTo(output);
    }
}

/// <summary>A tree's parameter set, by its typecode (RFC 8554 §5.1 table 2, RFC 9858 §4 table 3).</summary>
/// <param name="IsShake">SHAKE256, else SHA-256.</param>
/// <param name="Bytes">m: bytes of a node.</param>
/// <param name="Height">h: the tree signs 2^h times.</param>
internal readonly record struct LmsSet(bool IsShake, int Bytes, int Height)
{
    private static readonly int[] Heights = [5, 10, 15, 20, 25];

    /// <summary>The set of a typecode: 5 to 9 SHA-256, 10 to 14 SHA-256/192, 15 to 19 SHAKE256/256, 20 to 24 SHAKE256/192, each with heights 5, 10, 15, 20, 25.</summary>
    public static LmsSet? Of(uint type) => type is < 5 or > 24
        ? null
        : new LmsSet(type >= 15, (type - 5) / 5 % 2 == 0 ? 32 : 24, Heights[(type - 5) % 5]);
}

/// <summary>A one-time signature's parameter set, by its typecode (RFC 8554 §4.1 table 1, RFC 9858 §4 table 2).</summary>
/// <param name="IsShake">SHAKE256, else SHA-256.</param>
/// <param name="Bytes">n: bytes of a chain's element.</param>
/// <param name="Width">w: bits of a digit, 1, 2, 4 or 8.</param>
/// <param name="Chains">p: elements of a signature.</param>
/// <param name="Shift">ls: how far the checksum is shifted left.</param>
internal readonly record struct LmOtsSet(bool IsShake, int Bytes, int Width, int Chains, int Shift)
{
    private static readonly LmOtsSet[] Sets =
    [
        new(false, 32, 1, 265, 7), new(false, 32, 2, 133, 6), new(false, 32, 4, 67, 4), new(false, 32, 8, 34, 0),
        new(false, 24, 1, 200, 8), new(false, 24, 2, 101, 6), new(false, 24, 4, 51, 4), new(false, 24, 8, 26, 0),
        new(true, 32, 1, 265, 7), new(true, 32, 2, 133, 6), new(true, 32, 4, 67, 4), new(true, 32, 8, 34, 0),
        new(true, 24, 1, 200, 8), new(true, 24, 2, 101, 6), new(true, 24, 4, 51, 4), new(true, 24, 8, 26, 0),
    ];

    /// <summary>The set of a typecode: 1 to 4 SHA-256, 5 to 8 SHA-256/192, 9 to 12 SHAKE256/256, 13 to 16 SHAKE256/192, each with w 1, 2, 4, 8.</summary>
    public static LmOtsSet? Of(uint type) => type is < 1 or > 16 ? null : Sets[type - 1];

    /// <summary>RFC 8554 §3.1.3: digit <paramref name="i"/> of w bits, the first one in the highest bits.</summary>
    public int Digit(ReadOnlySpan<byte> digits, int i) =>
        (digits[i * Width / 8] >> (8 - Width - (i * Width % 8))) & ((1 << Width) - 1);

    /// <summary>RFC 8554 §4.4 algorithm 2: at most 32 * 8 digits of 1, or 32 of 255, so it fits 16 bits after the shift.</summary>
    public ushort Checksum(ReadOnlySpan<byte> digits)
    {
        int sum = 0;
        for (int i = 0; i < Bytes * 8 / Width; i++)
        {
            sum += (1 << Width) - 1 - Digit(digits, i);
        }

        return checked((ushort)(sum << Shift));
    }
}
