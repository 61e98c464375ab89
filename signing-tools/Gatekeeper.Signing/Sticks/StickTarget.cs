using Microsoft.Win32.SafeHandles;

namespace Gatekeeper.Signing.Sticks;

/// <summary>The image or disk a stick is written to, open and of a known size.</summary>
internal sealed class StickTarget : IDisposable
{
    private readonly FileStream _file;

    private StickTarget(FileStream file, long bytes, bool blank)
    {
        _file = file;
        Bytes = bytes;
        Blank = blank;
    }

    /// <summary>Its size.</summary>
    internal long Bytes { get; }

    /// <summary>True when all of it reads as zeros: a new image.</summary>
    internal bool Blank { get; }

    /// <summary>To read and write at any offset.</summary>
    internal SafeFileHandle Handle => _file.SafeFileHandle;

    /// <summary>Checks that the disk may be overwritten.</summary>
    /// <exception cref="ToolException">In use, not removable and not confirmed, or of another sector size.</exception>
    internal static void Check(string path, BlockDevice disk, bool yes)
    {
        string what = $"{path} ({(disk.Model.Length == 0 ? "unnamed" : disk.Model)}, {disk.Bytes / 1_000_000} MB)";
        if (disk.InUse is { } usage)
        {
            throw new ToolException(ExitCode.Output, $"{what} is in use: {usage}", "unmount it first");
        }

        if (disk.SectorSize != VolumePlan.SectorSize)
        {
            throw new ToolException(ExitCode.Output, $"{what} has sectors of {disk.SectorSize} bytes, only 512 are written", "use another stick");
        }

        if (!yes)
        {
            throw disk.Removable
                ? new ToolException(ExitCode.Output, $"all data on {what} would be lost", "run the command again with --yes")
                : new ToolException(ExitCode.Output, $"{what} is not removable", "if it really is the stick, run the command again with --yes");
        }
    }

    /// <summary>Opens a disk that was checked.</summary>
    internal static StickTarget OpenDisk(string path, BlockDevice disk)
    {
        try
        {
            return new StickTarget(new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None, bufferSize: 0), disk.Bytes, blank: false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw OutputFile.Unwritable(path, e);
        }
    }

    /// <summary>Makes an image of this size; one that exists is replaced only with <paramref name="yes"/>.</summary>
    internal static StickTarget CreateImage(string path, long bytes, bool yes)
    {
        if (!yes)
        {
            OutputFile.ExpectNew(path);
        }

        try
        {
            var file = new FileStream(path, FileMode.Create, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
            file.SetLength(bytes);
            return new StickTarget(file, bytes, blank: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw OutputFile.Unwritable(path, e);
        }
    }

    /// <summary>Everything written so far is on the medium, and what is read next comes from there.</summary>
    internal void Flush()
    {
        _file.Flush(flushToDisk: true);
        Native.PosixFadvise(Handle, 0, 0, Native.PosixFadvDontNeed);
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();
}
