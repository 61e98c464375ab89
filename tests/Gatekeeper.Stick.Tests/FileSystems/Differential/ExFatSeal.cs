using System.Buffers.Binary;
using System.Numerics;

namespace Gatekeeper.Stick.Tests.FileSystems.Differential;

/// <summary>Makes the checksums right again around a damaged byte of an exFAT volume with sectors of 512 bytes, so that what stands behind them is judged too.</summary>
internal static class ExFatSeal
{
    /// <summary>The boot region's checksum (exFAT 1.00 §3.4), or that of the set that the byte lies in (§6.3.3).</summary>
    public static void Seal(byte[] bytes, int at)
    {
        if (at < 11 * 512)
        {
            uint sum = 0;
            for (int i = 0; i < 11 * 512; i++)
                sum = i is 106 or 107 or 112 ? sum : unchecked(BitOperations.RotateRight(sum, 1) + bytes[i]);
            for (int i = 11 * 512; i < 12 * 512; i += 4)
                BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(i), sum);
            return;
        }

        for (int entry = at / 32 * 32, back = 0; back < 19 && entry >= 0; back++, entry -= 32)
        {
            if (bytes[entry] == 0x85 && (1 + bytes[entry + 1]) * 32 > at - entry)
            {
                Span<byte> set = bytes.AsSpan(entry, Math.Min((1 + bytes[entry + 1]) * 32, Math.Min(19 * 32, bytes.Length - entry)));
                ushort sum = 0;
                for (int i = 0; i < set.Length; i++)
                    sum = i is 2 or 3 ? sum : unchecked((ushort)(((sum & 1) << 15) + (sum >> 1) + set[i]));
                BinaryPrimitives.WriteUInt16LittleEndian(set[2..], sum);
                return;
            }
        }
    }
}
