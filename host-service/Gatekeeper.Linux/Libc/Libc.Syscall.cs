using System.Runtime.InteropServices;

namespace Gatekeeper.Linux;

internal static partial class Libc
{
    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    internal static partial nint Syscall(nint number, nint a, nint b, nint c, nint d);
}
