using System.Runtime.InteropServices;

namespace Gatekeeper.Linux.Native;

internal static partial class LibC
{
    [LibraryImport(Library, EntryPoint = "waitid", SetLastError = true)]
    internal static unsafe partial int WaitId(int idType, uint id, void* info, int options);
}
