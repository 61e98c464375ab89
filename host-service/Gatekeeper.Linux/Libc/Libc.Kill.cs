using System.Runtime.InteropServices;

namespace Gatekeeper.Linux;

internal static partial class Libc
{
    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    internal static partial int Kill(int pid, int signal);
}
