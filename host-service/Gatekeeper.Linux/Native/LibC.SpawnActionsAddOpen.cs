using System.Runtime.InteropServices;

namespace Gatekeeper.Linux.Native;

internal static partial class LibC
{
    [LibraryImport(Library, EntryPoint = "posix_spawn_file_actions_addopen")]
    internal static unsafe partial int SpawnActionsAddOpen(void* actions, int fd, byte* path, int flags, uint mode);
}
