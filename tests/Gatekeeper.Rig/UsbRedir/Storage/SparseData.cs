namespace Gatekeeper.Rig.UsbRedir;

/// <summary>A stick of any size in memory: zeros, and what a test wrote, in pages of 4 KiB.</summary>
public sealed class SparseData(long length) : IStickData
{
    private const int Page = 4096;
    private readonly Dictionary<long, byte[]> pages = [];
    private readonly Lock gate = new();

    /// <inheritdoc/>
    public long Length => length;

    /// <summary>Writes bytes that then are the stick's.</summary>
    public void Write(long offset, ReadOnlySpan<byte> bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset + bytes.Length, length);
        lock (gate)
        {
            while (!bytes.IsEmpty)
            {
                (long number, int at) = (offset / Page, (int)(offset % Page));
                if (!pages.TryGetValue(number, out byte[]? page))
                {
                    pages[number] = page = new byte[Page];
                }
                int count = Math.Min(bytes.Length, Page - at);
                bytes[..count].CopyTo(page.AsSpan(at));
                bytes = bytes[count..];
                offset += count;
            }
        }
    }

    /// <inheritdoc/>
    public void Read(long offset, Span<byte> buffer)
    {
        lock (gate)
        {
            while (!buffer.IsEmpty)
            {
                int at = (int)(offset % Page);
                int count = Math.Min(buffer.Length, Page - at);
                Span<byte> part = buffer[..count];
                if (pages.TryGetValue(offset / Page, out byte[]? page))
                {
                    page.AsSpan(at, count).CopyTo(part);
                }
                else
                {
                    part.Clear();
                }
                buffer = buffer[count..];
                offset += count;
            }
        }
    }
}
