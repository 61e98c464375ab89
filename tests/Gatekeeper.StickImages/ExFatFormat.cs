using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace Gatekeeper.StickImages;

/// <summary>A fresh exFAT volume as Windows leaves it ("exFAT file system specification" 1.00).</summary>
/// <param name="Sectors">Sectors of the volume.</param>
/// <param name="SectorSize">512 or 4096.</param>
/// <param name="SectorsPerCluster">A power of two.</param>
public sealed record ExFatFormat(long Sectors, int SectorSize = 512, int SectorsPerCluster = 8)
{
    /// <summary>Sectors before the volume (§3.1.4).</summary>
    public long PartitionOffset { get; init; }

    /// <summary>The label; empty for none.</summary>
    public string Label { get; init; } = "UPDATE";

    /// <summary>The root directory has a Volume GUID entry (§7.5).</summary>
    public bool HasVolumeGuid { get; init; } = true;

    /// <summary>Formats an image whose bytes are zero.</summary>
    public void Write(Image image)
    {
        long fatOffset = Math.Max(32, (64 * 1024) / SectorSize); // §3.1.6: 24 or more
        long clusters = (Sectors - fatOffset) / SectorsPerCluster;
        long fatLength = (((clusters + 2) * 4) + SectorSize - 1) / SectorSize;
        long heap = RoundUp(fatOffset + fatLength, Math.Max(SectorsPerCluster, fatOffset));
        clusters = (Sectors - heap) / SectorsPerCluster;
        int clusterBytes = SectorsPerCluster * SectorSize;
        byte[] upcase = UpcaseTable();
        uint upcaseCluster = 2 + Count((clusters + 7) / 8, clusterBytes);
        uint root = upcaseCluster + Count(upcase.Length, clusterBytes);

        byte[] region = BootRegion(fatOffset, fatLength, heap, clusters, root);
        image.Write(0, region);
        image.Write(region.Length, region);
        long table = fatOffset * SectorSize;
        image.Set32(table, 0xFFFFFFF8); // §4.1.1
        image.Set32(table + 4, 0xFFFFFFFF); // §4.1.2
        for (uint cluster = 2; cluster <= root; cluster++)
        {
            bool last = cluster + 1 == upcaseCluster || cluster + 1 == root || cluster == root;
            image.Set32(table + (cluster * 4), last ? 0xFFFFFFFF : cluster + 1);
        }

        long heapAt = heap * SectorSize;
        for (uint cluster = 2; cluster <= root; cluster++)
        {
            long at = heapAt + ((cluster - 2) / 8);
            image.Set8(at, (byte)(image.U8(at) | (1 << (int)((cluster - 2) % 8))));
        }

        image.Write(heapAt + ((upcaseCluster - 2L) * clusterBytes), upcase);
        image.Write(heapAt + ((root - 2L) * clusterBytes), RootEntries(clusters, upcase, upcaseCluster));
    }

    /// <summary>The sum over a boot region (§3.4) and over the up-case table (§7.2.2).</summary>
    internal static uint Sum(ReadOnlySpan<byte> bytes, bool isBoot)
    {
        uint sum = 0;
        for (int i = 0; i < bytes.Length; i++)
        {
            sum = isBoot && i is 106 or 107 or 112 ? sum : unchecked(BitOperations.RotateRight(sum, 1) + bytes[i]);
        }

        return sum;
    }

    private static uint Count(long bytes, int clusterBytes) => (uint)((bytes + clusterBytes - 1) / clusterBytes);

    private static long RoundUp(long value, long unit) => (value + unit - 1) / unit * unit;

    // §3.1 to §3.4: boot sector, eight extended boot sectors, OEM parameters, a reserved sector, the checksum's sector.
    private byte[] BootRegion(long fatOffset, long fatLength, long heap, long clusters, uint root)
    {
        MemoryImage region = new(12 * SectorSize);
        region.Write(0, [0xEB, 0x76, 0x90, .. "EXFAT   "u8]);
        Span<byte> number = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(number, PartitionOffset);
        region.Write(64, number);
        BinaryPrimitives.WriteInt64LittleEndian(number, Sectors);
        region.Write(72, number);
        region.Set32(80, fatOffset);
        region.Set32(84, fatLength);
        region.Set32(88, heap);
        region.Set32(92, clusters);
        region.Set32(96, root);
        region.Set32(100, 0x6B670001);
        region.Set16(104, 0x0100);
        region.Set8(108, (byte)BitOperations.Log2((uint)SectorSize));
        region.Set8(109, (byte)BitOperations.Log2((uint)SectorsPerCluster));
        region.Write(110, [1, 0x80]);
        region.Write(120, [0x33, 0xC9, 0x8E, 0xD1, 0xBC, 0xF0, 0x7B, 0x8E, 0xD9]); // boot code; never run here
        region.Set16(510, 0xAA55);
        for (int i = 1; i <= 8; i++)
        {
            region.Set32(((i + 1) * SectorSize) - 4, 0xAA550000); // §3.2.2
        }

        uint sum = Sum(region.Bytes(0, 11 * SectorSize), isBoot: true);
        for (int at = 0; at < SectorSize; at += 4)
        {
            region.Set32((11 * SectorSize) + at, sum);
        }

        return region.Bytes(0, 12 * SectorSize);
    }

    private byte[] RootEntries(long clusters, byte[] upcase, uint upcaseCluster)
    {
        byte[] entries = new byte[4 * 32];
        entries[0] = (byte)(Label.Length > 0 ? 0x83 : 0x03); // §7.3
        entries[1] = (byte)Label.Length;
        Encoding.Unicode.GetBytes(Label, entries.AsSpan(2));
        Span<byte> bitmap = entries.AsSpan(32);
        bitmap[0] = 0x81; // §7.1
        BinaryPrimitives.WriteUInt32LittleEndian(bitmap[20..], 2);
        BinaryPrimitives.WriteInt64LittleEndian(bitmap[24..], (clusters + 7) / 8);
        Span<byte> table = entries.AsSpan(64);
        table[0] = 0x82; // §7.2
        BinaryPrimitives.WriteUInt32LittleEndian(table[4..], Sum(upcase, isBoot: false));
        BinaryPrimitives.WriteUInt32LittleEndian(table[20..], upcaseCluster);
        BinaryPrimitives.WriteInt64LittleEndian(table[24..], upcase.Length);
        if (!HasVolumeGuid)
        {
            return entries[..96];
        }

        Span<byte> guid = entries.AsSpan(96);
        guid[0] = 0xA0; // §7.5: a benign primary entry with no secondary ones
        new Guid("6b670004-0000-4000-8000-000000000001").TryWriteBytes(guid[6..]);
        BinaryPrimitives.WriteUInt16LittleEndian(guid[2..], ExFatWriter.SetChecksum(guid[..32]));
        return entries;
    }

    // §7.2.5: every character of the plane, runs that map to themselves as FFFFh and their length.
    private static byte[] UpcaseTable()
    {
        List<ushort> table = [];
        for (int c = 0; c < 0x10000;)
        {
            int run = 0;
            while (c + run < 0x10000 && char.ToUpperInvariant((char)(c + run)) == c + run)
            {
                run++;
            }

            // §7.2.5.1: the first 128 characters stand there in full.
            if (run > 2 && c >= 128)
            {
                table.AddRange([0xFFFF, (ushort)run]);
                c += run;
            }
            else
            {
                table.Add(char.ToUpperInvariant((char)c++));
            }
        }

        byte[] bytes = new byte[table.Count * 2];
        for (int i = 0; i < table.Count; i++)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(i * 2), table[i]);
        }

        return bytes;
    }
}
