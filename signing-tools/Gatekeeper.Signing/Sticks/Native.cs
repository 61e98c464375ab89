using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Gatekeeper.Signing.Sticks;

/// <summary>The one function of libc this tool calls itself.</summary>
internal static partial class Native
{
    /// <summary><c>POSIX_FADV_DONTNEED</c>: the pages of the range are dropped from the page cache.</summary>
    internal const int PosixFadvDontNeed = 4;

    /// <summary>posix_fadvise(3); length 0 is up to the end. Returns 0 or an error number.</summary>
    [LibraryImport("libc", EntryPoint = "posix_fadvise")]
    internal static partial int PosixFadvise(SafeFileHandle file, long offset, long length, int advice);
}
