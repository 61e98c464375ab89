using System.Diagnostics;
using Gatekeeper.Release;
using Microsoft.Win32.SafeHandles;

namespace Gatekeeper.Linux.Storage;

/// <summary>
/// Keeps the page cache from collecting what is written: each piece is sent to the medium at once, and what is on its way is no more
/// than the medium writes in <see cref="Limits.LeaseFlightMilliseconds"/>. So when the caller stops, the writing stops (I15) and not
/// seconds later when the kernel has caught up; the flush at the end has little left to do; and dirty pages never fill the memory the
/// service may have. How much that is, the medium shows: a piece that arrives in half the time lets one more go, one that is late halves them.
/// </summary>
internal sealed class WriteBehind(SafeFileHandle handle)
{
    private const uint Start = StorageConstants.SYNC_FILE_RANGE_WRITE;
    private const uint Finish = StorageConstants.SYNC_FILE_RANGE_WAIT_BEFORE | StorageConstants.SYNC_FILE_RANGE_WRITE | StorageConstants.SYNC_FILE_RANGE_WAIT_AFTER;

    private readonly Queue<(long Offset, int Length, long Since)> flight = new();
    private long bytes;

    /// <summary>Bytes that may be on their way now.</summary>
    internal long Window { get; private set; } = Limits.LeaseFlightBytesFirst;

    /// <summary>Writes a piece.</summary>
    /// <exception cref="IOException">This piece, or one before it, failed.</exception>
    public void Write(long offset, ReadOnlySpan<byte> data)
    {
        while (flight.Count > 0 && bytes + data.Length > Window)
        {
            WaitForOldest();
        }

        RandomAccess.Write(handle, data, offset);
        Sync(offset, data.Length, Start);
        flight.Enqueue((offset, data.Length, Stopwatch.GetTimestamp()));
        bytes += data.Length;
    }

    /// <summary>Everything was flushed: nothing is on its way.</summary>
    public void Flushed()
    {
        flight.Clear();
        bytes = 0;
    }

    /// <summary>The window after a piece took so long.</summary>
    internal static long Next(long window, int piece, double milliseconds) => milliseconds switch
    {
        < Limits.LeaseFlightMilliseconds / 2.0 => Math.Min(window + piece, Limits.LeaseFlightBytesMost),
        > Limits.LeaseFlightMilliseconds => Math.Max(window / 2, Limits.LeaseFlightBytesFirst),
        _ => window,
    };

    private void WaitForOldest()
    {
        (long offset, int length, long since) = flight.Dequeue();
        bytes -= length;
        Sync(offset, length, Finish);
        Window = Next(Window, length, Stopwatch.GetElapsedTime(since).TotalMilliseconds);
    }

    private void Sync(long offset, long length, uint flags)
    {
        if (length > 0)
        {
            LinuxException.Check(Libc.SyncFileRange(handle, offset, length, flags), "sync_file_range"); // a length of 0 would mean all of the rest
        }
    }
}
