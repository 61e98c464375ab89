using System.Runtime.InteropServices;

namespace Gatekeeper.Linux.Native;

internal static partial class LibC
{
    [LibraryImport(Library, EntryPoint = "posix_spawn_file_actions_init")]
    internal static unsafe partial int SpawnActionsInit(void* actions);
}
