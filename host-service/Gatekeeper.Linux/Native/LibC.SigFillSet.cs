using System.Runtime.InteropServices;

namespace Gatekeeper.Linux.Native;

internal static partial class LibC
{
    [LibraryImport(Library, EntryPoint = "sigfillset")]
    internal static unsafe partial int SigFillSet(void* signals);
}
