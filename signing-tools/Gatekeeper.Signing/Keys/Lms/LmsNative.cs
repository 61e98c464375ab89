using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Gatekeeper.Signing.Keys.Lms;

/// <summary>The functions of libc that keeping count needs: the framework's own flush ignores errors of folders, and its locks those of file systems without locks.</summary>
internal static partial class LmsNative
{
    /// <summary><c>O_DIRECTORY</c>.</summary>
    internal const int ODirectory = 0x10000;

    /// <summary><c>O_RDWR</c>.</summary>
    internal const int ORdwr = 2;

    /// <summary><c>O_CREAT</c>.</summary>
    internal const int OCreat = 0x40;

    /// <summary>Mode 0600.</summary>
    internal const uint OwnerOnly = 0x180;

    /// <summary><c>O_CLOEXEC</c>.</summary>
    internal const int OCloexec = 0x80000;

    /// <summary><c>LOCK_EX | LOCK_NB</c>.</summary>
    internal const int LockExclusiveNow = 2 | 4;

    /// <summary><c>EWOULDBLOCK</c>: another one has the lock.</summary>
    internal const int Ewouldblock = 11;

    /// <summary>open(2); the mode counts with <c>O_CREAT</c> only.</summary>
    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial SafeFileHandle Open(string path, int flags, uint mode);

    /// <summary>fsync(2).</summary>
    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    internal static partial int Fsync(SafeFileHandle file);

    /// <summary>flock(2).</summary>
    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    internal static partial int Flock(SafeFileHandle file, int operation);
}
