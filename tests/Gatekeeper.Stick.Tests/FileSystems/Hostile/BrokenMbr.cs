using System.Buffers.Binary;
using Gatekeeper.Release;
using Gatekeeper.Stick.Tests.FileSystems.Images;

namespace Gatekeeper.Stick.Tests.FileSystems.Hostile;

/// <summary>Partition tables of the PC's BIOS that loop, overlap, wrap or name what is not there.</summary>
internal static class BrokenMbr
{
    private const int Volume = 2048;
    private const byte Fat = 0x0C;
    private const byte Extended = 0x05;

    public static IEnumerable<HostileImage> All =>
    [
        new("partition behind the end", Refusal.NoFileSystem, () => Disk((0, 0, Fat, 1_000_000, 8192))),
        new("partition whose end wraps at 2^32", Refusal.NoFileSystem, () => Disk((0, 0, Fat, 0xFFFFFFF0, 0xFFFFFFF0))),
        new("partition at sector 0, which holds the table", Refusal.NoFileSystem, () => Disk((0, 0, Fat, 0, 0xFFFFFFFF))),
        new("partition longer than the device", null, () => Disk((0, 0, Fat, Volume, 0xFFFFFFFF))),
        new("partition shorter than its volume", Refusal.FileSystemDamaged, () => Disk((0, 0, Fat, Volume, 100))),
        new("partitions that overlap", null, () => Disk((0, 0, Fat, Volume - 1, 8192), (0, 1, Fat, Volume + 1, 8192), (0, 2, Fat, Volume, 8192), (0, 3, Fat, Volume, 8192))),
        new("boot indicator that is none", Refusal.NoFileSystem, () => Disk((0, 0, Fat, Volume, 8192)).With(446, 0x7F)),
        new("entry of type 0", Refusal.NoFileSystem, () => Disk((0, 0, 0, Volume, 8192))),
        new("entry without sectors", Refusal.NoFileSystem, () => Disk((0, 0, Fat, Volume, 0))),
        new("table inside a partition", Refusal.NoFileSystem, () => Disk((0, 0, Fat, 8, 1000), (8, 0, Fat, Volume - 8, 8192))),
        new("extended partition that links to itself", Refusal.FileSystemDamaged, () => Disk((0, 0, Extended, 8, 10_000), (8, 1, Extended, 0, 10))),
        new("extended partition whose two links link to each other", Refusal.FileSystemDamaged, () => Disk((0, 0, Extended, 8, 10_000), (8, 1, Extended, 4, 10), (12, 1, Extended, 0, 10))),
        new("extended partition with a good volume in a loop", null, () => Disk((0, 0, Extended, 8, 10_000), (8, 0, Fat, Volume - 8, 8192), (8, 1, Extended, 0, 10))),
        new("extended partition of 500 links", Refusal.FileSystemDamaged, () => Disk([(0, 0, Extended, 8, 10_000), .. Enumerable.Range(0, 500).Select(i => (8L + i, 1, Extended, (uint)i + 1, 1u))])),
        new("four extended partitions that loop", Refusal.FileSystemDamaged, () => Disk([.. Enumerable.Range(0, 4).SelectMany(i => new (long, int, byte, uint, uint)[] { (0, i, Extended, (uint)(8 + i), 100), (8 + i, 1, Extended, 0, 10) })])),
        new("extended partition at sector 0", Refusal.FileSystemDamaged, () => Disk((0, 0, Extended, 0, 10_000))),
        new("extended partition behind the end", Refusal.FileSystemDamaged, () => Disk((0, 0, Extended, 1_000_000, 10))),
        new("link behind the end", Refusal.FileSystemDamaged, () => Disk((0, 0, Extended, 8, 10_000), (8, 1, Extended, 1_000_000, 10))),
        new("link that wraps at 2^32 to the table itself", Refusal.FileSystemDamaged, () => Disk((0, 0, Extended, 8, 10_000), (8, 1, Extended, 0xFFFFFFF8, 10))),
        new("link without a signature", Refusal.FileSystemDamaged, () => Disk((0, 0, Extended, 8, 10_000), (8, 1, Extended, 4, 10)).With((9 * 512) - 1, 0)),
        new("extended partition in the place of a logical one", Refusal.FileSystemDamaged, () => Disk((0, 0, Extended, 8, 10_000), (8, 0, Extended, 4, 10), (8, 1, Extended, 0, 10))),
        new("logical partition that wraps at 2^32", Refusal.NoFileSystem, () => Disk((0, 0, Extended, 8, 10_000), (8, 0, Fat, 0xFFFFFFFF, 0xFFFFFFFF))),
        new("no table and no file system", Refusal.NoFileSystem, () => new MemoryStick(new byte[1 << 20])),
        new("all bytes FF", Refusal.NoFileSystem, () => new MemoryStick(Enumerable.Repeat((byte)0xFF, 1 << 20).ToArray())),
        new("one sector", Refusal.NoFileSystem, () => new MemoryStick(new byte[512])),
    ];

    private static BrokenDisk Disk(params (long Sector, int Index, byte Type, uint First, uint Count)[] entries)
    {
        byte[] volume = FatImage.Of(16).Bytes;
        byte[] disk = new byte[(Volume * 512) + volume.Length];
        volume.CopyTo(disk, Volume * 512);
        foreach ((long sector, int index, byte type, uint first, uint count) in entries)
        {
            Span<byte> table = disk.AsSpan((int)sector * 512, 512);
            Span<byte> entry = table.Slice(446 + (16 * index), 16);
            entry[4] = type;
            BinaryPrimitives.WriteUInt32LittleEndian(entry[8..], first);
            BinaryPrimitives.WriteUInt32LittleEndian(entry[12..], count);
            (table[510], table[511]) = (0x55, 0xAA);
        }

        return new BrokenDisk(disk);
    }

    private sealed class BrokenDisk(byte[] bytes) : ISectorSource
    {
        private readonly MemoryStick stick = new(bytes);

        public int SectorSize => stick.SectorSize;

        public long SectorCount => stick.SectorCount;

        public void Read(long lba, Span<byte> buffer) => stick.Read(lba, buffer);

        public BrokenDisk With(int at, byte value)
        {
            bytes[at] = value;
            return this;
        }
    }
}
