using System.Runtime.InteropServices;

namespace Gatekeeper.Linux.Native;

internal static partial class LibC
{
    [LibraryImport(Library, EntryPoint = "sendmsg", SetLastError = true)]
    internal static unsafe partial nint SendMsg(int fd, MsgHdr* message, int flags);
}
