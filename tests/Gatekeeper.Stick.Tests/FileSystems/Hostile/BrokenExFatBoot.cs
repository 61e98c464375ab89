using Gatekeeper.Release;
using Gatekeeper.Stick.Tests.FileSystems.Images;

namespace Gatekeeper.Stick.Tests.FileSystems.Hostile;

/// <summary>exFAT boot regions with each field absurd in turn, their checksums right (exFAT 1.00 §3.1), and regions that are not whole.</summary>
internal static class BrokenExFatBoot
{
    private const Refusal Damaged = Refusal.FileSystemDamaged;

    private static readonly (string Name, int At, int Bytes, ulong Value, Refusal? Expected)[] Fields =
    [
        ("JumpBoot", 0, 1, 0, Damaged), ("MustBeZero is not", 11, 1, 2, Damaged), ("signature missing", 510, 1, 0, Damaged), ("FileSystemRevision 2.0", 105, 1, 2, Damaged), ("FileSystemRevision 0.9", 105, 1, 0, Damaged),
        ("PartitionOffset 2^64 - 1, not looked at", 64, 8, ulong.MaxValue, null), ("VolumeLength 0", 72, 8, 0, Damaged), ("VolumeLength below 1 MiB", 72, 8, 2047, Damaged), ("VolumeLength behind the end", 72, 8, 8193, Damaged), ("VolumeLength 2^63", 72, 8, 1ul << 63, Damaged), ("VolumeLength 2^64 - 1", 72, 8, ulong.MaxValue, Damaged),
        ("FatOffset 0", 80, 4, 0, Damaged), ("FatOffset 23, inside the boot regions", 80, 4, 23, Damaged), ("FatOffset 2^32 - 1", 80, 4, uint.MaxValue, Damaged), ("FatLength 0", 84, 4, 0, Damaged), ("FatLength 1, too small", 84, 4, 1, Damaged), ("FatLength 2^32 - 1", 84, 4, uint.MaxValue, Damaged),
        ("ClusterHeapOffset 0", 88, 4, 0, Damaged), ("ClusterHeapOffset inside the table", 88, 4, 128, Damaged), ("ClusterHeapOffset behind the end", 88, 4, 8192, Damaged), ("ClusterHeapOffset 2^32 - 1", 88, 4, uint.MaxValue, Damaged),
        ("ClusterCount 0", 92, 4, 0, Damaged), ("ClusterCount behind the end", 92, 4, 2000, Damaged), ("ClusterCount 2^32 - 11", 92, 4, uint.MaxValue - 10, Damaged), ("ClusterCount 2^32 - 1", 92, 4, uint.MaxValue, Damaged),
        ("root at cluster 0", 96, 4, 0, Damaged), ("root at cluster 1", 96, 4, 1, Damaged), ("root behind the end", 96, 4, 5000, Damaged), ("root at the end mark", 96, 4, uint.MaxValue, Damaged),
        ("VolumeFlags all set, a dirty volume", 106, 2, 0xFFFF, null), ("BytesPerSectorShift 0", 108, 1, 0, Damaged), ("BytesPerSectorShift 8", 108, 1, 8, Damaged), ("BytesPerSectorShift 12 on sectors of 512", 108, 1, 12, Damaged), ("BytesPerSectorShift 13", 108, 1, 13, Damaged), ("BytesPerSectorShift 255", 108, 1, 255, Damaged),
        ("SectorsPerClusterShift 17", 109, 1, 17, Damaged), ("SectorsPerClusterShift 255", 109, 1, 255, Damaged), ("SectorsPerClusterShift 16, clusters behind the end", 109, 1, 16, Damaged), ("NumberOfFats 0", 110, 1, 0, Damaged), ("NumberOfFats 2", 110, 1, 2, Damaged), ("NumberOfFats 255", 110, 1, 255, Damaged), ("PercentInUse 101", 112, 1, 101, Damaged),
    ];

    public static IEnumerable<HostileImage> All =>
    [
        .. Fields.Select(f => new HostileImage($"exFAT: {f.Name}", f.Expected, () => ExFatImage.Of().Boot(sector => Write(sector.Span[f.At..], f.Bytes, f.Value)).Stick)),
        new("exFAT: other name", Refusal.NoFileSystem, () => ExFatImage.Of().Boot(sector => "EXFAT\0\0\0"u8.CopyTo(sector.Span[3..])).Stick),
        new("exFAT: name of NTFS", Refusal.NoFileSystem, () => ExFatImage.Of().Boot(sector => "NTFS    "u8.CopyTo(sector.Span[3..])).Stick),
        new("exFAT: first boot checksum wrong, the backup is whole", null, () => Flip(ExFatImage.Of(), 11 * 512)),
        new("exFAT: both boot checksums wrong", Damaged, () => Flip(ExFatImage.Of(), 11 * 512, 23 * 512)),
        new("exFAT: boot checksum that is right once and then wrong", Damaged, () => Flip(ExFatImage.Of(), (12 * 512) - 4, (24 * 512) - 4)),
        new("exFAT: extended boot sectors of other bytes", Damaged, () => Flip(ExFatImage.Of(), 512 + 77, (13 * 512) + 77)),
        new("exFAT: cut off inside the boot regions", Damaged, () => new MemoryStick(ExFatImage.Of().Bytes[..(23 * 512)])),
        new("exFAT: cut off behind the boot regions", Damaged, () => new MemoryStick(ExFatImage.Of().Bytes[..(24 * 512)])),
        new("exFAT: one sector", Damaged, () => new MemoryStick(ExFatImage.Of().Bytes[..512])),
    ];

    private static void Write(Span<byte> target, int bytes, ulong value)
    {
        for (int i = 0; i < bytes; i++)
            target[i] = unchecked((byte)(value >> (8 * i)));
    }

    private static MemoryStick Flip(ExFatImage image, params int[] at)
    {
        foreach (int one in at)
            image.Bytes[one] ^= 1;
        return image.Stick;
    }
}
