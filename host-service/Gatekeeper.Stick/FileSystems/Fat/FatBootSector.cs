using System.Buffers.Binary;

namespace Gatekeeper.Stick.FileSystems.Fat;

/// <summary>
/// The BIOS parameter block of FAT12, FAT16 and FAT32 (Microsoft, FAT32 File System Specification 1.03, "fatgen103",
/// section "Boot Sector and BPB"). Decoded once and checked once; what comes out are numbers that fit together.
/// </summary>
/// <param name="Kind">Width of the allocation table.</param>
/// <param name="SectorsPerCluster">A power of two, 1 to 128.</param>
/// <param name="TableSector">First sector of the table in use.</param>
/// <param name="RootSector">First sector of the fixed root directory; FAT12 and FAT16 only.</param>
/// <param name="RootEntries">Entries of the fixed root directory; FAT12 and FAT16 only, else 0.</param>
/// <param name="RootCluster">First cluster of the root directory as claimed; FAT32 only.</param>
/// <param name="DataSector">Where cluster 2 starts.</param>
/// <param name="Clusters">Clusters of the volume.</param>
internal sealed record FatBootSector(
    TableKind Kind, int SectorsPerCluster, long TableSector, long RootSector, int RootEntries, uint RootCluster, long DataSector, uint Clusters)
{
    /// <summary>Bytes of a directory entry.</summary>
    public const int EntryBytes = 32;

    // fatgen103 "FAT Type Determination": below 4085 clusters FAT12, below 65525 FAT16. "There is no such thing as a FAT12 volume with more."
    private const uint MinFat16Clusters = 4085;
    private const uint MinFat32Clusters = 65525;
    private const uint MaxFat32Clusters = 0x0FFFFFF5;

    //  0 jump (3)   3 OEM name (8)   11 BytsPerSec u16   13 SecPerClus u8   14 RsvdSecCnt u16   16 NumFATs u8   17 RootEntCnt u16
    // 19 TotSec16 u16   21 Media u8   22 FATSz16 u16   32 TotSec32 u32
    // FAT32 only: 36 FATSz32 u32   40 ExtFlags u16   42 FSVer u16   44 RootClus u32
    // 510 55 AA, at this offset for every sector size

    /// <summary>
    /// True when the sector is one of FAT: what no other boot sector has together. An NTFS one has no reserved sectors,
    /// a boot loader's MBR has no sector size, exFAT has zeros in the whole block.
    /// </summary>
    public static bool IsFat(ReadOnlySpan<byte> sector) =>
        sector[510] == 0x55 && sector[511] == 0xAA
        && ((sector[0] == 0xEB && sector[2] == 0x90) || sector[0] == 0xE9)
        && U16(sector, 11) is 512 or 1024 or 2048 or 4096
        && byte.IsPow2(sector[13])
        && U16(sector, 14) != 0
        && sector[16] != 0
        && sector[21] is 0xF0 or >= 0xF8;

    /// <summary>Checks the block.</summary>
    /// <param name="sector">The first sector of the volume; <see cref="IsFat"/> said yes.</param>
    /// <param name="volumeSectors">Sectors of the partition or device.</param>
    /// <exception cref="Gatekeeper.Release.RefusedException">A rule of fatgen103 is broken, or the numbers do not fit together.</exception>
    public static FatBootSector Parse(ReadOnlySpan<byte> sector, long volumeSectors)
    {
        // Ours: all arithmetic is in the device's sectors. A volume that was made for other sectors came here by a raw copy.
        Damage.Unless(U16(sector, 11) == sector.Length, "BytsPerSec is not the device's sector size");
        int sectorsPerCluster = sector[13];
        int reserved = U16(sector, 14);
        int tables = sector[16];
        int rootEntries = U16(sector, 17);
        uint tableSectors16 = U16(sector, 22);
        bool isFat32 = tableSectors16 == 0;

        // "BPB_TotSec16: if this is 0, BPB_TotSec32 must be non-zero." It should be 0 on FAT32, but mkfs.vfat fills it when the count fits.
        long total = U16(sector, 19) != 0 ? U16(sector, 19) : U32(sector, 32);
        Damage.Unless(total != 0, "no TotSec");
        Damage.Unless(total <= volumeSectors, "TotSec behind the end of the partition");

        long tableSectors = isFat32 ? U32(sector, 36) : tableSectors16;
        Damage.Unless(tableSectors != 0, "no FATSz");
        Damage.Unless(isFat32 == (rootEntries == 0), "RootEntCnt does not fit the kind of FAT");

        // "BPB_RootEntCnt: a count that when multiplied by 32 results in an even multiple of BPB_BytsPerSec". Readers round it up or down and find the data in two places; Linux refuses it.
        Damage.Unless(rootEntries * EntryBytes % sector.Length == 0, "RootEntCnt does not fill its sectors");

        long rootSector = reserved + (tables * tableSectors);
        long rootSectors = (long)rootEntries * EntryBytes / sector.Length;
        long data = rootSector + rootSectors;
        Damage.Unless(data < total, "no room for data");
        long clusters = (total - data) / sectorsPerCluster;
        TableKind kind = Determine(isFat32, clusters);

        // "FAT Data Structure": entries 0 and 1 are reserved, so the table holds two more than there are clusters.
        long entries = tableSectors * sector.Length * 8 / (kind switch { TableKind.Fat12 => 12, TableKind.Fat16 => 16, _ => 32 });
        Damage.Unless(entries >= clusters + 2, "FATSz is too small for the clusters");

        long tableSector = reserved + (isFat32 ? ActiveTable(sector, tables) * tableSectors : 0);
        return new FatBootSector(kind, sectorsPerCluster, tableSector, rootSector, rootEntries, isFat32 ? U32(sector, 44) : 0, data, (uint)clusters);
    }

    /// <remarks>
    /// fatgen103 lets the cluster count alone decide. FAT32 has its own block layout though, told by FATSz16 = 0, and mkfs.vfat -F 32 and others make
    /// it on small volumes; Linux reads those, so we do. The other way round there is no layout to read.
    /// </remarks>
    private static TableKind Determine(bool isFat32, long clusters)
    {
        Damage.Unless(clusters > 0, "no clusters");
        if (isFat32)
        {
            Damage.Unless(clusters <= MaxFat32Clusters, "more clusters than FAT32 has");
            return TableKind.Fat32;
        }

        Damage.Unless(clusters < MinFat32Clusters, "more clusters than FAT16 has");
        return clusters < MinFat16Clusters ? TableKind.Fat12 : TableKind.Fat16;
    }

    /// <summary>BPB_ExtFlags: bit 7 set means that only the table in bits 0 to 3 is kept up to date; else all are equal and the first is read.</summary>
    private static long ActiveTable(ReadOnlySpan<byte> sector, int tables)
    {
        // BPB_FSVer: "disk utilities should respect this field and not operate on volumes with a higher version".
        Damage.Unless(U16(sector, 42) == 0, "FSVer is not 0.0");
        int flags = U16(sector, 40);
        int active = (flags & 0x80) != 0 ? flags & 0xF : 0;
        Damage.Unless(active < tables, "ExtFlags names a FAT that is not there");
        return active;
    }

    private static ushort U16(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt16LittleEndian(bytes[at..]);

    private static uint U32(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]);
}
