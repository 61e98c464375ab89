using Gatekeeper.Release;

namespace Gatekeeper.Vectors;

/// <summary>A release file in memory. Remembers what was read, so a test can assert that nothing is read twice.</summary>
public sealed class MemorySource(byte[] bytes) : IReleaseSource
{
    private readonly bool[] seen = new bool[bytes.Length];

    /// <inheritdoc/>
    public long Length => bytes.Length;

    /// <summary>The first byte that was read a second time, or <see cref="long.MaxValue"/>.</summary>
    public long FirstReadTwice { get; private set; } = long.MaxValue;

    /// <inheritdoc/>
    public void ReadAt(long offset, Span<byte> buffer)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset, bytes.Length - buffer.Length);
        bytes.AsSpan((int)offset, buffer.Length).CopyTo(buffer);
        for (int i = (int)offset; i < (int)offset + buffer.Length; i++)
        {
            FirstReadTwice = seen[i] ? Math.Min(i, FirstReadTwice) : FirstReadTwice;
            seen[i] = true;
        }
    }
}
