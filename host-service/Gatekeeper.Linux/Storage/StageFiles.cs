using System.Globalization;
using Gatekeeper.Release;
using Gatekeeper.Update;
using Microsoft.Win32.SafeHandles;

namespace Gatekeeper.Linux.Storage;

/// <summary>
/// The stage on the data partition: <c>stage-DIGEST-OFFSET.part</c> while it is written, <c>stage.gku</c> once it is whole and durable. The
/// directory belongs to root alone. At most one of them is there; a name says where to look and proves nothing.
/// </summary>
/// <param name="directory">For example <c>/data/gatekeeper</c>; made when it is not there.</param>
public sealed class StageFiles(string directory) : IStageArea
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const string Shorter = "the stage became shorter";
    private const string PartPattern = "stage*.part"; // stage.part is what versions before 0130 wrote
    private readonly string whole = Path.Combine(directory, "stage.gku");

    /// <inheritdoc/>
    public long FreeBytes => Guarded(() =>
    {
        RequireDirectory();
        long held = Parts().Append(whole).Select(p => new FileInfo(p)).Sum(f => f.Exists ? f.Length : 0);
        return Math.Max(0, new DriveInfo(directory).AvailableFreeSpace + held - Limits.StageReserveBytes);
    });

    /// <inheritdoc/>
    public IStageFile Create(StageLabel label, long length) => Guarded(() =>
    {
        Discard();

        // The whole length is allocated at once, so a full disk is found before the first chunk. CreateNew follows no link.
        string part = PathOf(label);
        SafeFileHandle handle = File.OpenHandle(part, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, FileOptions.None, length);
        RandomAccess.SetLength(handle, length); // allocating does not set it, and FreeBytes counts what a stage holds by its length
        return new PartFile(this, part, handle, length);
    });

    /// <inheritdoc/>
    public IStageFile? Resume(StageLabel label, long length, out StageLabel before)
    {
        (IStageFile? file, before) = Guarded(() => Resume(label, length));
        return file;
    }

    /// <inheritdoc/>
    public bool DiscardUnfinished() => Guarded(() =>
    {
        RequireDirectory();
        string[] parts = Parts();
        Array.ForEach(parts, File.Delete);
        return parts.Length > 0;
    });

    private (IStageFile? File, StageLabel Before) Resume(StageLabel label, long length)
    {
        RequireDirectory();
        if (Parts() is not [var only] || !TryLabel(only, out StageLabel before) || before.Digest != label.Digest || new FileInfo(only).LinkTarget is not null)
        {
            return default; // none, of another release, or nothing that we left: Create removes it
        }

        File.Delete(whole);
        string part = PathOf(label);
        File.Move(only, part, overwrite: true);
        SafeFileHandle handle = File.OpenHandle(part, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        try
        {
            if (RandomAccess.GetLength(handle) < length)
            {
                RandomAccess.SetLength(handle, length);
            }

            return (new PartFile(this, part, handle, length), before);
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    private string[] Parts() => Directory.GetFiles(directory, PartPattern);

    private string PathOf(StageLabel label) => Path.Combine(directory, string.Create(CultureInfo.InvariantCulture, $"stage-{label.Digest}-{label.PayloadAt}.part"));

    private static bool TryLabel(string path, out StageLabel label)
    {
        label = default;
        if (Path.GetFileNameWithoutExtension(path).Split('-') is not ["stage", { Length: 64 } digest, var offset]
            || !long.TryParse(offset, NumberStyles.None, CultureInfo.InvariantCulture, out long at) || at > Limits.MaxFileBytes)
        {
            return false;
        }

        label = new StageLabel(digest, at);
        return true;
    }

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
        Array.ForEach(Parts(), File.Delete);
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

    private void Rename(string part)
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
        private readonly string part;
        private readonly SafeFileHandle handle;
        private readonly long length;
        private readonly WriteBehind writing;

        public PartFile(StageFiles files, string part, SafeFileHandle handle, long length)
        {
            this.files = files;
            this.part = part;
            this.handle = handle;
            this.length = length;
            writing = new WriteBehind(handle);
        }

        public void ReadAt(long offset, Span<byte> buffer) => FileReads.Fill(handle, offset, buffer, Shorter);

        public void WriteAt(long offset, ReadOnlySpan<byte> data) => writing.Write(offset, data);

        public void Complete()
        {
            RandomAccess.SetLength(handle, length); // what was there before may have been of a longer file
            LinuxException.Check(Libc.FSync(handle), "fsync");
            handle.Dispose();
            files.Rename(part);
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
                FileReads.Fill(handle, offset, buffer, Shorter);
            }
            catch (IOException e)
            {
                throw new RefusedException(Refusal.StageMedium, $"stage: {e.Message}");
            }
        }

        public void Dispose() => handle.Dispose();
    }
}
