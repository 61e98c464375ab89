using System.Runtime.InteropServices;

namespace Gatekeeper.Linux.Storage;

/// <summary>Numbers of the kernel's headers, under their C names.</summary>
internal static class StorageConstants
{
    // asm-generic/fcntl.h, and where arm64 differs its own fcntl.h
    internal const int O_RDONLY = 0;
    internal static readonly int O_DIRECT = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 0x10000 : 0x4000;
    internal static readonly int O_DIRECTORY = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 0x4000 : 0x10000;

    // linux/fs.h
    internal const nuint BLKSSZGET = 0x1268;
    internal const nuint BLKGETSIZE64 = 0x8008_1272;
    internal const nuint FS_IOC_GETFLAGS = 0x8008_6601;
    internal const nuint FS_IOC_SETFLAGS = 0x4008_6602;
    internal const int FS_IMMUTABLE_FL = 0x10;

    internal const uint SYNC_FILE_RANGE_WAIT_BEFORE = 1;
    internal const uint SYNC_FILE_RANGE_WRITE = 2;
    internal const uint SYNC_FILE_RANGE_WAIT_AFTER = 4;

    internal const int ENOTTY = 25;
}
