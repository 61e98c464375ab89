using Gatekeeper.Update;

namespace Gatekeeper.Service.Tests;

/// <summary>A state partition in memory.</summary>
internal sealed class MemoryDevice : IBlockDevice
{
    private readonly byte[] bytes = new byte[StatePartition.MinBytes];

    public long Length => bytes.Length;

    /// <summary>Lets every write fail, as a worn medium does.</summary>
    public bool Fails { get; set; }

    public void ReadAt(long offset, Span<byte> buffer) => bytes.AsSpan((int)offset, buffer.Length).CopyTo(buffer);

    public void ReadDirectAt(long offset, Span<byte> buffer) => ReadAt(offset, buffer);

    public void WriteAt(long offset, ReadOnlySpan<byte> data)
    {
        if (Fails)
        {
            throw new IOException("worn");
        }

        data.CopyTo(bytes.AsSpan((int)offset));
    }

    public void Flush()
    {
    }
}

/// <summary>A clock of the audit log that stands still.</summary>
internal sealed class StillClock : IAuditClock
{
    public long UptimeMs => 1000;

    public long WallSeconds => 0;
}
