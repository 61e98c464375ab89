using Gatekeeper.Update;

namespace Gatekeeper.Fuzz;

/// <summary>A partition or disk of zeros into which an input is put; what is written is forgotten with it.</summary>
/// <param name="length">Bytes in all.</param>
internal sealed class MemoryPartition(long length) : IBlockDevice
{
    private readonly List<(long Offset, byte[] Bytes)> parts = [];

    public long Length => length;

    /// <summary>Puts bytes at a place, later ones over earlier ones.</summary>
    public void Put(long offset, ReadOnlySpan<byte> bytes) => parts.Add((offset, bytes.ToArray()));

    public void ReadAt(long offset, Span<byte> buffer)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset + buffer.Length, length);
        buffer.Clear();
        foreach ((long at, byte[] bytes) in parts)
        {
            long from = Math.Max(at, offset);
            long to = Math.Min(at + bytes.Length, offset + buffer.Length);
            if (from < to)
            {
                bytes.AsSpan((int)(from - at), (int)(to - from)).CopyTo(buffer[(int)(from - offset)..]);
            }
        }
    }

    public void ReadDirectAt(long offset, Span<byte> buffer) => ReadAt(offset, buffer);

    public void WriteAt(long offset, ReadOnlySpan<byte> data)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset + data.Length, length);
        Put(offset, data);
    }

    public void Flush()
    {
    }
}
