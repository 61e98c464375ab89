using System.Runtime.InteropServices;

namespace Gatekeeper.Linux.Native;

internal static partial class LibC
{
    [LibraryImport(Library, EntryPoint = "sigemptyset")]
    internal static unsafe partial int SigEmptySet(void* signals);
}
