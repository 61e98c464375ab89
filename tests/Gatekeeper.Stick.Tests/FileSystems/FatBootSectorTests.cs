using Gatekeeper.Release;
using Gatekeeper.Stick.FileSystems.Fat;
using Gatekeeper.Stick.Tests.FileSystems.Images;

namespace Gatekeeper.Stick.Tests.FileSystems;

/// <summary>fatgen103 "Boot Sector and BPB" and "FAT Type Determination", a test for each rule.</summary>
public sealed class FatBootSectorTests
{
    [Theory]
    [InlineData(0, 0x00)] // jump
    [InlineData(2, 0x91)]
    [InlineData(510, 0x00)] // signature
    [InlineData(511, 0x00)]
    [InlineData(13, 0x00)] // SecPerClus is a power of two
    [InlineData(13, 0x03)]
    [InlineData(16, 0x00)] // NumFATs is at least 1
    [InlineData(21, 0x00)] // Media is F0h or F8h to FFh
    [InlineData(21, 0xF7)]
    public void ByteThatEveryFatHas_IsWrong_IsNoFileSystem(int at, byte value) =>
        Walk.IsRefused(FatImage.Of(16).Set(at, value).Stick, Refusal.NoFileSystem);

    [Theory]
    [InlineData(0)]
    [InlineData(256)]
    [InlineData(513)]
    [InlineData(8192)]
    public void BytsPerSec_OutOfRange_IsNoFileSystem(ushort value) =>
        Walk.IsRefused(FatImage.Of(16).Set16(11, value).Stick, Refusal.NoFileSystem);

    [Fact]
    public void RsvdSecCnt_Zero_IsNoFileSystem() =>
        Walk.IsRefused(FatImage.Of(16).Set16(14, 0).Stick, Refusal.NoFileSystem);

    [Theory]
    [InlineData(1024)]
    [InlineData(4096)]
    public void BytsPerSec_NotTheDevices_IsRefused(ushort value) =>
        Damaged(FatImage.Of(16).Set16(11, value), "BytsPerSec");

    [Fact]
    public void VolumeOf512_OnADeviceOf4096_IsRefused() =>
        Walk.IsRefused(new MemoryStick(FatImage.Of(16).Bytes, 4096), Refusal.FileSystemDamaged, "BytsPerSec");

    [Fact]
    public void TotSec_BothZero_IsRefused() => Damaged(FatImage.Of(16).Set16(19, 0).Set32(32, 0), "no TotSec");

    [Fact]
    public void TotSec16_OnFat32_Counts() => Damaged(FatImage.Of(32).Set16(19, 1), "no room for data");

    [Theory]
    [InlineData(12)]
    [InlineData(16)]
    [InlineData(32)]
    public void TotSec_BehindThePartition_IsRefused(int kind)
    {
        FatImage image = FatImage.Of(kind);
        Damaged(image.Set16(19, 0).Set32(32, (uint)(image.Bytes.Length / 512) + 1), "TotSec");
    }

    [Fact]
    public void TotSec16_Zero_TotSec32Counts()
    {
        FatImage image = FatImage.Of(16);
        uint total = image.U16(19) != 0 ? image.U16(19) : image.U32(32);
        Walk.Finds(image.Set16(19, 0).Set32(32, total).Stick, FatImage.Name, FatImage.Content);
    }

    [Fact]
    public void FATSz_BothZero_IsRefused() => Damaged(FatImage.Of(32).Set32(36, 0), "FATSz");

    [Fact]
    public void FATSz_TooSmallForTheClusters_IsRefused()
    {
        FatImage image = FatImage.Of(32);
        Damaged(image.Set32(36, image.U32(36) / 2), "FATSz");
    }

    [Fact]
    public void FATSz_SoLargeThatNoDataIsLeft_IsRefused() => Damaged(FatImage.Of(32).Set32(36, uint.MaxValue), "no room for data");

    [Fact]
    public void RootEntCnt_OnFat32_IsRefused() => Damaged(FatImage.Of(32).Set16(17, 512), "RootEntCnt");

    [Theory]
    [InlineData(12, 516)]
    [InlineData(16, 511)]
    [InlineData(16, 1)]
    public void RootEntCnt_ThatDoesNotFillItsSectors_IsRefused(int kind, ushort count) => Damaged(FatImage.Of(kind).Set16(17, count), "RootEntCnt");

    [Theory]
    [InlineData(12)]
    [InlineData(16)]
    public void RootEntCnt_Zero_OnFat12And16_IsRefused(int kind) => Damaged(FatImage.Of(kind).Set16(17, 0), "RootEntCnt");

    [Fact]
    public void FSVer_NotZero_IsRefused() => Damaged(FatImage.Of(32).Set16(42, 1), "FSVer");

    [Theory]
    [InlineData(0u)]
    [InlineData(1u)]
    [InlineData(0x0FFFFFFFu)]
    public void RootClus_OutsideTheHeap_IsRefused(uint cluster) => Damaged(FatImage.Of(32).Set32(44, cluster), "cluster number");

    [Fact]
    public void ExtFlags_NameAFatThatIsNotThere_IsRefused() => Damaged(FatImage.Of(32).Set16(40, 0x82), "ExtFlags");

    [Fact]
    public void ExtFlags_MirroringOff_TheNamedFatIsRead()
    {
        FatImage image = FatImage.Of(32);
        for (int cluster = 2; cluster < 200; cluster++)
            image.SetTable(cluster, 0);
        Walk.Finds(image.Set16(40, 0x81).Stick, FatImage.Name, FatImage.Content);
    }

    [Theory]
    [InlineData(12)]
    [InlineData(16)]
    [InlineData(32)]
    public void SecondFat_IsNotLookedAt(int kind)
    {
        FatImage image = FatImage.Of(kind);
        image.SetTable(image.FirstCluster, 0, table: 1);
        Walk.Finds(image.Stick, FatImage.Name, FatImage.Content);
    }

    [Fact]
    public void OneFat_IsEnough()
    {
        using Scratch scratch = new();
        string image = scratch.Image("image", 4 * 1024 * 1024);
        Tool.Run("mkfs.vfat", "-F", "16", "-s", "1", "-f", "1", image);
        Tool.Run("mcopy", "-i", image, scratch.Write("content", FatImage.Content), "::a.gku");
        using FileStick stick = new(image);
        Walk.Finds(stick, "a.gku", FatImage.Content);
    }

    [Fact]
    public void ClusterCount_AtLeast65525WithoutFat32Layout_IsRefused()
    {
        FatImage image = FatImage.Of(32);
        Damaged(image.Set16(22, (ushort)image.U32(36)).Set16(17, 512), "more clusters than FAT16 has");
    }

    [Theory]
    [InlineData(4084, "Fat12")]
    [InlineData(4085, "Fat16")]
    [InlineData(65524, "Fat16")]
    public void ClusterCount_DecidesBetweenFat12AndFat16(int clusters, string kind)
    {
        FatImage image = FatImage.Of(16);
        uint tableSectors = 256;
        uint total = (uint)((image.U16(14)) + (2 * tableSectors) + (image.U16(17) * 32 / 512) + clusters);
        image.Set16(22, (ushort)tableSectors).Set16(19, 0).Set32(32, total);
        Assert.Equal(kind, FatBootSector.Parse(image.Bytes.AsSpan(0, 512), total).Kind.ToString());
    }

    [Fact]
    public void Fat32Layout_WithFewClusters_IsReadAsFat32()
    {
        using Scratch scratch = new();
        string image = scratch.Image("image", 4 * 1024 * 1024);
        Tool.Run("mkfs.vfat", "-F", "32", "-s", "1", image);
        byte[] bytes = File.ReadAllBytes(image);
        Walk.IsRefused(new MemoryStick(bytes), Refusal.NoRelease);
    }

    [Fact]
    public void Ntfs_IsNoFileSystem()
    {
        FatImage image = FatImage.Of(16);
        "NTFS    "u8.CopyTo(image.Bytes.AsSpan(3));
        Walk.IsRefused(image.Set16(14, 0).Set(16, 0).Stick, Refusal.NoFileSystem);
    }

    [Fact]
    public void EmptyDevice_IsNoFileSystem() => Walk.IsRefused(new MemoryStick(new byte[1024 * 1024]), Refusal.NoFileSystem);

    [Theory]
    [InlineData(1024)]
    [InlineData(2048)]
    [InlineData(8192)]
    public void DeviceSector_Other_IsRefused(int size) =>
        Walk.IsRefused(new MemoryStick(FatImage.Of(16).Bytes, size), Refusal.StickGeometry);

    [Fact]
    public void DeviceOfOneSector_EndsInARefusal() => Walk.IsRefused(new MemoryStick(FatImage.Of(16).Bytes[..512]), Refusal.FileSystemDamaged);

    private static void Damaged(FatImage image, string rule) => Walk.IsRefused(image.Stick, Refusal.FileSystemDamaged, rule);
}
