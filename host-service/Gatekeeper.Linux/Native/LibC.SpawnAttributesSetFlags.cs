using System.Runtime.InteropServices;

namespace Gatekeeper.Linux.Native;

internal static partial class LibC
{
    [LibraryImport(Library, EntryPoint = "posix_spawnattr_setflags")]
    internal static unsafe partial int SpawnAttributesSetFlags(void* attributes, short flags);
}
