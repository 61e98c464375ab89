using Gatekeeper.Release;
using Gatekeeper.Stick.Tests.FileSystems.Images;

namespace Gatekeeper.Stick.Tests.FileSystems;

/// <summary>fatgen103 "FAT Data Structure": what a chain may hold, for each width of the table.</summary>
public sealed class FatChainTests
{
    public static TheoryData<int> Kinds => [12, 16, 32];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void I11_ChainThatLoopsToItself_IsRefused(int kind) => Broken(kind, (image, first) => image.SetTable(first + 2, (uint)first + 2), "longer");

    [Theory]
    [MemberData(nameof(Kinds))]
    public void I11_ChainThatLoopsBack_IsRefused(int kind) => Broken(kind, (image, first) => image.SetTable(first + 4, (uint)first), "longer");

    [Theory]
    [MemberData(nameof(Kinds))]
    public void FreeClusterInChain_IsRefused(int kind) => Broken(kind, (image, first) => image.SetTable(first + 1, 0), "free");

    [Theory]
    [MemberData(nameof(Kinds))]
    public void ReservedClusterInChain_IsRefused(int kind) => Broken(kind, (image, first) => image.SetTable(first + 1, 1), "free");

    [Theory]
    [MemberData(nameof(Kinds))]
    public void BadClusterInChain_IsRefused(int kind) => Broken(kind, (image, first) => image.SetTable(first + 1, image.Mark(0x0FFFFFF7)), "bad");

    [Theory]
    [MemberData(nameof(Kinds))]
    public void ClusterBehindTheHeapInChain_IsRefused(int kind) =>
        Broken(kind, (image, first) => image.SetTable(first + 1, (uint)image.Clusters + 2), "outside");

    [Theory]
    [MemberData(nameof(Kinds))]
    public void LastClusterOfTheHeap_MayBeInAChain(int kind)
    {
        FatImage image = FatImage.Of(kind);
        int first = image.FirstCluster;
        int last = image.Clusters + 1;
        image.SetTable(first + 3, (uint)last).SetTable(last, image.Mark(0x0FFFFFF8));
        byte[] content = (byte[])FatImage.Content.Clone();
        Array.Clear(content, 4 * 512, 100);
        Assert.Equal(2, Walk.Finds(image.Stick, FatImage.Name, content).Extents.Length);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void ChainShorterThanTheFile_IsRefused(int kind) => Broken(kind, (image, first) => image.SetTable(first + 3, image.Mark(0x0FFFFFFF)), "shorter");

    [Theory]
    [MemberData(nameof(Kinds))]
    public void ChainLongerThanTheFile_IsRefused(int kind) =>
        Broken(kind, (image, first) => image.SetTable(first + 4, (uint)first + 5).SetTable(first + 5, image.Mark(0x0FFFFFFF)), "longer");

    [Theory]
    [MemberData(nameof(Kinds))]
    public void EveryEndMark_EndsAChain(int kind)
    {
        for (uint mark = 0x0FFFFFF8; mark <= 0x0FFFFFFF; mark++)
        {
            FatImage image = FatImage.Of(kind);
            Walk.Finds(image.SetTable(image.FirstCluster + 4, image.Mark(mark)).Stick, FatImage.Name, FatImage.Content);
        }
    }

    [Fact]
    public void UpperFourBitsOfAFat32Entry_AreNotLookedAt()
    {
        FatImage image = FatImage.Of(32);
        int first = image.FirstCluster;
        Walk.Finds(image.SetTable(first, 0xA0000000u | (uint)(first + 1)).Stick, FatImage.Name, FatImage.Content);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void FileLongerThanItsVolume_IsRefused(int kind) => Broken(kind, (image, _) => image.Set32(image.Entry + 28, uint.MaxValue), "longer than its volume");

    [Theory]
    [MemberData(nameof(Kinds))]
    public void EmptyFileWithAFirstCluster_IsRefused(int kind) => Broken(kind, (image, _) => image.Set32(image.Entry + 28, 0), "empty file");

    [Theory]
    [MemberData(nameof(Kinds))]
    public void FileWithoutAFirstCluster_IsRefused(int kind) => Broken(kind, (image, _) => image.Set16(image.Entry + 26, 0).Set16(image.Entry + 20, 0), "outside");

    [Fact]
    public void FstClusHI_CountsOnFat32Only()
    {
        FatImage fat16 = FatImage.Of(16);
        Walk.Finds(fat16.Set16(fat16.Entry + 20, 7).Stick, FatImage.Name, FatImage.Content);
        Broken(32, (image, _) => image.Set16(image.Entry + 20, 7), "outside");
    }

    /// <summary>A directory has no length that bounds it: the number of entries does.</summary>
    [Fact]
    public void I11_DirectoryChainThatLoops_EndsAtTheEntryLimit()
    {
        FatImage image = FatImage.Of(32);
        uint root = image.U32(44);
        while (image.EndOfRoot() < image.RootOffset + 512)
            image.Append(FatImage.ShortEntry("PICTURE JPG", 0x20, 0, 0));
        image.SetTable((int)root, root);
        image.Set(image.Entry, 0xE5); // else the loop would show the same release twice
        MemoryStick stick = image.Stick;
        Walk.IsRefused(stick, Refusal.FileSystemDamaged, "directory entries");
        Assert.InRange(stick.Reads, 1, 20);
    }

    private static void Broken(int kind, Action<FatImage, int> damage, string rule)
    {
        FatImage image = FatImage.Of(kind);
        damage(image, image.FirstCluster);
        Walk.IsRefused(image.Stick, Refusal.FileSystemDamaged, rule);
    }
}
