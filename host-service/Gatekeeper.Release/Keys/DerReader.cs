using System.Buffers.Binary;

namespace Gatekeeper.Release.Keys;

/// <summary>
/// Reads the little of DER (X.690 §8 and §10.1) that keys and signatures have: one-byte tags, definite lengths in their shortest form.
/// <code>
/// element = tag length content          length: 00-7F | 81 80-FF | 82 0100-FFFF, nothing here is longer
/// </code>
/// A miss is an answer, not an exception: of a signature it means "not valid", of a key the caller names the reason.
/// </summary>
internal ref struct DerReader(ReadOnlySpan<byte> bytes)
{
    public const byte Integer = 0x02;
    public const byte BitString = 0x03;
    public const byte Sequence = 0x30;

    private ReadOnlySpan<byte> rest = bytes;

    /// <summary>Whether every byte was read.</summary>
    public readonly bool AtEnd => rest.IsEmpty;

    /// <summary>Reads an element of this tag. The position stays where it is when there is none.</summary>
    public bool TryRead(byte tag, out ReadOnlySpan<byte> content)
    {
        content = default;
        if (rest.Length < 2 || rest[0] != tag || !TryReadLength(rest[1..], out int length, out int lengthBytes))
        {
            return false;
        }

        int start = 1 + lengthBytes;
        if (rest.Length - start < length)
        {
            return false;
        }

        content = rest.Slice(start, length);
        rest = rest[(start + length)..];
        return true;
    }

    /// <summary>Reads an element of this tag that fills all that is left.</summary>
    public bool TryReadLast(byte tag, out ReadOnlySpan<byte> content) => TryRead(tag, out content) && AtEnd;

    /// <summary>Reads a positive INTEGER in its shortest form (X.690 §8.3.2).</summary>
    /// <param name="magnitude">Its value, big-endian, first byte not zero.</param>
    public bool TryReadPositive(out ReadOnlySpan<byte> magnitude)
    {
        if (!TryRead(Integer, out magnitude) || magnitude.IsEmpty || magnitude[0] >= 0x80)
        {
            return false; // empty, or negative
        }

        if (magnitude[0] != 0)
        {
            return true;
        }

        // A leading zero is there only to keep the number positive; zero itself is not positive.
        magnitude = magnitude[1..];
        return !magnitude.IsEmpty && magnitude[0] >= 0x80;
    }

    private static bool TryReadLength(ReadOnlySpan<byte> bytes, out int length, out int lengthBytes)
    {
        (length, lengthBytes) = bytes switch
        {
            [< 0x80 and var one, ..] => (one, 1),
            [0x81, >= 0x80 and var one, ..] => (one, 2),
            [0x82, >= 0x01, _, ..] => (BinaryPrimitives.ReadUInt16BigEndian(bytes[1..]), 3),
            _ => (0, 0),
        };
        return lengthBytes > 0;
    }
}
