using System.Buffers.Binary;
using Gatekeeper.Release;
using Gatekeeper.Stick.FileSystems;
using Gatekeeper.Stick.Tests.FileSystems.Images;

namespace Gatekeeper.Stick.Tests.FileSystems;

/// <summary>Tables made by sgdisk, and the rules of UEFI 2.10 §5.3.</summary>
public sealed class GptTests : IDisposable
{
    private const int Sector = MemoryStick.SmallSector;
    private const int Mebibyte = 1024 * 1024;

    // Made once: sgdisk waits a second each time it has written a table.
    private static readonly Lazy<byte[]> OneGptPartition = new(() =>
    {
        using Scratch own = new();
        string path = own.Image("disk", 8 * Mebibyte);
        Tool.Run("sgdisk", "-n", "1:2048:0", "-t", "1:0700", path);
        return File.ReadAllBytes(path);
    });

    private readonly Scratch scratch = new();

    [Fact]
    public void Gpt_Partition_IsSearched() => Walk.Finds(MemoryStick.With(Gpt(), 2048, FatImage.Of(16).Bytes), FatImage.Name, FatImage.Content);

    [Fact]
    public void Gpt_OnSectorsOf4096_IsSearched()
    {
        byte[] disk = new byte[16 * Mebibyte];
        byte[] volume = ExFatImage.Of().To4096().Bytes;
        BuildGpt(disk, 4096, first: 256, last: 256 + (volume.Length / 4096) - 1);
        volume.CopyTo(disk, 256 * 4096);
        Walk.Finds(new MemoryStick(disk, 4096), ExFatImage.Name, ExFatImage.Content);
    }

    [Fact]
    public void Gpt_SecondOfThreePartitions_IsSearched()
    {
        string path = scratch.Image("disk", 16 * Mebibyte);
        Tool.Run("sgdisk", "-n", "1:2048:+1M", "-n", "5:6144:+8M", "-n", "2:24576:+1M", path);
        Walk.Finds(MemoryStick.With(File.ReadAllBytes(path), 6144, FatImage.Of(16).Bytes), FatImage.Name, FatImage.Content);
    }

    [Theory]
    [InlineData(0)] // signature
    [InlineData(8)] // revision
    [InlineData(12)] // header size
    [InlineData(16)] // CRC
    [InlineData(20)] // reserved
    [InlineData(24)] // own LBA
    [InlineData(40)] // first usable
    [InlineData(72)] // entries' LBA
    [InlineData(80)] // number of entries
    [InlineData(84)] // bytes of an entry
    [InlineData(88)] // CRC of the entries
    public void Gpt_FirstHeaderDamaged_TheBackupIsRead(int at)
    {
        byte[] disk = Gpt();
        disk[Sector + at] ^= 0x55;
        Walk.Finds(MemoryStick.With(disk, 2048, FatImage.Of(16).Bytes), FatImage.Name, FatImage.Content);
    }

    [Fact]
    public void Gpt_FirstEntriesDamaged_TheBackupIsRead()
    {
        byte[] disk = Gpt();
        disk[(2 * Sector) + 32] ^= 1;
        Walk.Finds(MemoryStick.With(disk, 2048, FatImage.Of(16).Bytes), FatImage.Name, FatImage.Content);
    }

    [Fact]
    public void Gpt_BothHeadersDamaged_IsRefused()
    {
        byte[] disk = Gpt();
        disk[Sector] ^= 1;
        disk[^Sector] ^= 1;
        Walk.IsRefused(MemoryStick.With(disk, 2048, FatImage.Of(16).Bytes), Refusal.FileSystemDamaged, "partition table");
    }

    [Theory]
    [InlineData(8, 0x00020000u)] // revision: 1.0
    [InlineData(12, 91u)] // header size: at least 92
    [InlineData(12, 513u)] // header size: at most a sector
    [InlineData(20, 1u)] // reserved: 0
    [InlineData(24, 2u)] // own LBA
    [InlineData(44, 1u)] // first usable behind last usable
    [InlineData(52, 1u)] // last usable behind the device
    [InlineData(72, 1u)] // entries on the header itself
    [InlineData(76, 1u)] // entries behind the device
    [InlineData(80, 0u)] // no entries
    [InlineData(80, 0x00FFFFFFu)] // more entries than the limit
    [InlineData(84, 64u)] // entry below 128 bytes
    [InlineData(84, 192u)] // entry not 128 * 2^n
    [InlineData(84, 0x80000000u)]
    public void Gpt_HeaderRuleBroken_WithARightCrc_IsRefused(int at, uint value)
    {
        byte[] disk = Gpt();
        Span<byte> header = disk.AsSpan(Sector, Sector);
        BinaryPrimitives.WriteUInt32LittleEndian(header[at..], value);
        SealHeader(header, (int)BinaryPrimitives.ReadUInt32LittleEndian(header[12..]));
        disk[^Sector] ^= 1;
        Walk.IsRefused(MemoryStick.With(disk, 2048, FatImage.Of(16).Bytes), Refusal.FileSystemDamaged, "partition table");
    }

    [Fact]
    public void Gpt_EntryOutsideTheUsableRange_IsNotSearched()
    {
        byte[] disk = new byte[8 * Mebibyte];
        BuildGpt(disk, Sector, first: 34, last: 33);
        Walk.IsRefused(MemoryStick.With(disk, 2048, FatImage.Of(16).Bytes), Refusal.NoFileSystem);
        BuildGpt(disk, Sector, first: 20, last: 1000);
        Walk.IsRefused(MemoryStick.With(disk, 2048, FatImage.Of(16).Bytes), Refusal.NoFileSystem);
        BuildGpt(disk, Sector, first: 2048, last: long.MaxValue);
        Walk.IsRefused(MemoryStick.With(disk, 2048, FatImage.Of(16).Bytes), Refusal.NoFileSystem);
    }

    [Fact]
    public void Gpt_WithoutProtectiveMbr_IsNoTable()
    {
        byte[] disk = Gpt();
        disk.AsSpan(446, 64).Clear();
        Walk.IsRefused(MemoryStick.With(disk, 2048, FatImage.Of(16).Bytes), Refusal.NoFileSystem);
    }

    [Fact]
    public void I11_MorePartitionsThanTheLimit_TheFirstAreSearched()
    {
        string path = scratch.Image("disk", 40 * Mebibyte);
        string[] all = [.. Enumerable.Range(1, Limits.MaxPartitions + 1).SelectMany(i => (string[])["-n", $"{i}:{2048 * (i + 1)}:+512K"])];
        Tool.Run("sgdisk", [.. all, path]);
        byte[] disk = File.ReadAllBytes(path);
        byte[] volume = new byte[512 * 1024];
        Assert.Equal(0, volume.Length % Sector);
        string small = scratch.Image("small", volume.Length);
        Tool.Run("mkfs.vfat", small);
        Tool.Run("mcopy", "-i", small, scratch.Write("content", [1]), "::a.gku");
        volume = File.ReadAllBytes(small);

        volume.CopyTo(disk, 2048 * (Limits.MaxPartitions + 2) * Sector);
        Walk.IsRefused(new MemoryStick(disk), Refusal.NoFileSystem);
        volume.CopyTo(disk, 2048 * (Limits.MaxPartitions + 1) * Sector);
        Assert.Single(StickWalker.Find(new MemoryStick(disk)));
    }

    public void Dispose() => scratch.Dispose();

    /// <summary>A disk of 8 MiB with one partition from sector 2048 on.</summary>
    private static byte[] Gpt() => (byte[])OneGptPartition.Value.Clone();

    private static void SealHeader(Span<byte> header, int length)
    {
        header.Slice(16, 4).Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(header[16..], Crc(header[..Math.Min(length, header.Length)]));
    }

    /// <summary>Bit by bit, so that it shares nothing with the reader's table.</summary>
    private static uint Crc(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte b in bytes)
        {
            crc ^= b;
            for (int i = 0; i < 8; i++)
                crc = (crc & 1) != 0 ? (crc >> 1) ^ 0xEDB88320 : crc >> 1;
        }

        return ~crc;
    }

    /// <summary>A GPT with one entry, for what sgdisk will not make: other sector sizes and impossible ranges. No backup header.</summary>
    private static void BuildGpt(byte[] disk, int sectorSize, long first, long last)
    {
        disk[446 + 4] = 0xEE;
        BinaryPrimitives.WriteUInt32LittleEndian(disk.AsSpan(446 + 8), 1);
        BinaryPrimitives.WriteUInt32LittleEndian(disk.AsSpan(446 + 12), uint.MaxValue);
        disk[510] = 0x55;
        disk[511] = 0xAA;
        Span<byte> entries = disk.AsSpan(2 * sectorSize, 128 * 128);
        entries[..16].Fill(0xA2);
        BinaryPrimitives.WriteInt64LittleEndian(entries[32..], first);
        BinaryPrimitives.WriteInt64LittleEndian(entries[40..], last);
        Span<byte> header = disk.AsSpan(sectorSize, sectorSize);
        "EFI PART"u8.CopyTo(header);
        BinaryPrimitives.WriteUInt32LittleEndian(header[8..], 0x00010000);
        BinaryPrimitives.WriteUInt32LittleEndian(header[12..], 92);
        BinaryPrimitives.WriteInt64LittleEndian(header[24..], 1);
        BinaryPrimitives.WriteInt64LittleEndian(header[40..], 34);
        BinaryPrimitives.WriteInt64LittleEndian(header[48..], (disk.Length / sectorSize) - 34);
        BinaryPrimitives.WriteInt64LittleEndian(header[72..], 2);
        BinaryPrimitives.WriteUInt32LittleEndian(header[80..], 128);
        BinaryPrimitives.WriteUInt32LittleEndian(header[84..], 128);
        BinaryPrimitives.WriteUInt32LittleEndian(header[88..], Crc(entries));
        SealHeader(header, 92);
    }
}
