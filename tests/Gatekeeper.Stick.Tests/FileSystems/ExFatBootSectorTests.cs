using Gatekeeper.Release;
using Gatekeeper.Stick.Tests.FileSystems.Images;

namespace Gatekeeper.Stick.Tests.FileSystems;

/// <summary>exFAT 1.00 §3, a test for each rule. The checksums are right wherever a field is the defect.</summary>
public sealed class ExFatBootSectorTests
{
    [Fact]
    public void FileSystemName_Other_IsNoFileSystem() => Walk.IsRefused(ExFatImage.Of().Boot8(3, (byte)'e').Stick, Refusal.NoFileSystem);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void JumpBoot_Other_IsRefused(int at) => Damaged(ExFatImage.Of().Boot8(at, 0), "JumpBoot");

    [Theory]
    [InlineData(11)]
    [InlineData(63)]
    public void MustBeZero_IsNot_IsRefused(int at) => Damaged(ExFatImage.Of().Boot8(at, 1), "MustBeZero");

    [Theory]
    [InlineData(510)]
    [InlineData(511)]
    public void BootSignature_Other_IsRefused(int at) => Damaged(ExFatImage.Of().Boot8(at, 0), "BootSignature");

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void FileSystemRevision_OtherMajor_IsRefused(byte major) => Damaged(ExFatImage.Of().Boot8(105, major), "FileSystemRevision");

    [Fact]
    public void FileSystemRevision_OtherMinor_IsRead() => Walk.Finds(ExFatImage.Of().Boot8(104, 1).Stick, ExFatImage.Name, ExFatImage.Content);

    [Theory]
    [InlineData(0)]
    [InlineData(8)]
    [InlineData(13)]
    [InlineData(255)]
    public void BytesPerSectorShift_OutOfRange_IsRefused(byte shift) => Damaged(ExFatImage.Of().Boot8(108, shift), "BytesPerSectorShift");

    [Fact]
    public void BytesPerSectorShift_NotTheDevices_IsRefused() => Damaged(ExFatImage.Of().Boot8(108, 12), "device's sector size");

    [Theory]
    [InlineData(17)]
    [InlineData(255)]
    public void SectorsPerClusterShift_OutOfRange_IsRefused(byte shift) => Damaged(ExFatImage.Of().Boot8(109, shift), "SectorsPerClusterShift");

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(3)]
    public void NumberOfFats_NotOne_IsRefused(byte count) => Damaged(ExFatImage.Of().Boot8(110, count), "NumberOfFats");

    [Theory]
    [InlineData(101)]
    [InlineData(254)]
    public void PercentInUse_OutOfRange_IsRefused(byte percent) => Damaged(ExFatImage.Of().Boot8(112, percent), "PercentInUse");

    [Theory]
    [InlineData(0ul)]
    [InlineData(2047ul)]
    public void VolumeLength_BelowOneMebibyte_IsRefused(ulong length) => Damaged(ExFatImage.Of().Boot64(72, length), "VolumeLength below");

    [Theory]
    [InlineData(8193ul)]
    [InlineData(ulong.MaxValue)]
    public void VolumeLength_BehindThePartition_IsRefused(ulong length) => Damaged(ExFatImage.Of().Boot64(72, length), "VolumeLength behind");

    [Theory]
    [InlineData(0u)]
    [InlineData(23u)]
    public void FatOffset_InsideTheBootRegions_IsRefused(uint sector) => Damaged(ExFatImage.Of().Boot32(80, sector), "FatOffset");

    [Fact]
    public void FatLength_TooSmallForTheClusters_IsRefused() => Damaged(ExFatImage.Of().Boot32(84, 1), "FatLength");

    [Fact]
    public void ClusterHeapOffset_InsideTheFat_IsRefused()
    {
        ExFatImage image = ExFatImage.Of();
        Damaged(image.Boot32(88, image.U32(80) + image.U32(84) - 1), "ClusterHeapOffset inside");
    }

    [Theory]
    [InlineData(8192u)]
    [InlineData(uint.MaxValue)]
    public void ClusterHeapOffset_BehindTheVolume_IsRefused(uint sector) => Damaged(ExFatImage.Of().Boot32(88, sector), "ClusterHeapOffset behind");

    [Fact]
    public void ClusterCount_AboveTheVolume_IsRefused()
    {
        ExFatImage image = ExFatImage.Of();
        Damaged(image.Boot32(92, image.U32(92) + 1), "ClusterCount");
    }

    [Fact]
    public void ClusterCount_Zero_IsRefused() => Damaged(ExFatImage.Of().Boot32(92, 0), "ClusterCount");

    [Theory]
    [InlineData(0u)]
    [InlineData(1u)]
    [InlineData(uint.MaxValue)]
    public void FirstClusterOfRootDirectory_OutsideTheHeap_IsRefused(uint cluster) =>
        Damaged(ExFatImage.Of().Boot32(96, cluster), "FirstClusterOfRootDirectory");

    [Fact]
    public void BootChecksum_OfTheMainRegionWrong_TheBackupIsRead()
    {
        ExFatImage image = ExFatImage.Of();
        image.Bytes[200] ^= 1;
        Walk.Finds(image.Stick, ExFatImage.Name, ExFatImage.Content);
    }

    [Theory]
    [InlineData(200)] // boot sector
    [InlineData(512 + 5)] // an extended boot sector
    [InlineData((10 * 512) + 5)] // the reserved sector
    [InlineData((11 * 512) + 508)] // the last copy of the checksum
    public void BootChecksum_OfBothRegionsWrong_IsRefused(int at)
    {
        ExFatImage image = ExFatImage.Of();
        image.Bytes[at] ^= 1;
        image.Bytes[(12 * 512) + at] ^= 1;
        Damaged(image, "checksums");
    }

    [Theory]
    [InlineData(106)] // VolumeFlags
    [InlineData(107)]
    [InlineData(112)] // PercentInUse
    public void BootChecksum_LeavesOutWhatChangesInUse(int at)
    {
        ExFatImage image = ExFatImage.Of();
        image.Bytes[at] = 2;
        Walk.Finds(image.Stick, ExFatImage.Name, ExFatImage.Content);
    }

    [Fact]
    public void BootRegion_CutOff_IsRefused() => Walk.IsRefused(new MemoryStick(ExFatImage.Of().Bytes[..(23 * 512)]), Refusal.FileSystemDamaged, "cut off");

    private static void Damaged(ExFatImage image, string rule) => Walk.IsRefused(image.Stick, Refusal.FileSystemDamaged, rule);
}
