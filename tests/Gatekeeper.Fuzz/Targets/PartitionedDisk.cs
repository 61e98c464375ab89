using System.Buffers.Binary;
using Gatekeeper.Stick.Tests.FileSystems.Images;

namespace Gatekeeper.Fuzz;

/// <summary>Disks with a partition table and a FAT volume in the first partition.</summary>
internal static class PartitionedDisk
{
    private const int First = 64 * 512;

    /// <summary>UEFI 2.10 §5.3.</summary>
    public static SlicedDisk Gpt()
    {
        byte[] disk = Mbr(0xEE, out int sectors);
        Span<byte> entry = disk.AsSpan(2 * 512, 128);
        entry[..16].Fill(0xA2);
        BinaryPrimitives.WriteInt64LittleEndian(entry[32..], First / 512);
        BinaryPrimitives.WriteInt64LittleEndian(entry[40..], (First / 512) + sectors - 1);
        Span<byte> header = disk.AsSpan(512, 512);
        "EFI PART"u8.CopyTo(header);
        BinaryPrimitives.WriteUInt32LittleEndian(header[8..], 0x00010000);
        BinaryPrimitives.WriteUInt32LittleEndian(header[12..], 92);
        BinaryPrimitives.WriteInt64LittleEndian(header[24..], 1);
        BinaryPrimitives.WriteInt64LittleEndian(header[40..], 34);
        BinaryPrimitives.WriteInt64LittleEndian(header[48..], (disk.Length / 512) - 34);
        BinaryPrimitives.WriteInt64LittleEndian(header[72..], 2);
        BinaryPrimitives.WriteUInt32LittleEndian(header[80..], 128);
        BinaryPrimitives.WriteUInt32LittleEndian(header[84..], 128);
        Seal(disk);
        return new SlicedDisk(disk, [(0, 2 * 512), (2 * 512, 512)], Seal);
    }

    /// <summary>The table of the PC's BIOS: one partition, one logical one.</summary>
    public static SlicedDisk Mbr()
    {
        byte[] disk = Mbr(0x0C, out int sectors);
        Entry(disk.AsSpan(446 + 16), 0x0F, 32, 16);
        Entry(disk.AsSpan((32 * 512) + 446), 0x0C, 32, sectors);
        disk[(33 * 512) - 2] = 0x55;
        disk[(33 * 512) - 1] = 0xAA;
        return new SlicedDisk(disk, [(0, 512), (32 * 512, 512)], _ => { });
    }

    private static byte[] Mbr(byte type, out int sectors)
    {
        byte[] volume = FatImage.Of(12).Bytes;
        sectors = volume.Length / 512;
        byte[] disk = new byte[First + volume.Length + (34 * 512)];
        volume.CopyTo(disk, First);
        bool whole = type == 0xEE;
        Entry(disk.AsSpan(446), type, whole ? 1 : First / 512, whole ? (disk.Length / 512) - 1 : sectors);
        disk[510] = 0x55;
        disk[511] = 0xAA;
        return disk;
    }

    private static void Entry(Span<byte> entry, byte type, int first, int sectors)
    {
        entry[4] = type;
        BinaryPrimitives.WriteInt32LittleEndian(entry[8..], first);
        BinaryPrimitives.WriteInt32LittleEndian(entry[12..], sectors);
    }

    private static void Seal(byte[] disk)
    {
        Span<byte> header = disk.AsSpan(512, 512);
        BinaryPrimitives.WriteUInt32LittleEndian(header[88..], Crc(disk.AsSpan(2 * 512, 128 * 128)));
        header.Slice(16, 4).Clear();
        int length = (int)Math.Clamp(BinaryPrimitives.ReadUInt32LittleEndian(header[12..]), 92, 512);
        BinaryPrimitives.WriteUInt32LittleEndian(header[16..], Crc(header[..length]));
    }

    private static uint Crc(ReadOnlySpan<byte> bytes)
    {
        Stick.FileSystems.Partitions.Crc32 crc = default;
        crc.Append(bytes);
        return crc.Value;
    }
}
