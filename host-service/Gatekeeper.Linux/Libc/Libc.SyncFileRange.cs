using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Gatekeeper.Linux;

internal static partial class Libc
{
    [LibraryImport("libc", EntryPoint = "sync_file_range", SetLastError = true)]
    internal static partial int SyncFileRange(SafeFileHandle fd, long offset, long length, uint flags);
}
