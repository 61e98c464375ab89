namespace Gatekeeper.Linux.Processes;

/// <summary>Sizes of glibc's opaque types and flags of spawn.h (64-bit glibc).</summary>
internal static class NativeSizes
{
    public const int SpawnFileActions = 80;
    public const int SpawnAttributes = 336;
    public const int SignalSet = 128;
    public const int SignalInfo = 128;
    public const short POSIX_SPAWN_SETSIGDEF = 0x04;
    public const short POSIX_SPAWN_SETSIGMASK = 0x08;
    public const short POSIX_SPAWN_SETSID = 0x80;
}
