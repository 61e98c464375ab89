using System.Runtime.InteropServices;

namespace Gatekeeper.Linux.Screen.Pango;

/// <summary>libgobject: all that is needed of it.</summary>
internal static partial class GObjectLib
{
    [LibraryImport("libgobject-2.0.so.0", EntryPoint = "g_object_unref")]
    internal static partial void Unref(nint instance);
}
