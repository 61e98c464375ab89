using Gatekeeper.Release;
using Gatekeeper.Stick.FileSystems;
using Gatekeeper.Stick.Tests.FileSystems.Images;

namespace Gatekeeper.Stick.Tests.FileSystems;

/// <summary>Volumes made by mkfs.exfat: files in every layout are found, and read byte for byte.</summary>
public sealed class ExFatWalkTests
{
    public static TheoryData<Layout> Layouts => [Layout.Contiguous, Layout.Chained, Layout.Fragmented];

    [Theory]
    [InlineData("512")]
    [InlineData("1K")]
    [InlineData("4K")]
    [InlineData("32K")]
    [InlineData("128K")]
    [InlineData("1M")]
    public void EveryClusterSize_FileIsFoundWithItsBytes(string cluster)
    {
        foreach (Layout layout in Enum.GetValues<Layout>())
        {
            ExFatImage image = new(ExFatImage.Format(16, cluster));
            byte[] content = Walk.Random(5, (3 * image.ClusterBytes) + 17);
            image.Add(image.RootCluster, "pm200-2.0.0.gku", content, layout);
            StickFile file = Walk.Finds(image.Stick, "pm200-2.0.0.gku", content);
            Assert.Equal(layout == Layout.Fragmented ? 4 : 1, file.Extents.Length);
        }
    }

    [Fact]
    public void TestWriter_MakesWhatFsckAccepts()
    {
        ExFatImage image = ExFatImage.Of(Layout.Fragmented);
        int folder = image.AddFolder(image.RootCluster, "Gatekeeper");
        image.Add(folder, "inside the folder, with a long name.gku", Walk.Random(6, 9000), Layout.Contiguous);
        image.Add(folder, "chained.gku", Walk.Random(7, 9000), Layout.Chained);
        using Scratch scratch = new();
        Assert.Contains("clean", Tool.Run("fsck.exfat", "-n", scratch.Write("image", image.Bytes)), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Layouts))]
    public void SectorsOf4096_FileIsFoundWithItsBytes(Layout layout) =>
        Walk.Finds(ExFatImage.Of(layout).To4096().Stick, ExFatImage.Name, ExFatImage.Content);

    [Fact]
    public void ReleaseFolder_IsSearched_WhateverItsCase()
    {
        ExFatImage image = ExFatImage.Empty();
        int folder = image.AddFolder(image.RootCluster, "GATEkeeper", clusters: 2, chained: true);
        image.Add(folder, "a.gku", [1]);
        image.Add(image.AddFolder(image.RootCluster, "other"), "c.gku", [1]);
        image.Add(image.RootCluster, "b.gku", [1]);
        Assert.Equal(["b.gku", "gatekeeper/a.gku"], StickWalker.Find(image.Stick).Select(file => file.Name));
    }

    [Fact]
    public void DirectoryOverManyClusters_IsReadToItsEnd()
    {
        ExFatImage image = ExFatImage.Empty();
        int folder = image.AddFolder(image.RootCluster, "gatekeeper", clusters: 12);
        for (int i = 0; i < 300; i++)
            image.Add(folder, $"picture of the ward number {i}.jpg", []);
        image.Add(folder, "last.gku", Walk.Random(8, 5000));
        Assert.Equal("gatekeeper/last.gku", Assert.Single(StickWalker.Find(image.Stick)).Name);
    }

    [Fact]
    public void DotFilesAndOtherNames_AreIgnored()
    {
        ExFatImage image = ExFatImage.Empty();
        foreach (string name in (string[])["._a.gku", ".a.gku", "a.txt", "\u00e4.gku", "a.gku.2", "gatekeeper"])
            image.Add(image.RootCluster, name, [1]);
        Assert.Equal("a.gku.2", Assert.Single(StickWalker.Find(image.Stick)).Name);
    }

    [Fact]
    public void DeletedFile_IsIgnored()
    {
        ExFatImage image = ExFatImage.Of();
        for (int at = image.EndOf(image.RootCluster) - 32; image.Bytes[at] >= 0x85; at -= 32)
            image.Bytes[at] &= 0x7F;
        Walk.IsRefused(image.Stick, Refusal.NoRelease);
    }

    [Fact]
    public void EmptyFile_HasNoExtents()
    {
        ExFatImage image = ExFatImage.Empty();
        image.Add(image.RootCluster, "a.gku", []);
        Assert.Empty(Assert.Single(StickWalker.Find(image.Stick)).Extents);
    }

    [Fact]
    public void EmptyVolume_HasNoRelease() => Walk.IsRefused(ExFatImage.Empty().Stick, Refusal.NoRelease);

    [Fact]
    public void VolumeDirty_IsNoRefusal() =>
        Walk.Finds(ExFatImage.Of().Boot8(106, 2).Stick, ExFatImage.Name, ExFatImage.Content);

    [Fact]
    public void I11_MoreReleaseFilesThanTheLimit_AreRefused()
    {
        ExFatImage image = ExFatImage.Empty();
        for (int i = 0; i <= Limits.MaxReleaseFiles; i++)
            image.Add(image.RootCluster, $"r{i}.gku", []);
        Walk.IsRefused(image.Stick, Refusal.FileSystemDamaged, "release files");
    }
}
