using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Gatekeeper.Linux;

internal static partial class Libc
{
    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    internal static unsafe partial int Ioctl(SafeFileHandle fd, nuint request, void* argument);
}
