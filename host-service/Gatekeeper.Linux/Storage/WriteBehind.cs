using Microsoft.Win32.SafeHandles;

namespace Gatekeeper.Linux.Storage;

/// <summary>
/// Keeps the page cache from collecting what is written: each piece is sent to the medium at once, and the next but one is written
/// only when it is there. So when the caller stops, the writing stops (I15) and not seconds later when the kernel has caught up; the
/// flush at the end has nothing left to do; and dirty pages never fill the memory the service may have. Two pieces in flight keep the medium busy.
/// </summary>
internal sealed class WriteBehind(SafeFileHandle handle)
{
    private (long Offset, long Length) before;

    /// <summary>Writes a piece.</summary>
    /// <exception cref="IOException">This piece, or the one before, failed.</exception>
    public void Write(long offset, ReadOnlySpan<byte> data)
    {
        RandomAccess.Write(handle, data, offset);
        Sync(offset, data.Length, StorageConstants.SYNC_FILE_RANGE_WRITE);
        if (before.Length > 0)
        {
            Sync(before.Offset, before.Length, StorageConstants.SYNC_FILE_RANGE_WAIT_BEFORE | StorageConstants.SYNC_FILE_RANGE_WRITE | StorageConstants.SYNC_FILE_RANGE_WAIT_AFTER);
        }

        before = (offset, data.Length);
    }

    private void Sync(long offset, long length, uint flags) => LinuxException.Check(Libc.SyncFileRange(handle, offset, length, flags), "sync_file_range");
}
