using System.Runtime.InteropServices;

namespace Gatekeeper.Linux.Native;

internal static partial class LibC
{
    [LibraryImport(Library, EntryPoint = "posix_spawnattr_destroy")]
    internal static unsafe partial int SpawnAttributesDestroy(void* attributes);
}
