using System.Buffers.Binary;
using System.Text;

namespace Gatekeeper.Rig;

/// <summary>Partition tables with one partition, in sectors of 512 bytes.</summary>
internal static class DiskLabel
{
    public const int Sector = 512;
    private const int Entries = 128;
    private const int EntrySize = 128;
    private const int TableSectors = Entries * EntrySize / Sector;

    // UEFI 2.10 §5.3.3 names no type for FAT on data disks; Microsoft's basic data is what every stick has.
    private static readonly Guid BasicData = new("EBD0A0A2-B9E5-4433-87C0-68B6B72699C7");

    /// <summary>Writes the table; the partition's own sectors are left alone.</summary>
    public static void Write(FileStream disk, StickLabel label, long start, long sectors, byte mbrType)
    {
        if (label == StickLabel.Mbr)
        {
            WriteMbr(disk, mbrType, start, sectors);
            return;
        }
        long last = (disk.Length / Sector) - 1;
        WriteMbr(disk, 0xEE, 1, last); // protective, UEFI 2.10 §5.2.3
        byte[] table = Table(start, sectors);
        WriteAt(disk, 2, table);
        WriteAt(disk, last - TableSectors, table);
        WriteAt(disk, 1, Header(1, last, 2, table));
        WriteAt(disk, last, Header(last, 1, last - TableSectors, table));
    }

    private static void WriteMbr(FileStream disk, byte type, long start, long sectors)
    {
        byte[] mbr = new byte[Sector];
        BinaryPrimitives.WriteUInt32LittleEndian(mbr.AsSpan(440), 0x6B670002); // disk signature
        Span<byte> entry = mbr.AsSpan(446, 16);
        entry[1] = 0xFE; // cylinder, head, sector: beyond what they can say
        entry[2] = 0xFF;
        entry[3] = 0xFF;
        entry[4] = type;
        entry[5] = 0xFE;
        entry[6] = 0xFF;
        entry[7] = 0xFF;
        BinaryPrimitives.WriteUInt32LittleEndian(entry[8..], checked((uint)start));
        BinaryPrimitives.WriteUInt32LittleEndian(entry[12..], checked((uint)sectors));
        mbr[510] = 0x55;
        mbr[511] = 0xAA;
        WriteAt(disk, 0, mbr);
    }

    private static byte[] Table(long start, long sectors)
    {
        byte[] table = new byte[Entries * EntrySize];
        BasicData.TryWriteBytes(table);
        new Guid("6B670003-0000-4000-8000-000000000001").TryWriteBytes(table.AsSpan(16));
        BinaryPrimitives.WriteInt64LittleEndian(table.AsSpan(32), start);
        BinaryPrimitives.WriteInt64LittleEndian(table.AsSpan(40), start + sectors - 1);
        Encoding.Unicode.GetBytes("update", table.AsSpan(56));
        return table;
    }

    private static byte[] Header(long here, long other, long tableAt, byte[] table)
    {
        byte[] header = new byte[Sector];
        "EFI PART"u8.CopyTo(header);
        long last = Math.Max(here, other);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(8), 0x00010000);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(12), 92);
        BinaryPrimitives.WriteInt64LittleEndian(header.AsSpan(24), here);
        BinaryPrimitives.WriteInt64LittleEndian(header.AsSpan(32), other);
        BinaryPrimitives.WriteInt64LittleEndian(header.AsSpan(40), 2 + TableSectors);
        BinaryPrimitives.WriteInt64LittleEndian(header.AsSpan(48), last - TableSectors - 1);
        new Guid("6B670003-0000-4000-8000-000000000002").TryWriteBytes(header.AsSpan(56));
        BinaryPrimitives.WriteInt64LittleEndian(header.AsSpan(72), tableAt);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(80), Entries);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(84), EntrySize);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(88), Crc32.Of(table));
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(16), Crc32.Of(header.AsSpan(0, 92)));
        return header;
    }

    private static void WriteAt(FileStream disk, long sector, byte[] bytes)
    {
        disk.Position = sector * Sector;
        disk.Write(bytes);
    }
}
