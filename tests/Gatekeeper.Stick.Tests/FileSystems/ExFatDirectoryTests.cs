using Gatekeeper.Release;
using Gatekeeper.Stick.Tests.FileSystems.Images;

namespace Gatekeeper.Stick.Tests.FileSystems;

/// <summary>exFAT 1.00 §4 to §8, a test for each rule. The SetChecksum is right wherever a field is the defect.</summary>
public sealed class ExFatDirectoryTests
{
    [Fact]
    public void SetChecksum_Wrong_IsRefused()
    {
        ExFatImage image = ExFatImage.Of();
        image.Bytes[image.EndOf(image.RootCluster) - 1] ^= 1;
        Walk.IsRefused(image.Stick, Refusal.FileSystemDamaged, "SetChecksum");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void SecondaryCount_BelowTwo_IsRefused(byte count) => Damaged(set => set.Bytes[1] = count, "SecondaryCount");

    [Fact]
    public void SecondaryCount_AboveTheEntriesThatAreThere_IsRefused() => Damaged(set => set.Bytes[1] = 255, "");

    [Fact]
    public void StreamExtension_Missing_IsRefused() => Damaged(set => set.Bytes[32] = 0xC1, "Stream Extension");

    [Fact]
    public void FileName_Missing_IsRefused() => Damaged(set => set.Bytes[64] = 0xE0, "File Name");

    [Fact]
    public void NameLength_Zero_IsRefused() => Damaged(set => set.Bytes[35] = 0, "NameLength");

    [Fact]
    public void NameLength_MoreThanTheEntriesHold_IsRefused() => Damaged(set => set.Bytes[35] = 31, "NameLength");

    [Fact]
    public void NameHash_Wrong_IsRefused() => Damaged(set => set.Bytes[36] ^= 1, "NameHash");

    [Fact]
    public void AllocationPossible_Clear_IsRefused() => Damaged(set => set.Bytes[33] &= 0xFE, "AllocationPossible");

    [Fact]
    public void ValidDataLength_BelowDataLength_IsRefused() => Damaged(set => set.Set64(40, (ulong)ExFatImage.Content.Length - 1), "not written to its end");

    [Fact]
    public void ValidDataLength_AboveDataLength_IsRefused() => Damaged(set => set.Set64(40, (ulong)ExFatImage.Content.Length + 1), "ValidDataLength");

    [Theory]
    [InlineData(ulong.MaxValue)]
    [InlineData(long.MaxValue)]
    [InlineData(4ul * 1024 * 1024)]
    public void DataLength_AboveTheHeap_IsRefused(ulong length) => Damaged(set => Lengths(set, length), "DataLength");

    [Fact]
    public void DataLength_ZeroWithAFirstCluster_IsRefused() => Damaged(set => Lengths(set, 0), "empty file");

    [Theory]
    [InlineData(0u)]
    [InlineData(1u)]
    [InlineData(0xFFFFFFF7u)]
    [InlineData(0xFFFFFFFFu)]
    public void FirstCluster_OutsideTheHeap_IsRefused(uint cluster) => Damaged(set => set.Set32(52, cluster), "outside the heap");

    [Fact]
    public void NoFatChain_RunBehindTheHeap_IsRefused()
    {
        ExFatImage image = ExFatImage.Empty();
        image.Add(image.RootCluster, ExFatImage.Name, ExFatImage.Content, Layout.Contiguous, set => set.Set32(52, (uint)image.Clusters - 2));
        Walk.IsRefused(image.Stick, Refusal.FileSystemDamaged, "outside the heap");
    }

    [Fact]
    public void NoFatChain_TheFatIsNotLookedAt()
    {
        ExFatImage image = ExFatImage.Empty();
        int first = image.Add(image.RootCluster, ExFatImage.Name, ExFatImage.Content, Layout.Contiguous);
        Walk.Finds(image.SetTable(first, 0).SetTable(first + 1, (uint)first).Stick, ExFatImage.Name, ExFatImage.Content);
    }

    [Fact]
    public void UnknownBenignSecondary_IsIgnored() =>
        Walk.Finds(With(set => set.AppendSecondary(0xE0)).Stick, ExFatImage.Name, ExFatImage.Content);

    [Fact]
    public void UnknownCriticalSecondary_HidesTheFile() =>
        Walk.IsRefused(With(set => set.AppendSecondary(0xC2)).Stick, Refusal.NoRelease);

    [Fact]
    public void PrimaryInsideASet_IsRefused() => Damaged(set => set.AppendSecondary(0x85), "cut off");

    [Fact]
    public void UnknownBenignPrimary_IsIgnored()
    {
        ExFatImage image = ExFatImage.Empty();
        image.Append(image.RootCluster, [0xA0, .. new byte[31], 0xC0, .. new byte[31]]);
        image.Add(image.RootCluster, ExFatImage.Name, ExFatImage.Content);
        Walk.Finds(image.Stick, ExFatImage.Name, ExFatImage.Content);
    }

    [Fact]
    public void UnknownCriticalPrimary_IsRefused()
    {
        ExFatImage image = ExFatImage.Of();
        image.Append(image.RootCluster, [0x84, .. new byte[31]]);
        Walk.IsRefused(image.Stick, Refusal.FileSystemDamaged, "unknown critical");
    }

    [Fact]
    public void EndOfDirectory_NothingBehindItCounts()
    {
        ExFatImage image = ExFatImage.Of();
        new EntrySet("b.gku", 0x20, false, 0, 0).Seal().CopyTo(image.Bytes, image.EndOf(image.RootCluster) + 32);
        Walk.Finds(image.Stick, ExFatImage.Name, ExFatImage.Content);
    }

    [Fact]
    public void SetOverACutOffDirectory_IsRefused()
    {
        ExFatImage image = ExFatImage.Empty();
        int folder = image.AddFolder(image.RootCluster, "gatekeeper");
        while (image.EndOf(folder) < image.ClusterOffset(folder) + 4096 - 32)
            image.Append(folder, [0x05, .. new byte[31]]);
        image.Append(folder, new EntrySet("b.gku", 0x20, false, 0, 0).Seal()[..32]);
        Walk.IsRefused(image.Stick, Refusal.FileSystemDamaged, "ends inside a set");
    }

    [Fact]
    public void SetOverTwoClusters_IsRead()
    {
        ExFatImage image = ExFatImage.Empty();
        int folder = image.AddFolder(image.RootCluster, "gatekeeper", clusters: 2, chained: true);
        while (image.EndOf(folder) < image.ClusterOffset(folder) + 4096 - 32)
            image.Append(folder, [0x05, .. new byte[31]]);
        image.Add(folder, "b.gku", ExFatImage.Content);
        Walk.Finds(image.Stick, "gatekeeper/b.gku", ExFatImage.Content);
    }

    [Fact]
    public void DirectoryLength_NotWholeClusters_IsRefused() => Folder(set => Lengths(set, 4095), "DataLength of a directory");

    [Fact]
    public void DirectoryLength_NotAllValid_IsRefused() => Folder(set => set.Set64(40, 0), "ValidDataLength of a directory");

    [Fact]
    public void DirectoryChain_ShorterThanItsLength_IsRefused() => Folder(set => Lengths(set, 8192), "shorter");

    [Fact]
    public void TwoFilesOfOneName_AreRefused()
    {
        ExFatImage image = ExFatImage.Of();
        image.Add(image.RootCluster, ExFatImage.Name.ToUpperInvariant(), []);
        Walk.IsRefused(image.Stick, Refusal.FileSystemDamaged, "one name");
    }

    [Fact]
    public void I11_ChainThatLoops_IsRefused() => Chain((image, first) => image.SetTable(first + 4, (uint)first), "longer");

    [Fact]
    public void ChainShorterThanTheFile_IsRefused() => Chain((image, first) => image.SetTable(first + 3, 0xFFFFFFFF), "shorter");

    [Fact]
    public void ChainLongerThanTheFile_IsRefused() => Chain((image, first) => image.SetTable(first + 4, (uint)first + 5).SetTable(first + 5, 0xFFFFFFFF), "longer");

    [Fact]
    public void FreeClusterInChain_IsRefused() => Chain((image, first) => image.SetTable(first + 1, 0), "free");

    [Fact]
    public void BadClusterInChain_IsRefused() => Chain((image, first) => image.SetTable(first + 1, 0xFFFFFFF7), "bad");

    [Theory]
    [InlineData(994u)] // one behind the last of 992 clusters
    [InlineData(0xFFFFFFF6u)]
    [InlineData(0xFFFFFFF8u)] // ends a chain on FAT32, not on exFAT
    [InlineData(0xFFFFFFFEu)]
    public void ClusterBehindTheHeapInChain_IsRefused(uint value) => Chain((image, first) => image.SetTable(first + 1, value), "outside the heap");

    [Fact]
    public void I11_RootDirectoryThatLoops_EndsAtTheEntryLimit()
    {
        ExFatImage image = ExFatImage.Empty();
        while (image.EndOf(image.RootCluster) < image.ClusterOffset(image.RootCluster) + 4096 - 32)
            image.Append(image.RootCluster, [0x05, .. new byte[31]]);
        image.Append(image.RootCluster, [0x05, .. new byte[31]]);
        image.SetTable(image.RootCluster, (uint)image.RootCluster);
        MemoryStick stick = image.Stick;
        Walk.IsRefused(stick, Refusal.FileSystemDamaged, "directory entries");
        Assert.InRange(stick.Reads, 1, 20);
    }

    private static void Lengths(EntrySet set, ulong length)
    {
        set.Set64(40, length);
        set.Set64(56, length);
    }

    private static ExFatImage With(Action<EntrySet> change)
    {
        ExFatImage image = ExFatImage.Empty();
        image.Add(image.RootCluster, ExFatImage.Name, ExFatImage.Content, Layout.Chained, change);
        return image;
    }

    private static void Damaged(Action<EntrySet> change, string rule) => Walk.IsRefused(With(change).Stick, Refusal.FileSystemDamaged, rule);

    private static void Folder(Action<EntrySet> change, string rule)
    {
        ExFatImage image = ExFatImage.Empty();
        image.AddFolder(image.RootCluster, "gatekeeper", chained: true, change: change);
        Walk.IsRefused(image.Stick, Refusal.FileSystemDamaged, rule);
    }

    private static void Chain(Action<ExFatImage, int> damage, string rule)
    {
        ExFatImage image = ExFatImage.Empty();
        damage(image, image.Add(image.RootCluster, ExFatImage.Name, ExFatImage.Content, Layout.Chained));
        Walk.IsRefused(image.Stick, Refusal.FileSystemDamaged, rule);
    }
}
