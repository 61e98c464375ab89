namespace Gatekeeper.StickImages;

/// <summary>An image in memory that costs only what is not zero, so it may be of any size.</summary>
/// <param name="length">Bytes of the image.</param>
public sealed class MemoryImage(long length) : Image
{
    private const int PageBytes = 4096;
    private readonly Dictionary<long, byte[]> pages = [];

    /// <inheritdoc/>
    public override long Length => length;

    /// <summary>Takes in a file; its holes stay holes.</summary>
    public static MemoryImage Load(string path)
    {
        using FileImage file = new(path);
        MemoryImage image = new(file.Length);
        file.CopyInto(image, 0);
        return image;
    }

    /// <summary>Writes the image into a new sparse file.</summary>
    public void Save(string path)
    {
        using (FileStream file = File.Create(path))
        {
            file.SetLength(length);
        }

        using FileImage target = new(path);
        CopyInto(target, 0);
    }

    /// <inheritdoc/>
    public override void Read(long offset, Span<byte> bytes)
    {
        Check(offset, bytes.Length);
        for (int done = 0; done < bytes.Length;)
        {
            int at = (int)((offset + done) % PageBytes);
            Span<byte> part = bytes.Slice(done, Math.Min(PageBytes - at, bytes.Length - done));
            if (pages.TryGetValue((offset + done) / PageBytes, out byte[]? page))
            {
                page.AsSpan(at, part.Length).CopyTo(part);
            }
            else
            {
                part.Clear();
            }

            done += part.Length;
        }
    }

    /// <inheritdoc/>
    public override void Write(long offset, ReadOnlySpan<byte> bytes)
    {
        Check(offset, bytes.Length);
        for (int done = 0; done < bytes.Length;)
        {
            long number = (offset + done) / PageBytes;
            int at = (int)((offset + done) % PageBytes);
            ReadOnlySpan<byte> part = bytes.Slice(done, Math.Min(PageBytes - at, bytes.Length - done));
            done += part.Length;
            if (!pages.TryGetValue(number, out byte[]? page))
            {
                if (!part.ContainsAnyExcept((byte)0))
                {
                    continue;
                }

                pages[number] = page = new byte[PageBytes];
            }

            part.CopyTo(page.AsSpan(at));
        }
    }

    /// <inheritdoc/>
    public override void CopyInto(Image target, long offset)
    {
        foreach ((long number, byte[] page) in pages.OrderBy(page => page.Key))
        {
            long at = number * PageBytes;
            target.Write(offset + at, page.AsSpan(0, (int)Math.Min(PageBytes, length - at)));
        }
    }

    private void Check(long offset, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset + count, length);
    }
}
