using System.Buffers.Binary;
using Gatekeeper.Release;
using Gatekeeper.Stick.Tests.FileSystems.Images;

namespace Gatekeeper.Stick.Tests.FileSystems.Hostile;

/// <summary>GUID partition tables with right checksums and absurd numbers, and pairs of tables that contradict each other.</summary>
internal static class BrokenGpt
{
    private const int Volume = 2048;
    private const int Sectors = Volume + 8192 + 64;
    private const int Last = Sectors - 1;

    private static readonly (string Name, int At, int Bytes, ulong Value)[] Fields =
    [
        ("header of 0 bytes", 12, 4, 0), ("header of 91 bytes", 12, 4, 91), ("header of 513 bytes", 12, 4, 513), ("header of 2^32 - 1 bytes", 12, 4, uint.MaxValue), ("revision 2", 8, 4, 0x00020000),
        ("reserved field not 0", 20, 4, 1), ("header that names another place as its own", 24, 8, 5), ("first usable behind the last", 40, 8, Sectors), ("last usable behind the end", 48, 8, Sectors),
        ("last usable 2^64 - 1", 48, 8, ulong.MaxValue), ("table in sector 0", 72, 8, 0), ("table over its header", 72, 8, 1), ("table behind the end", 72, 8, Sectors), ("table that ends behind the end", 72, 8, Sectors - 2),
        ("table at 2^63", 72, 8, 1ul << 63), ("table at 2^64 - 1", 72, 8, ulong.MaxValue), ("no entries", 80, 4, 0), ("2^32 - 1 entries", 80, 4, uint.MaxValue), ("entries whose bytes wrap at 2^32", 80, 4, 1u << 25),
        ("entries one above the limit", 80, 4, 1025), ("entries of 0 bytes", 84, 4, 0), ("entries of 64 bytes", 84, 4, 64), ("entries of 192 bytes", 84, 4, 192), ("entries of 1024 bytes", 84, 4, 1024), ("entries of 2^31 bytes", 84, 4, 1u << 31),
    ];

    public static IEnumerable<HostileImage> All =>
    [
        .. Fields.Select(f => new HostileImage($"both tables: {f.Name}", Refusal.FileSystemDamaged, () => Disk(d => Both(d, f.At, f.Bytes, f.Value)))),
        .. Fields.Select(f => new HostileImage($"first table: {f.Name}", null, () => Disk(d => Patch(d, 1, f.At, f.Bytes, f.Value)))),
        new("both tables sound, and different: the first counts", null, () => Disk(d => Entry(d, Last, 0, 34, 40))),
        new("first damaged, the backup lies", Refusal.NoFileSystem, () => Disk(d =>
        {
            Entry(d, Last, 0, 34, 40);
            d[512] ^= 1;
        })),
        new("backup in the last but one sector", Refusal.FileSystemDamaged, () => Disk(d =>
        {
            d.AsSpan(Last * 512, 512).CopyTo(d.AsSpan((Last - 1) * 512));
            d.AsSpan(Last * 512, 512).Clear();
            d[512] ^= 1;
        })),
        new("partition that ends before it starts", Refusal.NoFileSystem, () => Disk(d => Entry(d, 1, 0, Volume, Volume - 1))),
        new("partition over the table", Refusal.NoFileSystem, () => Disk(d => Entry(d, 1, 0, 1, Last))),
        new("partition to 2^64 - 1", Refusal.NoFileSystem, () => Disk(d => Entry(d, 1, 0, Volume, ulong.MaxValue))),
        new("partition from 2^63", Refusal.NoFileSystem, () => Disk(d => Entry(d, 1, 0, 1ul << 63, ulong.MaxValue))),
        new("128 partitions in one place, none a volume", Refusal.NoFileSystem, () => Disk(d =>
        {
            for (int i = 0; i < 128; i++)
                Entry(d, 1, i, Volume + 1, Volume + 100);
        })),
        new("volume in the seventeenth partition", Refusal.NoFileSystem, () => Disk(d =>
        {
            for (int i = 0; i < 16; i++)
                Entry(d, 1, i, Volume + 1, Volume + 100);
            Entry(d, 1, 16, Volume, Volume + 8191);
        })),
        new("protective entry and no table", Refusal.FileSystemDamaged, () => Disk(d => d.AsSpan(512, 512).Clear(), backup: false)),
        new("table on a stick of two sectors", Refusal.FileSystemDamaged, () => new MemoryStick(Disk(_ => { }).Bytes[..1024])),
    ];

    private static GptStick Disk(Action<byte[]> change, bool backup = true)
    {
        byte[] disk = new byte[Sectors * 512];
        FatImage.Of(16).Bytes.CopyTo(disk, Volume * 512);
        disk[446 + 4] = 0xEE;
        BinaryPrimitives.WriteUInt32LittleEndian(disk.AsSpan(446 + 8), 1);
        BinaryPrimitives.WriteUInt32LittleEndian(disk.AsSpan(446 + 12), Last);
        (disk[510], disk[511]) = (0x55, 0xAA);
        Header(disk, 1, 2);
        if (backup)
            Header(disk, Last, Last - 32);
        change(disk);
        return new GptStick(disk);
    }

    private static void Header(byte[] disk, int at, int table)
    {
        Span<byte> header = disk.AsSpan(at * 512, 512);
        "EFI PART"u8.CopyTo(header);
        BinaryPrimitives.WriteUInt32LittleEndian(header[8..], 0x00010000);
        BinaryPrimitives.WriteUInt32LittleEndian(header[12..], 92);
        BinaryPrimitives.WriteInt64LittleEndian(header[24..], at);
        BinaryPrimitives.WriteInt64LittleEndian(header[40..], 34);
        BinaryPrimitives.WriteInt64LittleEndian(header[48..], Last - 33);
        BinaryPrimitives.WriteInt64LittleEndian(header[72..], table);
        BinaryPrimitives.WriteUInt32LittleEndian(header[80..], 128);
        BinaryPrimitives.WriteUInt32LittleEndian(header[84..], 128);
        Entry(disk, at, 0, Volume, Volume + 8191);
    }

    private static void Entry(byte[] disk, int header, int index, ulong first, ulong last)
    {
        int table = (int)BinaryPrimitives.ReadInt64LittleEndian(disk.AsSpan((header * 512) + 72)) * 512;
        Span<byte> entry = disk.AsSpan(table + (index * 128), 128);
        entry[..16].Fill(0xA2);
        BinaryPrimitives.WriteUInt64LittleEndian(entry[32..], first);
        BinaryPrimitives.WriteUInt64LittleEndian(entry[40..], last);
        BinaryPrimitives.WriteUInt32LittleEndian(disk.AsSpan((header * 512) + 88), StickImages.Crc32.Of(disk.AsSpan(table, 128 * 128)));
        Seal(disk.AsSpan(header * 512, 512));
    }

    private static void Both(byte[] disk, int at, int bytes, ulong value)
    {
        // What is right for one of the two places is made wrong in both.
        Patch(disk, 1, at, bytes, value);
        Patch(disk, Last, at, bytes, value);
    }

    private static void Patch(byte[] disk, int header, int at, int bytes, ulong value)
    {
        Span<byte> number = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(number, value);
        number[..bytes].CopyTo(disk.AsSpan((header * 512) + at));
        Seal(disk.AsSpan(header * 512, 512));
    }

    private static void Seal(Span<byte> header)
    {
        header.Slice(16, 4).Clear();
        int length = (int)Math.Min(512, BinaryPrimitives.ReadUInt32LittleEndian(header[12..]));
        BinaryPrimitives.WriteUInt32LittleEndian(header[16..], StickImages.Crc32.Of(header[..length]));
    }

    private sealed class GptStick(byte[] bytes) : ISectorSource
    {
        public byte[] Bytes => bytes;

        public int SectorSize => 512;

        public long SectorCount => bytes.Length / 512;

        public void Read(long lba, Span<byte> buffer) => bytes.AsSpan((int)lba * 512, buffer.Length).CopyTo(buffer);
    }
}
