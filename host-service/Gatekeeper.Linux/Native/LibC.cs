namespace Gatekeeper.Linux.Native;

/// <summary>glibc, one function a file, no logic beside it.</summary>
internal static partial class LibC
{
    internal const string Library = "libc";
}
