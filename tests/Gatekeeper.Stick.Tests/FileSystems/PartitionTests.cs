using System.Buffers.Binary;
using Gatekeeper.Release;
using Gatekeeper.Stick.FileSystems;
using Gatekeeper.Stick.Tests.FileSystems.Images;

namespace Gatekeeper.Stick.Tests.FileSystems;

/// <summary>Tables made by sfdisk and sgdisk, and the rules of UEFI 2.10 §5.2 and §5.3.</summary>
public sealed class PartitionTests : IDisposable
{
    private const int Sector = 512;
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

    [Theory]
    [InlineData("b", 12)]
    [InlineData("c", 16)]
    [InlineData("7", 12)] // the type byte says exFAT or NTFS, the sectors say FAT
    [InlineData("83", 16)]
    public void Mbr_PrimaryPartition_IsSearchedWhateverItsType(string type, int kind)
    {
        byte[] disk = Sfdisk(6, $"2048,,{type}");
        Walk.Finds(Stick(disk, 2048, FatImage.Of(kind).Bytes), FatImage.Name, FatImage.Content);
    }

    [Fact]
    public void Mbr_ExFatPartition_IsSearched() =>
        Walk.Finds(Stick(Sfdisk(6, "2048,,7"), 2048, ExFatImage.Of().Bytes), ExFatImage.Name, ExFatImage.Content);

    [Fact]
    public void Mbr_SecondPartition_IsSearchedWhenTheFirstHasNone()
    {
        byte[] disk = Sfdisk(12, "2048,8192,c", "12288,,c");
        ExFatImage.Empty().Bytes.CopyTo(disk, 2048 * Sector);
        Walk.Finds(Stick(disk, 12288, FatImage.Of(16).Bytes), FatImage.Name, FatImage.Content);
    }

    [Fact]
    public void Mbr_DamagedVolumeBesideAGoodOne_TheGoodOneIsRead()
    {
        byte[] disk = Sfdisk(12, "2048,8192,c", "12288,,c");
        FatImage.Of(12).Set16(22, 0).Bytes.CopyTo(disk, 2048 * Sector);
        Walk.Finds(Stick(disk, 12288, FatImage.Of(16).Bytes), FatImage.Name, FatImage.Content);
    }

    [Fact]
    public void Mbr_LogicalPartition_IsSearched()
    {
        byte[] disk = Sfdisk(24, "2048,2048,83", "4096,,f", "6144,2048,c", "10240,2048,c", "14336,8192,c");
        int start = (int)LogicalStart(disk, 2);
        Walk.Finds(Stick(disk, start, FatImage.Of(16).Bytes), FatImage.Name, FatImage.Content);
    }

    [Fact]
    public void I11_Mbr_LogicalChainThatLoops_IsRefused()
    {
        byte[] disk = Sfdisk(24, "2048,2048,83", "4096,,f", "6144,2048,c", "10240,2048,c");

        // Entry 1 of the first link points to the first link itself.
        BinaryPrimitives.WriteUInt32LittleEndian(disk.AsSpan((4096 * Sector) + 446 + 16 + 8), 0);
        MemoryStick stick = new(disk);
        Walk.IsRefused(stick, Refusal.FileSystemDamaged, "partition table");
        Assert.InRange(stick.Reads, 1, Limits.MaxPartitions + 8);
    }

    [Fact]
    public void Mbr_LogicalChainBehindTheDevice_IsRefused()
    {
        byte[] disk = Sfdisk(24, "2048,2048,83", "4096,,f", "6144,2048,c", "10240,2048,c");
        BinaryPrimitives.WriteUInt32LittleEndian(disk.AsSpan((4096 * Sector) + 446 + 16 + 8), uint.MaxValue);
        Walk.IsRefused(new MemoryStick(disk), Refusal.FileSystemDamaged, "partition table");
    }

    [Fact]
    public void Mbr_PartitionBehindTheDevice_IsNotSearched()
    {
        byte[] disk = Sfdisk(6, "2048,,c");
        BinaryPrimitives.WriteUInt32LittleEndian(disk.AsSpan(446 + 8), 1_000_000);
        Walk.IsRefused(Stick(disk, 2048, FatImage.Of(16).Bytes), Refusal.NoFileSystem);
    }

    [Fact]
    public void Mbr_PartitionThatEndsBehindTheDevice_IsCutAndSearched()
    {
        byte[] disk = Sfdisk(6, "2048,,c");
        BinaryPrimitives.WriteUInt32LittleEndian(disk.AsSpan(446 + 12), 1_000_000);
        Walk.Finds(Stick(disk, 2048, FatImage.Of(16).Bytes), FatImage.Name, FatImage.Content);
    }

    [Fact]
    public void Mbr_BootIndicatorOther_IsNoTable()
    {
        byte[] disk = Sfdisk(6, "2048,,c");
        disk[446 + 48] = 0x7F;
        Walk.IsRefused(Stick(disk, 2048, FatImage.Of(16).Bytes), Refusal.NoFileSystem);
    }

    [Fact]
    public void Mbr_SignatureMissing_IsNoTable()
    {
        byte[] disk = Sfdisk(6, "2048,,c");
        disk[511] = 0;
        Walk.IsRefused(Stick(disk, 2048, FatImage.Of(16).Bytes), Refusal.NoFileSystem);
    }

    /// <summary>A stick that was formatted whole and partitioned later: the old boot sector's block still stands before the table.</summary>
    [Fact]
    public void Mbr_BehindAStaleFatBlock_ItsPartitionsComeFirst()
    {
        byte[] disk = Sfdisk(6, "2048,,c");
        FatImage.Of(16).Bytes.AsSpan(0, 446).CopyTo(disk);
        Walk.Finds(Stick(disk, 2048, FatImage.Of(16).Bytes), FatImage.Name, FatImage.Content);
    }

    /// <summary>mkfs.vfat --mbr: one sector is both a FAT boot sector and a table that names the volume itself.</summary>
    [Fact]
    public void Superfloppy_WithATableOfItself_IsRead()
    {
        string image = scratch.Image("image", 32 * Mebibyte);
        Tool.Run("mkfs.vfat", "-F", "16", "--mbr=y", image);
        Tool.Run("mcopy", "-i", image, scratch.Write("content", FatImage.Content), "::a.gku");
        using FileStick stick = new(image);
        Walk.Finds(stick, "a.gku", FatImage.Content);
    }

    /// <summary>The boot code of a FAT volume fills the place of the table, and its bytes make no sense there.</summary>
    [Fact]
    public void Superfloppy_WithBootCodeInPlaceOfATable_IsRead()
    {
        FatImage image = FatImage.Of(16);
        Walk.Random(9, 64).CopyTo(image.Bytes, 446);
        Walk.Finds(image.Stick, FatImage.Name, FatImage.Content);
    }

    [Fact]
    public void Gpt_Partition_IsSearched() => Walk.Finds(Stick(Gpt(), 2048, FatImage.Of(16).Bytes), FatImage.Name, FatImage.Content);

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
        Walk.Finds(Stick(File.ReadAllBytes(path), 6144, FatImage.Of(16).Bytes), FatImage.Name, FatImage.Content);
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
        Walk.Finds(Stick(disk, 2048, FatImage.Of(16).Bytes), FatImage.Name, FatImage.Content);
    }

    [Fact]
    public void Gpt_FirstEntriesDamaged_TheBackupIsRead()
    {
        byte[] disk = Gpt();
        disk[(2 * Sector) + 32] ^= 1;
        Walk.Finds(Stick(disk, 2048, FatImage.Of(16).Bytes), FatImage.Name, FatImage.Content);
    }

    [Fact]
    public void Gpt_BothHeadersDamaged_IsRefused()
    {
        byte[] disk = Gpt();
        disk[Sector] ^= 1;
        disk[^Sector] ^= 1;
        Walk.IsRefused(Stick(disk, 2048, FatImage.Of(16).Bytes), Refusal.FileSystemDamaged, "partition table");
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
        Walk.IsRefused(Stick(disk, 2048, FatImage.Of(16).Bytes), Refusal.FileSystemDamaged, "partition table");
    }

    [Fact]
    public void Gpt_EntryOutsideTheUsableRange_IsNotSearched()
    {
        byte[] disk = new byte[8 * Mebibyte];
        BuildGpt(disk, Sector, first: 34, last: 33);
        Walk.IsRefused(Stick(disk, 2048, FatImage.Of(16).Bytes), Refusal.NoFileSystem);
        BuildGpt(disk, Sector, first: 20, last: 1000);
        Walk.IsRefused(Stick(disk, 2048, FatImage.Of(16).Bytes), Refusal.NoFileSystem);
        BuildGpt(disk, Sector, first: 2048, last: long.MaxValue);
        Walk.IsRefused(Stick(disk, 2048, FatImage.Of(16).Bytes), Refusal.NoFileSystem);
    }

    [Fact]
    public void Gpt_WithoutProtectiveMbr_IsNoTable()
    {
        byte[] disk = Gpt();
        disk.AsSpan(446, 64).Clear();
        Walk.IsRefused(Stick(disk, 2048, FatImage.Of(16).Bytes), Refusal.NoFileSystem);
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

    private static MemoryStick Stick(byte[] disk, int start, byte[] volume)
    {
        volume.CopyTo(disk, start * Sector);
        return new MemoryStick(disk);
    }

    /// <summary>A disk of 8 MiB with one partition from sector 2048 on.</summary>
    private static byte[] Gpt() => (byte[])OneGptPartition.Value.Clone();

    /// <summary>First sector of logical partition n, from 0.</summary>
    private static long LogicalStart(byte[] disk, int n)
    {
        long extended = BinaryPrimitives.ReadUInt32LittleEndian(disk.AsSpan(446 + 16 + 8));
        long link = extended;
        for (int i = 0; i < n; i++)
            link = extended + BinaryPrimitives.ReadUInt32LittleEndian(disk.AsSpan((int)(link * Sector) + 446 + 16 + 8));
        return link + BinaryPrimitives.ReadUInt32LittleEndian(disk.AsSpan((int)(link * Sector) + 446 + 8));
    }

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

    private byte[] Sfdisk(int mebibytes, params string[] partitions)
    {
        string path = scratch.Image("disk", mebibytes * (long)Mebibyte);
        Tool.RunWith($"label: dos\n{string.Join('\n', partitions)}\n", "sfdisk", "-q", path);
        return File.ReadAllBytes(path);
    }

}
