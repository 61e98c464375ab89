using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Gatekeeper.Signing.Keys.Lms;

/// <summary>Holds a key file for one process, from before its index is read until all its signatures are made. Ends with the process, however that ends.</summary>
internal sealed class KeyLock : IDisposable
{
    private readonly SafeFileHandle _file;

    private KeyLock(SafeFileHandle file) => _file = file;

    /// <summary>Takes the lock. The file <paramref name="path"/> is made where it is missing and never removed: who removed it would let two hold it.</summary>
    /// <exception cref="ToolException">Another process has it, or the file system knows no locks.</exception>
    internal static KeyLock Take(string path, string keyFile)
    {
        // Not by the framework's own open: that locks by rules of its own, which would be in the way of ours.
        SafeFileHandle file = LmsNative.Open(path, LmsNative.ORdwr | LmsNative.OCreat | LmsNative.OCloexec, LmsNative.OwnerOnly);
        if (file.IsInvalid)
        {
            file.Dispose();
            throw OutputFile.Unwritable(path, new IOException(Marshal.GetLastPInvokeErrorMessage()));
        }

        if (LmsNative.Flock(file, LmsNative.LockExclusiveNow) == 0)
        {
            return new KeyLock(file);
        }

        int error = Marshal.GetLastPInvokeError();
        file.Dispose();
        throw error == LmsNative.Ewouldblock
            ? new ToolException(ExitCode.KeyState, $"{keyFile} is in use by another command", "wait until it ends: two at once could sign with one index")
            : new ToolException(ExitCode.KeyState, $"{path} cannot be locked: {Marshal.GetPInvokeErrorMessage(error)}", "keep the key on a local file system; nothing was signed");
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();
}
