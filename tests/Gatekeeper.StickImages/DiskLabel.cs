using System.Buffers.Binary;
using System.Text;

namespace Gatekeeper.StickImages;

/// <summary>What stands before a stick's file system.</summary>
public enum Partitioning
{
    /// <summary>Nothing: the file system begins with the first byte.</summary>
    None,

    /// <summary>A master boot record, as sticks are sold.</summary>
    Primary,

    /// <summary>A master boot record and a chain of logical partitions in an extended one.</summary>
    Logical,

    /// <summary>A GUID partition table.</summary>
    Gpt,

    /// <summary>The same with a damaged first header: the backup at the end counts.</summary>
    GptHeaderDamaged,

    /// <summary>The same with a damaged first table.</summary>
    GptTableDamaged,

    /// <summary>A GUID partition table whose MBR names the partitions too, as gdisk and Boot Camp make it.</summary>
    Hybrid,
}

/// <summary>A partition.</summary>
/// <param name="First">Its first sector.</param>
/// <param name="Sectors">Its sectors.</param>
/// <param name="MbrType">Its type in an MBR.</param>
/// <param name="GptType">Its type in a GPT.</param>
public sealed record Partition(long First, long Sectors, byte MbrType, Guid GptType);

/// <summary>Writes partition tables. The partitions' own sectors are left alone.</summary>
public static class DiskLabel
{
    private const int Entries = 128;
    private const int EntrySize = 128;

    /// <summary>What every stick with a GPT has: UEFI 2.10 §5.3.3 names no type for FAT on data disks, this is Microsoft's basic data.</summary>
    public static Guid BasicData { get; } = new("EBD0A0A2-B9E5-4433-87C0-68B6B72699C7");

    /// <summary>An EFI system partition (UEFI 2.10 §5.3.3).</summary>
    public static Guid EfiSystem { get; } = new("C12A7328-F81F-11D2-BA4B-00A0C93EC93B");

    /// <summary>Writes the table.</summary>
    /// <param name="disk">The stick.</param>
    /// <param name="sectorSize">512 or 4096.</param>
    /// <param name="label">Which kind.</param>
    /// <param name="parts">One to three partitions in order. Before each logical one is 1 MiB of room.</param>
    public static void Write(Image disk, int sectorSize, Partitioning label, params IReadOnlyList<Partition> parts)
    {
        long last = (disk.Length / sectorSize) - 1;
        switch (label)
        {
            case Partitioning.None:
                break;
            case Partitioning.Primary:
                WriteMbr(disk, 0, [.. parts.Select(p => (p.MbrType, p.First, p.Sectors))]);
                break;
            case Partitioning.Logical:
                WriteLogical(disk, sectorSize, parts, last);
                break;
            default:
                WriteGpt(disk, sectorSize, parts, last);
                WriteMbr(disk, 0, label == Partitioning.Hybrid
                    ? [(0xEE, 1, parts[0].First - 1), .. parts.Select(p => (p.MbrType, p.First, p.Sectors))]
                    : [(0xEE, 1, last)]); // protective, UEFI 2.10 §5.2.3
                break;
        }

        if (label == Partitioning.GptHeaderDamaged)
        {
            disk.Set8(sectorSize + 56, 0xFF); // the disk's GUID: the CRC is wrong now
        }
        else if (label == Partitioning.GptTableDamaged)
        {
            disk.Set8((2 * sectorSize) + 40, 0xFF); // the first partition's last sector
        }
    }

    // UEFI 2.10 §5.2.1. Cylinders, heads and sectors are beyond what they can say.
    private static void WriteMbr(Image disk, long at, List<(byte Type, long First, long Sectors)> entries)
    {
        disk.Set32(at + 440, 0x6B670002);
        for (int i = 0; i < entries.Count; i++)
        {
            long entry = at + 446 + (16 * i);
            disk.Write(entry, [0, 0xFE, 0xFF, 0xFF, entries[i].Type, 0xFE, 0xFF, 0xFF]);
            disk.Set32(entry + 8, entries[i].First);
            disk.Set32(entry + 12, Math.Min(uint.MaxValue, entries[i].Sectors));
        }

        disk.Write(at + 510, [0x55, 0xAA]);
    }

    // As sfdisk and Windows make it: 1 MiB before each logical partition a sector of its own, whose first entry is counted from itself
    // and whose second, the link to the next one, from the extended partition.
    private static void WriteLogical(Image disk, int sectorSize, IReadOnlyList<Partition> parts, long last)
    {
        long gap = (1 << 20) / sectorSize;
        long extended = parts[0].First - gap;
        WriteMbr(disk, 0, [(0x0F, extended, last - extended)]);
        for (int i = 0; i < parts.Count; i++)
        {
            long link = parts[i].First - gap;
            List<(byte, long, long)> entries = [(parts[i].MbrType, gap, parts[i].Sectors)];
            if (i + 1 < parts.Count)
            {
                entries.Add((0x05, parts[i + 1].First - gap - extended, parts[i + 1].Sectors + gap));
            }

            WriteMbr(disk, link * sectorSize, entries);
        }
    }

    private static void WriteGpt(Image disk, int sectorSize, IReadOnlyList<Partition> parts, long last)
    {
        long tableSectors = Entries * EntrySize / sectorSize;
        byte[] table = new byte[Entries * EntrySize];
        for (int i = 0; i < parts.Count; i++)
        {
            Span<byte> entry = table.AsSpan(i * EntrySize, EntrySize);
            parts[i].GptType.TryWriteBytes(entry);
            new Guid(0x6B670003, 0, 0x4000, 0x80, 0, 0, 0, 0, 0, 0, (byte)(i + 1)).TryWriteBytes(entry[16..]);
            BinaryPrimitives.WriteInt64LittleEndian(entry[32..], parts[i].First);
            BinaryPrimitives.WriteInt64LittleEndian(entry[40..], parts[i].First + parts[i].Sectors - 1);
            Encoding.Unicode.GetBytes(parts[i].GptType == EfiSystem ? "EFI System Partition" : "update", entry[56..]);
        }

        disk.Write(2 * sectorSize, table);
        disk.Write((last - tableSectors) * sectorSize, table);
        disk.Write(sectorSize, Header(1, last, 2, tableSectors, table));
        disk.Write(last * sectorSize, Header(last, 1, last - tableSectors, tableSectors, table));
    }

    // UEFI 2.10 §5.3.2.
    private static byte[] Header(long here, long other, long tableAt, long tableSectors, byte[] table)
    {
        byte[] header = new byte[92];
        "EFI PART"u8.CopyTo(header);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(8), 0x00010000);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(12), header.Length);
        BinaryPrimitives.WriteInt64LittleEndian(header.AsSpan(24), here);
        BinaryPrimitives.WriteInt64LittleEndian(header.AsSpan(32), other);
        BinaryPrimitives.WriteInt64LittleEndian(header.AsSpan(40), 2 + tableSectors);
        BinaryPrimitives.WriteInt64LittleEndian(header.AsSpan(48), Math.Max(here, other) - tableSectors - 1);
        new Guid("6B670003-0000-4000-8000-000000000002").TryWriteBytes(header.AsSpan(56));
        BinaryPrimitives.WriteInt64LittleEndian(header.AsSpan(72), tableAt);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(80), Entries);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(84), EntrySize);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(88), Crc32.Of(table));
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(16), Crc32.Of(header));
        return header;
    }
}
