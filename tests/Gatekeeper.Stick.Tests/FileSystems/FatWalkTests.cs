using Gatekeeper.Release;
using Gatekeeper.Stick.FileSystems;
using Gatekeeper.Stick.Tests.FileSystems.Images;

namespace Gatekeeper.Stick.Tests.FileSystems;

/// <summary>Volumes made by mkfs.vfat, files put there by mtools: found, and read byte for byte.</summary>
public sealed class FatWalkTests : IDisposable
{
    private readonly Scratch scratch = new();

    /// <summary>Every cluster size that mkfs.vfat makes, for each kind of FAT and both sector sizes. A volume just has the clusters its kind needs.</summary>
    public static TheoryData<int, int, int> Geometries()
    {
        TheoryData<int, int, int> data = [];
        foreach (int sectorSize in (int[])[512, 4096])
        {
            foreach (int kind in (int[])[12, 16, 32])
            {
                for (int sectorsPerCluster = 1; sectorsPerCluster <= 128; sectorsPerCluster *= 2)
                {
                    // mkfs.vfat refuses clusters above 128 KiB on FAT12 and FAT16; mtools above 512 KiB.
                    if (sectorsPerCluster * sectorSize <= (kind == 32 ? 512 : 64) * 1024)
                        data.Add(sectorSize, kind, sectorsPerCluster);
                }
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Geometries))]
    public void EveryGeometry_FileIsFoundWithItsBytes(int sectorSize, int kind, int sectorsPerCluster)
    {
        long clusters = kind switch { 12 => 2000, 16 => 5000, _ => 66000 };
        long bytes = ((clusters * sectorsPerCluster) + 2048) * sectorSize;
        string image = scratch.Image("image", bytes);
        byte[] content = Walk.Random(kind, (3 * sectorsPerCluster * sectorSize) + 17);
        Tool.Run("mkfs.vfat", "-F", $"{kind}", "-s", $"{sectorsPerCluster}", "-S", $"{sectorSize}", image);
        Tool.Run("mcopy", "-i", image, scratch.Write("content", content), "::pm200-2.0.0.gku");

        using FileStick stick = new(image, sectorSize);
        Assert.Single(Walk.Finds(stick, "pm200-2.0.0.gku", content).Extents);
    }

    [Theory]
    [InlineData(12)]
    [InlineData(16)]
    [InlineData(32)]
    public void FragmentedFile_IsFoundInManyExtents(int kind)
    {
        string image = scratch.Image("image", kind switch { 12 => 1, 16 => 4, _ => 34 } * 1024L * 1024);
        Tool.Run("mkfs.vfat", "-F", $"{kind}", "-s", "1", image);

        // Sixty small files, every second one deleted: thirty holes. FSInfo's hint, where to go on, is removed so that they are used.
        string[] small = [.. Enumerable.Range(100, 60).Select(i => scratch.Write($"f{i}.dat", new byte[1024]))];
        Tool.Run("mcopy", ["-i", image, .. small, "::"]);
        Tool.Run("mdel", ["-i", image, .. Enumerable.Range(0, 30).Select(i => $"::f{100 + (2 * i)}.dat")]);
        if (kind == 32)
        {
            using FileStream file = File.OpenWrite(image);
            file.Position = 512 + 492;
            file.Write([0xFF, 0xFF, 0xFF, 0xFF]);
        }

        byte[] content = Walk.Random(2, 50 * 1024);
        Tool.Run("mcopy", "-i", image, scratch.Write("content", content), "::release.gku");
        using FileStick stick = new(image);
        StickFile found = Walk.Finds(stick, "RELEASE.GKU".ToLowerInvariant(), content);
        Assert.True(found.Extents.Length > 20, $"{found.Extents.Length} extents");
        Assert.All(found.Extents[..^1], extent => Assert.Equal(0, extent.Length % 512));
    }

    [Fact]
    public void ShortNameOnly_IsFound()
    {
        using FileStick stick = Make("RELEASE.GKU");
        Assert.Equal("RELEASE.GKU", Assert.Single(StickWalker.Find(stick)).Name);
    }

    [Fact]
    public void LongName_OverSeveralEntries_IsFound()
    {
        string name = "pm200 rev-C release 4.2.1 for every ward and every bed (1).gku";
        using FileStick stick = Make(name);
        Assert.Equal(name, Assert.Single(StickWalker.Find(stick)).Name);
    }

    [Theory]
    [InlineData("thirteen_.gku")] // 13 characters fill one entry: no terminator
    [InlineData("fourteen__.gku")]
    [InlineData("twenty_six_characters_.gku")] // 26
    public void LongName_OfEveryFill_IsFound(string name)
    {
        using FileStick stick = Make(name);
        Assert.Equal(name, Assert.Single(StickWalker.Find(stick)).Name);
    }

    [Fact]
    public void ReleaseFolder_IsSearched_WhateverItsCase()
    {
        using FileStick stick = Make("GateKeeper/a.gku", "b.gku", "other/c.gku", "GateKeeper/deeper/d.gku");
        Assert.Equal(["b.gku", "gatekeeper/a.gku"], StickWalker.Find(stick).Select(file => file.Name));
    }

    [Fact]
    public void PartFilesAndRootsOnlyFiles_AreFound()
    {
        using FileStick stick = Make("a.gku", "a.gku.2", "a.gku.10", "revoked.gkr");
        Assert.Equal(["a.gku", "a.gku.2", "a.gku.10", "revoked.gkr"], StickWalker.Find(stick).Select(file => file.Name));
    }

    [Fact]
    public void DotFilesAndOtherNames_AreIgnored()
    {
        using FileStick stick = Make("._a.gku", ".a.gku", "a.gku.txt", "photo.jpg", "a.gku", "a.gku.1", "\u00e4.gku");
        Assert.Equal("a.gku", Assert.Single(StickWalker.Find(stick)).Name);
    }

    [Fact]
    public void DeletedFile_IsIgnored()
    {
        string image = scratch.Path("image");
        using (Make("a.gku", "b.gku"))
            Tool.Run("mdel", "-i", image, "::a.gku");
        using FileStick stick = new(image);
        Assert.Equal("b.gku", Assert.Single(StickWalker.Find(stick)).Name);
    }

    [Fact]
    public void DirectoryOverManyClusters_IsReadToItsEnd()
    {
        string image = scratch.Image("image", 8 * 1024 * 1024);
        string folder = Directory.CreateDirectory(scratch.Path("gatekeeper")).FullName;
        for (int i = 0; i < 400; i++)
            scratch.Write($"gatekeeper/picture of the ward number {i}.jpg", [1]);
        Tool.Run("mkfs.vfat", "-F", "16", "-s", "2", image);
        Tool.Run("mcopy", "-s", "-i", image, folder, "::");
        Tool.Run("mcopy", "-i", image, scratch.Write("content", [2]), "::gatekeeper/last.gku");
        using FileStick stick = new(image);
        Assert.Equal("gatekeeper/last.gku", Assert.Single(StickWalker.Find(stick)).Name);
    }

    [Fact]
    public void EmptyFile_HasNoExtents()
    {
        string image = scratch.Image("image", 1024 * 1024);
        Tool.Run("mkfs.vfat", image);
        Tool.Run("mcopy", "-i", image, scratch.Write("content", []), "::a.gku");
        using FileStick stick = new(image);
        StickFile file = Assert.Single(StickWalker.Find(stick));
        Assert.Equal(0, file.Length);
        Assert.Empty(file.Extents);
    }

    [Fact]
    public void EmptyVolume_HasNoRelease()
    {
        using FileStick stick = Make("readme.txt");
        Walk.IsRefused(stick, Refusal.NoRelease);
    }

    [Fact]
    public void I11_MoreReleaseFilesThanTheLimit_AreRefused()
    {
        using FileStick stick = Make([.. Enumerable.Range(0, Limits.MaxReleaseFiles + 1).Select(i => $"r{i}.gku")]);
        Walk.IsRefused(stick, Refusal.FileSystemDamaged, "release files");
    }

    [Theory]
    [InlineData("bad.gku", "good.gku")]
    [InlineData("good.gku", "bad.gku")]
    public void BrokenReleaseFile_DoesNotSpoilAGoodOneBesideIt(string first, string second)
    {
        Break([first, second], "BAD     GKU");
        using FileStick stick = new(scratch.Path("image"));
        Assert.Equal("good.gku", Assert.Single(StickWalker.Find(stick)).Name);
    }

    [Fact]
    public void BrokenReleaseFileAlone_IsRefused()
    {
        Break(["bad.gku"], "BAD     GKU");
        using FileStick stick = new(scratch.Path("image"));
        Walk.IsRefused(stick, Refusal.FileSystemDamaged, "longer than its volume");
    }

    [Fact]
    public void ApprovalsPermitsAndRoots_AreFoundBesideAReleaseAndCountedApart()
    {
        using (FileStick stick = Make([.. Enumerable.Range(0, Limits.MaxReleaseFiles).SelectMany(i => new[] { $"r{i}.gku", $"r{i}.gkr" })]))
        {
            Assert.Equal(2 * Limits.MaxReleaseFiles, StickWalker.Find(stick).Count);
        }

        using FileStick papers = Make("site.gka", "once.gkp", "once.gkp.2", "keys.gkr");
        Assert.Equal(["site.gka", "once.gkp", "keys.gkr"], StickWalker.Find(papers).Select(f => f.Name));
    }

    public void Dispose() => scratch.Dispose();

    /// <summary>A FAT16 volume of which one file claims to be 4 GiB long.</summary>
    private void Break(string[] names, string shortName)
    {
        Make(names).Dispose();
        byte[] image = File.ReadAllBytes(scratch.Path("image"));
        int entry = image.AsSpan().IndexOf(System.Text.Encoding.ASCII.GetBytes(shortName));
        image.AsSpan(entry + 28, 4).Fill(0xFF);
        File.WriteAllBytes(scratch.Path("image"), image);
    }

    /// <summary>A FAT16 volume with these small files, folders made as needed.</summary>
    private FileStick Make(params string[] names)
    {
        string image = scratch.Image("image", 8 * 1024 * 1024);
        Tool.Run("mkfs.vfat", "-F", "16", "-s", "2", image);
        HashSet<string> folders = [];
        foreach (string name in names)
        {
            for (int slash = name.IndexOf('/', StringComparison.Ordinal); slash >= 0; slash = name.IndexOf('/', slash + 1))
            {
                if (folders.Add(name[..slash]))
                    Tool.Run("mmd", "-i", image, $"::{name[..slash]}");
            }
        }

        string content = scratch.Write("content", Walk.Random(3, 3000));
        foreach (string name in names)
            Tool.Run("mcopy", "-i", image, content, $"::{name}");
        return new FileStick(image);
    }
}
