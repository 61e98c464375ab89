namespace Gatekeeper.Release;

/// <summary>Walks an archive forward. No byte is used from two reads (I04): it reads in windows, because a read from a stick costs a round trip, and every byte it hands out is handed out once.</summary>
internal sealed class ArchiveReader(IReleaseSource source, Refusal refusal)
{
    private readonly byte[] window = new byte[64 * 1024];
    private long windowStart;
    private int windowLength;

    /// <summary>Where the next byte is read.</summary>
    public long Position { get; private set; }

    /// <summary>A reader that goes on where this one is, from the bytes this one has read ahead, and refuses with another code.</summary>
    public ArchiveReader Continue(Refusal other)
    {
        var next = new ArchiveReader(source, other) { Position = Position, windowStart = windowStart, windowLength = windowLength };
        window.CopyTo(next.window, 0);
        return next;
    }

    /// <summary>Reads a header block. False for a block of zeros: the end.</summary>
    public bool TryReadHeader(out string name, out long length)
    {
        Span<byte> block = stackalloc byte[UstarHeader.BlockBytes];
        Read(block);
        if (!block.ContainsAnyExcept((byte)0))
        {
            name = "";
            length = 0;
            return false;
        }

        return UstarHeader.TryRead(block, out name, out length) ? true : throw Refused("a header block is not as prescribed");
    }

    /// <summary>Reads an entry's bytes into memory and the zeros behind them.</summary>
    public byte[] ReadContent(int length)
    {
        byte[] content = new byte[length];
        Read(content);
        SkipPadding(length);
        return content;
    }

    /// <summary>Checks the zeros that fill an entry's last block.</summary>
    public void SkipPadding(long length)
    {
        Span<byte> padding = stackalloc byte[UstarHeader.BlockBytes];
        padding = padding[..UstarHeader.Padding(length)];
        Read(padding);
        if (padding.ContainsAnyExcept((byte)0))
        {
            throw Refused("an entry is not filled up with zeros");
        }
    }

    /// <summary>Goes on behind bytes that are not read here.</summary>
    public void Skip(long length) => Position += length;

    /// <summary>Checks the second block of zeros and that nothing follows.</summary>
    public void ReadEnd()
    {
        if (TryReadHeader(out _, out _) || Position != source.Length)
        {
            throw Refused("the file does not end after two blocks of zeros");
        }
    }

    /// <summary>Fills <paramref name="buffer"/> from the position on.</summary>
    public void Read(Span<byte> buffer)
    {
        if (Position > source.Length - buffer.Length)
        {
            throw Refused("the file ends too early");
        }

        while (buffer.Length > 0)
        {
            if (Position < windowStart || Position >= windowStart + windowLength)
            {
                windowStart = Position;
                windowLength = (int)Math.Min(window.Length, source.Length - Position);
                source.ReadAt(windowStart, window.AsSpan(0, windowLength));
            }

            ReadOnlySpan<byte> held = window.AsSpan((int)(Position - windowStart)..windowLength);
            int count = Math.Min(held.Length, buffer.Length);
            held[..count].CopyTo(buffer);
            buffer = buffer[count..];
            Position += count;
        }
    }

    public RefusedException Refused(string what) => new(refusal, $"archive: {what}");
}
