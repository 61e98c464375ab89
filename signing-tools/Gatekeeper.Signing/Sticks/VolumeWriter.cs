using Microsoft.Win32.SafeHandles;

namespace Gatekeeper.Signing.Sticks;

/// <summary>Writes a volume's structures at offsets from its first byte.</summary>
/// <param name="target">The image or device.</param>
/// <param name="start">Where the volume begins in it, bytes.</param>
/// <param name="blank">True when all of the target reads as zeros already: a new image, where zeros stay holes.</param>
internal sealed class VolumeWriter(SafeFileHandle target, long start, bool blank)
{
    private const int Step = 1 << 20;

    private readonly byte[] _buffer = new byte[Step];

    /// <summary>Writes bytes.</summary>
    internal void Write(long offset, ReadOnlySpan<byte> bytes) => RandomAccess.Write(target, bytes, start + offset);

    /// <summary>Makes a range read as zeros.</summary>
    internal void Zero(long offset, long length)
    {
        if (blank)
        {
            return;
        }

        Array.Clear(_buffer);
        for (long done = 0; done < length; done += Step)
        {
            Write(offset + done, _buffer.AsSpan(0, (int)Math.Min(Step, length - done)));
        }
    }

    /// <summary>Writes a table of 32-bit little-endian numbers, <paramref name="entry"/> giving each, and zeros to the end of its range.</summary>
    internal void WriteTable(long offset, long length, long entries, Func<long, uint> entry)
    {
        long at = 0;
        while (at < entries * 4)
        {
            int take = (int)Math.Min(Step, (entries * 4) - at);
            for (int i = 0; i < take; i += 4)
            {
                System.Buffers.Binary.BinaryPrimitives.WriteUInt32LittleEndian(_buffer.AsSpan(i), entry((at + i) / 4));
            }

            Write(offset + at, _buffer.AsSpan(0, take));
            at += take;
        }

        Zero(offset + at, length - at);
    }

    /// <summary>Copies a file's bytes and tells <paramref name="progress"/> how many at each step.</summary>
    internal void Copy(long offset, StickFile file, Action<long> progress)
    {
        for (long done = 0; done < file.Length;)
        {
            Span<byte> part = _buffer.AsSpan(0, (int)Math.Min(Step, file.Length - done));
            ReadExactly(file.Source.SafeFileHandle, part, file.Offset + done);
            Write(offset + done, part);
            done += part.Length;
            progress(part.Length);
        }
    }

    /// <summary>Reads a range wholly.</summary>
    internal static void ReadExactly(SafeFileHandle source, Span<byte> bytes, long offset)
    {
        while (bytes.Length > 0)
        {
            int read = RandomAccess.Read(source, bytes, offset);
            if (read == 0)
            {
                throw new EndOfStreamException("it is shorter than it was");
            }

            bytes = bytes[read..];
            offset += read;
        }
    }
}
