using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Gatekeeper.Update;

/// <summary>
/// One record area of the state partition: header, then payload, written in one piece (STATE.md).
/// Header: 0 magic, 8 sequence number, 16 payload length, 20 zero, 24 SHA-256 of bytes 0 to 23 and the payload, 56 zero, 64 payload.
/// </summary>
internal static class StateArea
{
    public const int HeaderBytes = 64;
    private const int HashOffset = 24;
    private const int HashedHeader = 24;
    private const int Padding = 4096; // whole physical sectors, so a write never has to read what lies behind it
    private static ReadOnlySpan<byte> Magic => "GKSTATE1"u8;

    /// <summary>The bytes to write.</summary>
    public static byte[] Encode(long sequence, ReadOnlySpan<byte> payload)
    {
        byte[] area = new byte[(HeaderBytes + payload.Length + Padding - 1) / Padding * Padding];
        Magic.CopyTo(area);
        BinaryPrimitives.WriteInt64LittleEndian(area.AsSpan(8), sequence);
        BinaryPrimitives.WriteInt32LittleEndian(area.AsSpan(16), payload.Length);
        payload.CopyTo(area.AsSpan(HeaderBytes));
        Hash(area, payload).CopyTo(area, HashOffset);
        return area;
    }

    /// <summary>Bytes of the payload, or null when this is no header of an area.</summary>
    public static int? PayloadLength(ReadOnlySpan<byte> header)
    {
        int length = BinaryPrimitives.ReadInt32LittleEndian(header[16..]);
        return header[..8].SequenceEqual(Magic) && length is >= 0 and <= StatePartition.AreaBytes - HeaderBytes ? length : null;
    }

    /// <summary>Sequence number and payload, or null when the area is not whole.</summary>
    public static (long Sequence, byte[] Payload)? Decode(ReadOnlySpan<byte> area)
    {
        long sequence = BinaryPrimitives.ReadInt64LittleEndian(area[8..]);
        if (PayloadLength(area) is not { } length || length > area.Length - HeaderBytes || sequence < 1)
        {
            return null;
        }

        ReadOnlySpan<byte> payload = area.Slice(HeaderBytes, length);
        return area.Slice(HashOffset, SHA256.HashSizeInBytes).SequenceEqual(Hash(area, payload)) ? (sequence, payload.ToArray()) : null;
    }

    private static byte[] Hash(ReadOnlySpan<byte> header, ReadOnlySpan<byte> payload)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(header[..HashedHeader]);
        hash.AppendData(payload);
        return hash.GetHashAndReset();
    }
}
