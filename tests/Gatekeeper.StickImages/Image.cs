using System.Buffers.Binary;

namespace Gatekeeper.StickImages;

/// <summary>The bytes of a stick or of one volume, in memory or in a file. Numbers are little-endian, as in every structure here.</summary>
public abstract class Image
{
    /// <summary>Bytes of the image.</summary>
    public abstract long Length { get; }

    /// <summary>Fills the buffer from an offset on.</summary>
    public abstract void Read(long offset, Span<byte> bytes);

    /// <summary>Writes bytes at an offset.</summary>
    public abstract void Write(long offset, ReadOnlySpan<byte> bytes);

    /// <summary>Puts everything that is not zero into another image, at an offset.</summary>
    public abstract void CopyInto(Image target, long offset);

    /// <summary>Some bytes.</summary>
    public byte[] Bytes(long offset, int count)
    {
        byte[] bytes = new byte[count];
        Read(offset, bytes);
        return bytes;
    }

    /// <summary>One byte.</summary>
    public byte U8(long at)
    {
        Span<byte> bytes = stackalloc byte[1];
        Read(at, bytes);
        return bytes[0];
    }

    /// <summary>A number of 16 bits.</summary>
    public ushort U16(long at)
    {
        Span<byte> bytes = stackalloc byte[2];
        Read(at, bytes);
        return BinaryPrimitives.ReadUInt16LittleEndian(bytes);
    }

    /// <summary>A number of 32 bits.</summary>
    public uint U32(long at)
    {
        Span<byte> bytes = stackalloc byte[4];
        Read(at, bytes);
        return BinaryPrimitives.ReadUInt32LittleEndian(bytes);
    }

    /// <summary>Writes one byte.</summary>
    public void Set8(long at, byte value) => Write(at, [value]);

    /// <summary>Writes a number of 16 bits.</summary>
    public void Set16(long at, int value)
    {
        Span<byte> bytes = stackalloc byte[2];
        BinaryPrimitives.WriteUInt16LittleEndian(bytes, checked((ushort)value));
        Write(at, bytes);
    }

    /// <summary>Writes a number of 32 bits.</summary>
    public void Set32(long at, long value)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, checked((uint)value));
        Write(at, bytes);
    }
}
