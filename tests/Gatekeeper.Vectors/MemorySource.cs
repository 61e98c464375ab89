using Gatekeeper.Release;

namespace Gatekeeper.Vectors;

/// <summary>A release file in memory. Counts what is read, so a test can assert that nothing is read twice.</summary>
public sealed class MemorySource(byte[] bytes) : IReleaseSource
{
    private readonly bool[] seen = new bool[bytes.Length];

    /// <inheritdoc/>
    public long Length => bytes.Length;

    /// <summary>Bytes that were read a second time.</summary>
    public long ReadTwice { get; private set; }

    /// <inheritdoc/>
    public void ReadAt(long offset, Span<byte> buffer)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset, bytes.Length - buffer.Length);
        bytes.AsSpan((int)offset, buffer.Length).CopyTo(buffer);
        for (int i = (int)offset; i < (int)offset + buffer.Length; i++)
        {
            ReadTwice += seen[i] ? 1 : 0;
            seen[i] = true;
        }
    }
}
