using System.Runtime.InteropServices;

namespace Gatekeeper.Linux.Native;

internal static partial class LibC
{
    [LibraryImport(Library, EntryPoint = "posix_spawn_file_actions_adddup2")]
    internal static unsafe partial int SpawnActionsAddDup2(void* actions, int fd, int newFd);
}
