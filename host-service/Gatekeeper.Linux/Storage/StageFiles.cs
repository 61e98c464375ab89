using Gatekeeper.Release;
using Gatekeeper.Update;
using Microsoft.Win32.SafeHandles;

namespace Gatekeeper.Linux.Storage;

/// <summary>
/// The stage on the data partition: <c>stage.part</c> while it is written, <c>stage.gku</c> once it is whole and durable. The directory
/// belongs to root alone.
/// </summary>
/// <param name="directory">For example <c>/data/gatekeeper</c>; made when it is not there.</param>
public sealed class StageFiles(string directory) : IStageArea
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private readonly string part = Path.Combine(directory, "stage.part");
    private readonly string whole = Path.Combine(directory, "stage.gku");

    /// <inheritdoc/>
    public long FreeBytes => Guarded(() =>
    {
        RequireDirectory();
        long held = new[] { part, whole }.Select(p => new FileInfo(p)).Sum(f => f.Exists ? f.Length : 0);
        return Math.Max(0, new DriveInfo(directory).AvailableFreeSpace + held - Limits.StageReserveBytes);
    });

    /// <inheritdoc/>
    public IStageFile Create(long length) => Guarded(() =>
    {
        Discard();

        // The whole length is allocated at once, so a full disk is found before the first chunk. CreateNew follows no link.
        SafeFileHandle handle = File.OpenHandle(part, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, FileOptions.None, length);
        return new PartFile(this, handle);
    });

    /// <inheritdoc/>
    public IStageSource? Open() => Guarded<IStageSource?>(() =>
    {
        RequireDirectory();
        return File.Exists(whole) ? new WholeFile(File.OpenHandle(whole, FileMode.Open, FileAccess.Read, FileShare.Read)) : null;
    });

    /// <inheritdoc/>
    public void Discard() => Guarded(() =>
    {
        RequireDirectory();
        File.Delete(whole);
        File.Delete(part);
        return 0;
    });

    private void RequireDirectory()
    {
        if (!OperatingSystem.IsLinux())
        {
            throw new PlatformNotSupportedException();
        }

        DirectoryInfo info = Directory.CreateDirectory(directory, OwnerOnly);
        if (info.LinkTarget is not null || info.UnixFileMode != OwnerOnly)
        {
            throw new IOException("the stage's directory is a link, or open to others");
        }
    }

    private void Rename()
    {
        File.Move(part, whole, overwrite: true);
        using SafeFileHandle handle = Libc.Open(directory, StorageConstants.O_RDONLY | StorageConstants.O_DIRECTORY | Libc.O_CLOEXEC);
        if (handle.IsInvalid)
        {
            throw LinuxException.Last("open");
        }

        LinuxException.Check(Libc.FSync(handle), "fsync");
    }

    private static T Guarded<T>(Func<T> action)
    {
        try
        {
            return action();
        }
        catch (UnauthorizedAccessException e)
        {
            throw new IOException("the stage may not be written", e);
        }
    }

    private sealed class PartFile : IStageFile
    {
        private readonly StageFiles files;
        private readonly SafeFileHandle handle;
        private readonly WriteBehind writing;

        public PartFile(StageFiles files, SafeFileHandle handle)
        {
            this.files = files;
            this.handle = handle;
            writing = new WriteBehind(handle);
        }

        public void WriteAt(long offset, ReadOnlySpan<byte> data) => writing.Write(offset, data);

        public void Complete()
        {
            LinuxException.Check(Libc.FSync(handle), "fsync");
            handle.Dispose();
            files.Rename();
        }

        public void Dispose() => handle.Dispose();
    }

    private sealed class WholeFile(SafeFileHandle handle) : IStageSource
    {
        public long Length { get; } = RandomAccess.GetLength(handle);

        public void ReadAt(long offset, Span<byte> buffer)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(offset);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(offset, Length - buffer.Length);
            try
            {
                for (int done = 0; done < buffer.Length;)
                {
                    int read = RandomAccess.Read(handle, buffer[done..], offset + done);
                    done += read > 0 ? read : throw new IOException("the stage became shorter");
                }
            }
            catch (IOException e)
            {
                throw new RefusedException(Refusal.StageMedium, $"stage: {e.Message}");
            }
        }

        public void Dispose() => handle.Dispose();
    }
}
