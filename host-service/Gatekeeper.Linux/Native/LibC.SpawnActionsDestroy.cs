using System.Runtime.InteropServices;

namespace Gatekeeper.Linux.Native;

internal static partial class LibC
{
    [LibraryImport(Library, EntryPoint = "posix_spawn_file_actions_destroy")]
    internal static unsafe partial int SpawnActionsDestroy(void* actions);
}
