using System.Runtime.InteropServices;
using Gatekeeper.Update;
using Microsoft.Win32.SafeHandles;

namespace Gatekeeper.Linux.Storage;

/// <summary>
/// A block device node, or a file in tests. Two descriptors: one through the page cache for writing and plain reads, one with
/// <c>O_DIRECT</c> for read-back. The kernel writes back a range's dirty pages before a direct read of it, so what is read is the device's answer.
/// </summary>
public sealed class LinuxBlockDevice : IBlockDevice, IDisposable
{
    private const int BounceBytes = 1024 * 1024;
    private readonly SafeFileHandle cached;
    private readonly SafeFileHandle direct;
    private readonly WriteBehind writing;
    private readonly int sector;

    private LinuxBlockDevice(SafeFileHandle cached, SafeFileHandle direct, long length, int sector)
    {
        this.cached = cached;
        this.direct = direct;
        this.sector = sector;
        writing = new WriteBehind(cached);
        Length = length;
    }

    /// <inheritdoc/>
    public long Length { get; }

    /// <summary>Opens a device node or a file.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="writable">False opens it for reading only, and writes throw.</param>
    /// <exception cref="IOException">It cannot be opened, or not with <c>O_DIRECT</c>.</exception>
    public static LinuxBlockDevice Open(string path, bool writable)
    {
        SafeFileHandle cached = OpenHandle(path, (writable ? Libc.O_RDWR : StorageConstants.O_RDONLY) | Libc.O_CLOEXEC);
        SafeFileHandle? direct = null;
        try
        {
            direct = OpenHandle(path, StorageConstants.O_RDONLY | StorageConstants.O_DIRECT | Libc.O_CLOEXEC);
            (long length, int sector) = Geometry(cached);
            return new LinuxBlockDevice(cached, direct, length, sector);
        }
        catch (IOException)
        {
            direct?.Dispose();
            cached.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void ReadAt(long offset, Span<byte> buffer)
    {
        RequireRange(offset, buffer.Length);
        FileReads.Fill(cached, offset, buffer, "the device ended early");
    }

    /// <inheritdoc/>
    public unsafe void ReadDirectAt(long offset, Span<byte> buffer)
    {
        RequireRange(offset, buffer.Length);
        int size = Math.Min(BounceBytes, checked(buffer.Length + (2 * sector)) / sector * sector);
        void* memory = NativeMemory.AlignedAlloc((nuint)size, (nuint)Math.Max(sector, Environment.SystemPageSize));
        try
        {
            var bounce = new Span<byte>(memory, size);
            for (int done = 0; done < buffer.Length;)
            {
                // open(2), O_DIRECT: buffer, offset and length are whole sectors.
                int before = (int)((offset + done) % sector);
                int part = Math.Min(size - before, buffer.Length - done);
                long from = offset + done - before;
                int whole = (before + part + sector - 1) / sector * sector;
                Fill(direct, from, bounce[..(int)Math.Min(whole, Length - from)], whole, bounce);
                bounce.Slice(before, part).CopyTo(buffer[done..]);
                done += part;
            }
        }
        finally
        {
            NativeMemory.AlignedFree(memory);
        }
    }

    /// <inheritdoc/>
    public void WriteAt(long offset, ReadOnlySpan<byte> data)
    {
        RequireRange(offset, data.Length);
        writing.Write(offset, data);
    }

    /// <inheritdoc/>
    public void Flush()
    {
        LinuxException.Check(Libc.FSync(cached), "fsync");
        writing.Flushed();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        cached.Dispose();
        direct.Dispose();
    }

    private static SafeFileHandle OpenHandle(string path, int flags)
    {
        SafeFileHandle handle = Libc.Open(path, flags);
        if (handle.IsInvalid)
        {
            LinuxException error = LinuxException.Last("open");
            handle.Dispose();
            throw error;
        }

        return handle;
    }

    private static unsafe (long Length, int Sector) Geometry(SafeFileHandle handle)
    {
        ulong length;
        if (Libc.Ioctl(handle, StorageConstants.BLKGETSIZE64, &length) < 0)
        {
            return Marshal.GetLastPInvokeError() == StorageConstants.ENOTTY
                ? (RandomAccess.GetLength(handle), Environment.SystemPageSize)
                : throw LinuxException.Last("BLKGETSIZE64");
        }

        int sector;
        LinuxException.Check(Libc.Ioctl(handle, StorageConstants.BLKSSZGET, &sector), "BLKSSZGET");
        return (checked((long)length), sector);
    }

    // A direct read asks for whole sectors, also behind the end of a file; only the needed part must be there.
    private static void Fill(SafeFileHandle handle, long offset, Span<byte> needed, int ask, Span<byte> bounce)
    {
        int read = RandomAccess.Read(handle, bounce[..ask], offset);
        if (read < needed.Length)
        {
            throw new IOException("a direct read was short");
        }
    }

    private void RequireRange(long offset, int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset, Length - length);
    }
}
