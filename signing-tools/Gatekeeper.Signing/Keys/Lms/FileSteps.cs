using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Gatekeeper.Signing.Keys.Lms;

/// <summary>The steps on the machine's own disk.</summary>
internal sealed class FileSteps : IFileSteps
{
    private const int MaxBytes = 64 * 1024;

    /// <inheritdoc/>
    public byte[]? Read(string path) => File.Exists(path) ? InputFile.ReadBytes(path, MaxBytes, "a key file or its index") : null;

    /// <inheritdoc/>
    public void Write(string path, byte[] bytes) => Do(path, () =>
    {
        using FileStream file = new(path, new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite, BufferSize = 0 });
        file.Write(bytes);
    });

    /// <inheritdoc/>
    public void Flush(string path) => Do(path, () =>
    {
        using SafeFileHandle file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite);
        ExpectDone(LmsNative.Fsync(file));
    });

    /// <inheritdoc/>
    public void Rename(string from, string to) => Do(to, () => File.Move(from, to, overwrite: true));

    /// <inheritdoc/>
    public void FlushFolder(string folder) => Do(folder, () =>
    {
        using SafeFileHandle handle = LmsNative.Open(folder, LmsNative.ODirectory | LmsNative.OCloexec, mode: 0);
        ExpectDone(handle.IsInvalid ? -1 : LmsNative.Fsync(handle));
    });

    private static void Do(string path, Action step)
    {
        try
        {
            step();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw OutputFile.Unwritable(path, e);
        }
    }

    private static void ExpectDone(int result)
    {
        if (result != 0)
        {
            throw new IOException(Marshal.GetLastPInvokeErrorMessage());
        }
    }
}
