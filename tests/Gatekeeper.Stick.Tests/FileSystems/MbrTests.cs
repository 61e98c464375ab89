using System.Buffers.Binary;
using Gatekeeper.Release;
using Gatekeeper.Stick.Tests.FileSystems.Images;

namespace Gatekeeper.Stick.Tests.FileSystems;

/// <summary>Tables made by sfdisk, the rules of UEFI 2.10 §5.2, and sticks whose volume stands where a table would.</summary>
public sealed class MbrTests : IDisposable
{
    private const int Sector = MemoryStick.SmallSector;
    private const int Mebibyte = 1024 * 1024;

    private readonly Scratch scratch = new();

    [Theory]
    [InlineData("b", 12)]
    [InlineData("c", 16)]
    [InlineData("7", 12)] // the type byte says exFAT or NTFS, the sectors say FAT
    [InlineData("83", 16)]
    public void Mbr_PrimaryPartition_IsSearchedWhateverItsType(string type, int kind)
    {
        byte[] disk = Sfdisk(6, $"2048,,{type}");
        Walk.Finds(MemoryStick.With(disk, 2048, FatImage.Of(kind).Bytes), FatImage.Name, FatImage.Content);
    }

    [Fact]
    public void Mbr_ExFatPartition_IsSearched() =>
        Walk.Finds(MemoryStick.With(Sfdisk(6, "2048,,7"), 2048, ExFatImage.Of().Bytes), ExFatImage.Name, ExFatImage.Content);

    [Fact]
    public void Mbr_SecondPartition_IsSearchedWhenTheFirstHasNone()
    {
        byte[] disk = Sfdisk(12, "2048,8192,c", "12288,,c");
        ExFatImage.Empty().Bytes.CopyTo(disk, 2048 * Sector);
        Walk.Finds(MemoryStick.With(disk, 12288, FatImage.Of(16).Bytes), FatImage.Name, FatImage.Content);
    }

    [Fact]
    public void Mbr_DamagedVolumeBesideAGoodOne_TheGoodOneIsRead()
    {
        byte[] disk = Sfdisk(12, "2048,8192,c", "12288,,c");
        FatImage.Of(12).Set16(22, 0).Bytes.CopyTo(disk, 2048 * Sector);
        Walk.Finds(MemoryStick.With(disk, 12288, FatImage.Of(16).Bytes), FatImage.Name, FatImage.Content);
    }

    [Fact]
    public void Mbr_LogicalPartition_IsSearched()
    {
        byte[] disk = Sfdisk(24, "2048,2048,83", "4096,,f", "6144,2048,c", "10240,2048,c", "14336,8192,c");
        int start = (int)LogicalStart(disk, 2);
        Walk.Finds(MemoryStick.With(disk, start, FatImage.Of(16).Bytes), FatImage.Name, FatImage.Content);
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
        Walk.IsRefused(MemoryStick.With(disk, 2048, FatImage.Of(16).Bytes), Refusal.NoFileSystem);
    }

    [Fact]
    public void Mbr_PartitionThatEndsBehindTheDevice_IsCutAndSearched()
    {
        byte[] disk = Sfdisk(6, "2048,,c");
        BinaryPrimitives.WriteUInt32LittleEndian(disk.AsSpan(446 + 12), 1_000_000);
        Walk.Finds(MemoryStick.With(disk, 2048, FatImage.Of(16).Bytes), FatImage.Name, FatImage.Content);
    }

    [Fact]
    public void Mbr_BootIndicatorOther_IsNoTable()
    {
        byte[] disk = Sfdisk(6, "2048,,c");
        disk[446 + 48] = 0x7F;
        Walk.IsRefused(MemoryStick.With(disk, 2048, FatImage.Of(16).Bytes), Refusal.NoFileSystem);
    }

    [Fact]
    public void Mbr_SignatureMissing_IsNoTable()
    {
        byte[] disk = Sfdisk(6, "2048,,c");
        disk[511] = 0;
        Walk.IsRefused(MemoryStick.With(disk, 2048, FatImage.Of(16).Bytes), Refusal.NoFileSystem);
    }

    /// <summary>A stick that was formatted whole and partitioned later: the old boot sector's block still stands before the table.</summary>
    [Fact]
    public void Mbr_BehindAStaleFatBlock_ItsPartitionsComeFirst()
    {
        byte[] disk = Sfdisk(6, "2048,,c");
        FatImage.Of(16).Bytes.AsSpan(0, 446).CopyTo(disk);
        Walk.Finds(MemoryStick.With(disk, 2048, FatImage.Of(16).Bytes), FatImage.Name, FatImage.Content);
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

    public void Dispose() => scratch.Dispose();

    /// <summary>First sector of logical partition n, from 0.</summary>
    private static long LogicalStart(byte[] disk, int n)
    {
        long extended = BinaryPrimitives.ReadUInt32LittleEndian(disk.AsSpan(446 + 16 + 8));
        long link = extended;
        for (int i = 0; i < n; i++)
            link = extended + BinaryPrimitives.ReadUInt32LittleEndian(disk.AsSpan((int)(link * Sector) + 446 + 16 + 8));
        return link + BinaryPrimitives.ReadUInt32LittleEndian(disk.AsSpan((int)(link * Sector) + 446 + 8));
    }

    private byte[] Sfdisk(int mebibytes, params string[] partitions)
    {
        string path = scratch.Image("disk", mebibytes * (long)Mebibyte);
        Tool.RunWith($"label: dos\n{string.Join('\n', partitions)}\n", "sfdisk", "-q", path);
        return File.ReadAllBytes(path);
    }
}
