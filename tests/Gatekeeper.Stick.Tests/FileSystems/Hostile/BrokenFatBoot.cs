using System.Buffers.Binary;
using Gatekeeper.Release;
using Gatekeeper.Stick.Tests.FileSystems.Images;

namespace Gatekeeper.Stick.Tests.FileSystems.Hostile;

/// <summary>FAT boot sectors with each field absurd in turn (fatgen103 "Boot Sector and BPB").</summary>
internal static class BrokenFatBoot
{
    private const Refusal None = Refusal.NoFileSystem;
    private const Refusal Damaged = Refusal.FileSystemDamaged;

    // A field that makes the sector no FAT boot sector at all leaves no file system; one that contradicts the others a damaged one.
    private static readonly (string Name, int At, int Bytes, uint Value, Refusal? Expected)[] Every =
    [
        ("BytsPerSec 0", 11, 2, 0, None), ("BytsPerSec 1", 11, 2, 1, None), ("BytsPerSec 513", 11, 2, 513, None), ("BytsPerSec 4096 on sectors of 512", 11, 2, 4096, Damaged), ("BytsPerSec 65535", 11, 2, 65535, None),
        ("SecPerClus 0", 13, 1, 0, None), ("SecPerClus 3", 13, 1, 3, None), ("SecPerClus 255", 13, 1, 255, None),
        ("RsvdSecCnt 0", 14, 2, 0, None),
        ("NumFATs 0", 16, 1, 0, None), ("Media 0", 21, 1, 0, None), ("Media F1", 21, 1, 0xF1, None), ("jump missing", 0, 1, 0, None), ("signature missing", 510, 2, 0, None),
    ];

    private static readonly (string Name, int At, int Bytes, uint Value, Refusal? Expected)[] Small =
    [
        ("RsvdSecCnt 65535", 14, 2, 65535, Damaged), ("RootEntCnt 0", 17, 2, 0, Damaged), ("RootEntCnt 65535", 17, 2, 65535, Damaged), ("TotSec 1", 19, 2, 1, Damaged), ("TotSec 65535, behind the end", 19, 2, 65535, Damaged),
        ("FATSz 1, too small", 22, 2, 1, Damaged), ("FATSz 65535", 22, 2, 65535, Damaged), ("FATSz 0, a FAT32 without its fields", 22, 2, 0, Damaged),
    ];

    private static readonly (string Name, int At, int Bytes, uint Value, Refusal? Expected)[] Large =
    [
        ("RsvdSecCnt 65535, zeros for a root", 14, 2, 65535, Refusal.NoRelease), ("NumFATs 255", 16, 1, 255, Damaged), ("RootEntCnt 512", 17, 2, 512, Damaged), ("TotSec32 0", 32, 4, 0, Damaged), ("TotSec32 2^32 - 1", 32, 4, uint.MaxValue, Damaged), ("TotSec32 1", 32, 4, 1, Damaged),
        ("FATSz16 65535", 22, 2, 65535, Damaged), ("FATSz32 0", 36, 4, 0, Damaged), ("FATSz32 1, too small", 36, 4, 1, Damaged), ("FATSz32 2^32 - 1", 36, 4, uint.MaxValue, Damaged), ("FATSz32 that wraps with two tables", 36, 4, 0x80000000, Damaged),
        ("ExtFlags name table 15", 40, 2, 0x8F, Damaged), ("FSVer 1.0", 42, 2, 0x0100, Damaged), ("RootClus 0", 44, 4, 0, Damaged), ("RootClus 1", 44, 4, 1, Damaged), ("RootClus behind the end", 44, 4, 0x00FFFFFF, Damaged),
        ("RootClus end mark", 44, 4, 0x0FFFFFFF, Damaged), ("RootClus 2^32 - 1", 44, 4, uint.MaxValue, Damaged), ("RootClus a free cluster of zeros", 44, 4, 5000, Refusal.NoRelease), ("FSInfo 65535, not looked at", 48, 2, 65535, null), ("BkBootSec 65535, not looked at", 50, 2, 65535, null),
    ];

    public static IEnumerable<HostileImage> All =>
    [
        .. Of(12, [.. Every, .. Small, ("NumFATs 255, zeros for a root", 16, 1, 255, Refusal.NoRelease)]), .. Of(16, [.. Every, .. Small, ("NumFATs 255", 16, 1, 255, Damaged)]), .. Of(32, [.. Every, .. Large]),
        new("FAT16 cut off behind its boot sector", Damaged, () => new MemoryStick(FatImage.Of(16).Bytes[..512])),
        new("FAT32 cut off inside its table", Damaged, () => new MemoryStick(FatImage.Of(32).Bytes[..(40 * 512)])),
        new("FAT12 with a cluster more than it has", Damaged, () => FatImage.Of(12).Set(13, 1).Set16(19, 4200).Stick),
        new("FAT16 with the clusters of a FAT32", Damaged, WideFat16),
    ];

    private static IEnumerable<HostileImage> Of(int kind, IEnumerable<(string Name, int At, int Bytes, uint Value, Refusal? Expected)> fields) =>
        fields.Select(f => new HostileImage($"FAT{kind}: {f.Name}", f.Expected, () => Set(FatImage.Of(kind), f.At, f.Bytes, f.Value).Stick));

    private static FatImage Set(FatImage image, int at, int bytes, uint value)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(number, value);
        return image.Set(at, number[..bytes].ToArray());
    }

    // 70,000 clusters of one sector: fatgen103 says that is no FAT16.
    private static MadeUpStick WideFat16()
    {
        byte[] boot = FatImage.Of(16).Set16(19, 0).Set32(32, 70_700).Set16(22, 280).Bytes[..512];
        return new MadeUpStick(80_000, (lba, sector) =>
        {
            if (lba == 0)
                boot.CopyTo(sector);
        });
    }
}
