using System.Runtime.InteropServices;

namespace Gatekeeper.Linux.Native;

internal static partial class LibC
{
    [LibraryImport(Library, EntryPoint = "posix_spawnattr_init")]
    internal static unsafe partial int SpawnAttributesInit(void* attributes);
}
