using System.Runtime.InteropServices;

namespace Gatekeeper.Linux.Native;

internal static partial class LibC
{
    [LibraryImport(Library, EntryPoint = "posix_spawnattr_setsigdefault")]
    internal static unsafe partial int SpawnAttributesSetSigDefault(void* attributes, void* signals);
}
