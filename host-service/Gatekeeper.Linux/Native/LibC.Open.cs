using System.Runtime.InteropServices;

namespace Gatekeeper.Linux.Native;

internal static partial class LibC
{
    [LibraryImport(Library, EntryPoint = "open", SetLastError = true)]
    internal static unsafe partial int Open(byte* path, int flags, int mode);
}
