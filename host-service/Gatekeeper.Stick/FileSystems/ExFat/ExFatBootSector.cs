using System.Buffers.Binary;

namespace Gatekeeper.Stick.FileSystems.ExFat;

/// <summary>
/// The main boot sector of exFAT (Microsoft, exFAT file system specification 1.00, §3.1), checked once; what comes out are numbers that fit together.
/// </summary>
/// <param name="SectorsPerCluster">A power of two; a cluster has at most 32 MiB.</param>
/// <param name="TableSector">First sector of the FAT.</param>
/// <param name="HeapSector">Where cluster 2 starts.</param>
/// <param name="Clusters">Clusters of the volume.</param>
/// <param name="RootCluster">First cluster of the root directory as claimed.</param>
internal sealed record ExFatBootSector(int SectorsPerCluster, long TableSector, long HeapSector, uint Clusters, uint RootCluster)
{
    /// <summary>Sectors of the main boot region; the backup region follows it (§2, table 3).</summary>
    public const int RegionSectors = 12;

    // §3.1, little-endian:
    //   0 JumpBoot (3)   3 FileSystemName (8)   11 MustBeZero (53)   64 PartitionOffset u64   72 VolumeLength u64
    //  80 FatOffset u32   84 FatLength u32   88 ClusterHeapOffset u32   92 ClusterCount u32   96 FirstClusterOfRootDirectory u32
    // 100 VolumeSerialNumber u32   104 FileSystemRevision u16   106 VolumeFlags u16   108 BytesPerSectorShift u8
    // 109 SectorsPerClusterShift u8   110 NumberOfFats u8   111 DriveSelect u8   112 PercentInUse u8   510 BootSignature

    /// <summary>§3.1.2: the name says exFAT. Nothing else does: FAT and NTFS have their own names here.</summary>
    public static bool IsExFat(ReadOnlySpan<byte> sector) => sector[3..].StartsWith("EXFAT   "u8);

    /// <summary>Checks the sector.</summary>
    /// <param name="sector">The first sector of a boot region whose checksum was right.</param>
    /// <param name="volumeSectors">Sectors of the partition or device.</param>
    /// <exception cref="Gatekeeper.Release.RefusedException">A rule of §3.1 is broken.</exception>
    public static ExFatBootSector Parse(ReadOnlySpan<byte> sector, long volumeSectors)
    {
        Damage.Unless(IsExFat(sector), "FileSystemName");
        Damage.Unless(sector[..3].SequenceEqual((ReadOnlySpan<byte>)[0xEB, 0x76, 0x90]), "JumpBoot"); // §3.1.1
        Damage.Unless(sector.Slice(11, 53).IndexOfAnyExcept((byte)0) < 0, "MustBeZero"); // §3.1.3: a FAT reader must not take this for its own
        Damage.Unless(sector[510] == 0x55 && sector[511] == 0xAA, "BootSignature"); // §3.1.20
        Damage.Unless(sector[105] == 1, "FileSystemRevision is not 1.x"); // §3.1.12: the high byte is the major revision

        // §3.1.14, §3.1.15. Ours: all arithmetic is in the device's sectors.
        int bytesShift = sector[108];
        int clusterShift = sector[109];
        Damage.Unless(bytesShift is >= 9 and <= 12, "BytesPerSectorShift");
        Damage.Unless(1 << bytesShift == sector.Length, "BytesPerSectorShift is not the device's sector size");
        Damage.Unless(clusterShift <= 25 - bytesShift, "SectorsPerClusterShift");

        // §3.1.16: two FATs belong to TexFAT, which only Windows CE had.
        Damage.Unless(sector[110] == 1, "NumberOfFats");
        Damage.Unless(sector[112] is <= 100 or 0xFF, "PercentInUse"); // §3.1.18

        // §3.1.5: at least 1 MiB. PartitionOffset (§3.1.4) is for boot code and not looked at: it is wrong after a move, as in Linux.
        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(sector[72..]);
        Damage.Unless(length >= 1ul << (20 - bytesShift), "VolumeLength below 1 MiB");
        Damage.Unless(length <= (ulong)volumeSectors, "VolumeLength behind the end of the partition");
        return Regions(sector, (long)length, clusterShift);
    }

    /// <summary>§3.1.6 to §3.1.10: the regions follow each other without overlap, and the FAT has an entry for each cluster and two more.</summary>
    private static ExFatBootSector Regions(ReadOnlySpan<byte> sector, long length, int clusterShift)
    {
        long table = U32(sector, 80);
        long tableSectors = U32(sector, 84);
        long heap = U32(sector, 88);
        long clusters = U32(sector, 92);
        uint root = U32(sector, 96);
        Damage.Unless(table >= 2 * RegionSectors, "FatOffset inside the boot regions");
        Damage.Unless(tableSectors * sector.Length >= (clusters + 2) * 4, "FatLength is too small for the clusters");
        Damage.Unless(heap >= table + tableSectors, "ClusterHeapOffset inside the FAT");
        Damage.Unless(heap < length, "ClusterHeapOffset behind the end of the volume");

        // §3.1.9 gives the exact count; fewer leave room unused and harm nothing.
        Damage.Unless(clusters >= 1 && clusters <= uint.MaxValue - 10L && clusters <= (length - heap) >> clusterShift, "ClusterCount");
        Damage.Unless(root >= 2 && root <= clusters + 1, "FirstClusterOfRootDirectory");
        return new ExFatBootSector(1 << clusterShift, table, heap, (uint)clusters, root);
    }

    private static uint U32(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]);
}
