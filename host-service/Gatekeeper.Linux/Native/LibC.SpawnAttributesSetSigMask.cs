using System.Runtime.InteropServices;

namespace Gatekeeper.Linux.Native;

internal static partial class LibC
{
    [LibraryImport(Library, EntryPoint = "posix_spawnattr_setsigmask")]
    internal static unsafe partial int SpawnAttributesSetSigMask(void* attributes, void* signals);
}
