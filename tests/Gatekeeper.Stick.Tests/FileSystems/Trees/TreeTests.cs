using System.Text.RegularExpressions;
using Gatekeeper.Release;
using Gatekeeper.Stick.FileSystems;
using Gatekeeper.Stick.Tests.FileSystems.Images;
using Xunit.Abstractions;

namespace Gatekeeper.Stick.Tests.FileSystems.Trees;

/// <summary>Hundreds of random trees: the walk and the file systems' own tools say the same. A failure names the seed.</summary>
public sealed partial class TreeTests(ITestOutputHelper output)
{
    private static readonly (VolumeKind Kind, int PerCluster, long Clusters)[] FatGeometries =
    [
        (VolumeKind.Fat12, 1, 3500), (VolumeKind.Fat16, 1, 6000), (VolumeKind.Fat32, 1, 66000), (VolumeKind.Fat12, 4, 3500), (VolumeKind.Fat16, 2, 6000), (VolumeKind.Fat32, 2, 66000),
    ];

    private static readonly int[] ExFatClusters = [1, 8, 2, 64];

    private static readonly Dictionary<(VolumeKind, int), Lazy<MemoryImage>> Fresh = FatGeometries
        .ToDictionary(g => (g.Kind, g.PerCluster), g => new Lazy<MemoryImage>(() => StickMaker.Mkfs(g.Kind, (g.Clusters + (g.Kind == VolumeKind.Fat12 ? 200 : 1200)) * g.PerCluster * 512, g.PerCluster)))
        .Concat(ExFatClusters.ToDictionary(c => (VolumeKind.ExFat, c), c => new Lazy<MemoryImage>(() => StickMaker.Mkfs(VolumeKind.ExFat, 6000L * c * 512, c))))
        .ToDictionary();

    [Theory]
    [InlineData(1, 60)]
    [InlineData(1001, 60)]
    public void Fat_AsMtoolsSays(int first, int count) => Each(first, count, Fat);

    [Theory]
    [InlineData(2001, 80)]
    public void ExFat_AsExfatprogsSay(int first, int count) => Each(first, count, ExFat);

    [Theory]
    [Trait("long", "true")]
    [InlineData(10_000, 2000)]
    public void Fat_AsMtoolsSays_ManyTrees(int first, int count) => Each(first, count, Fat);

    [Theory]
    [Trait("long", "true")]
    [InlineData(20_000, 2000)]
    public void ExFat_AsExfatprogsSay_ManyTrees(int first, int count) => Each(first, count, ExFat);

    private void Each(int first, int count, Func<int, int> judge)
    {
        int found = 0;
        int extents = 0;
        for (int seed = first; seed < first + count; seed++)
        {
            try
            {
                int here = judge(seed);
                found += here >> 16;
                extents += here & 0xFFFF;
            }
            catch (Exception wrong)
            {
                throw new InvalidOperationException($"seed {seed}: {wrong.Message}", wrong);
            }
        }

        output.WriteLine($"{count} trees from seed {first} on: {found} releases in {extents} extents");
        Assert.True(found > count && extents > 2 * found, $"{found} releases, {extents} extents: these trees show nothing");
    }

    /// <summary>Half of the trees are written by mtools, half by our writer in every placement; mtools reads both.</summary>
    private static int Fat(int seed)
    {
        (VolumeKind kind, int perCluster, _) = FatGeometries[seed % FatGeometries.Length];
        TreePlan plan = TreePlan.Random(seed, perCluster * 512, forMtools: true);
        using Scratch scratch = new();
        string image = scratch.Path("image");
        MemoryImage volume = Copy(Fresh[(kind, perCluster)].Value);
        bool byMtools = seed / FatGeometries.Length % 2 == 0;
        if (!byMtools)
            Write(volume, plan, seed);
        volume.Save(image);
        Mtools mtools = new(scratch, image);
        if (byMtools)
            mtools.Write(plan);

        IReadOnlyList<(string Path, string Name)> expected = ReleasePaths.Of(mtools.List());
        IReadOnlyDictionary<string, byte[]> contents = mtools.Read([.. expected.Select(file => file.Path)]);
        using FileStick stick = new(image);
        return Compare(stick, [.. expected.Select(file => (file.Name, contents[file.Path]))]);
    }

    /// <summary>
    /// No tool of Debian's reads a file out of exFAT, so the bytes are the plan's, written by a writer that shares nothing with the walk. fsck.exfat finds
    /// the tree clean and counts as many files; exfat2img walks it on its own and keeps what it saw of it: the walk over that gives the same places.
    /// </summary>
    private static int ExFat(int seed)
    {
        int perCluster = ExFatClusters[seed % ExFatClusters.Length];
        TreePlan plan = TreePlan.Random(seed, perCluster * 512, forMtools: false);
        using Scratch scratch = new();
        string image = scratch.Path("image");
        MemoryImage volume = Copy(Fresh[(VolumeKind.ExFat, perCluster)].Value);
        Write(volume, plan, seed);
        volume.Save(image);

        Match counts = Counts().Match(Tool.Run("fsck.exfat", "-n", image));
        Assert.Equal($"clean. directories {plan.Folders.Count + 1}, files {plan.Left.Count}", counts.Value);
        Tool.Run("exfat2img", "-o", scratch.Path("seen"), image);

        using FileStick stick = new(image);
        IReadOnlyList<(string Path, string Name)> expected = ReleasePaths.Of(plan.Left.Keys);
        int result = Compare(stick, [.. expected.Select(file => (file.Name, plan.Left[file.Path]))]);
        if (expected.Count > 0)
        {
            using FileStick seen = new(scratch.Path("seen"));
            Assert.Equal(Places(stick), Places(seen));
        }

        return result;
    }

    private static string Places(ISectorSource stick) =>
        string.Join('\n', StickWalker.Find(stick).Select(file => $"{file.Name} {file.Length} {string.Join(' ', file.Extents.Select(extent => $"{extent.Lba}+{extent.Length}"))}"));

    internal static void Write(MemoryImage volume, TreePlan plan, int seed)
    {
        Random random = new(seed);
        VolumeWriter writer = VolumeWriter.Open(volume);
        Dictionary<string, Folder> folders = new() { [""] = writer.Root };
        EntryStyle Style() => new(random.Next(4) == 0 ? 0x27 : 0x20, (Placement)random.Next(5), random.Next(2) == 0);
        (Folder Folder, string Name) Place(string path) => path.LastIndexOf('/') is >= 0 and int slash ? (folders[path[..slash]], path[(slash + 1)..]) : (folders[""], path);
        foreach (string path in plan.Folders)
            folders[path] = writer.AddFolder(Place(path).Folder, Place(path).Name, Style());
        foreach ((string path, byte[] content) in plan.First)
            writer.AddFile(Place(path).Folder, Place(path).Name, content, Style());
        foreach (string path in plan.Removed)
            writer.Remove(Place(path).Folder, Place(path).Name);
        foreach ((string path, byte[] content) in plan.Second)
            writer.AddFile(Place(path).Folder, Place(path).Name, content, Style() with { Placement = random.Next(2) == 0 ? Placement.FirstFit : Placement.Fragmented });
    }

    /// <summary>Returns the number of releases, and in the lower 16 bits of their extents.</summary>
    private static int Compare(ISectorSource stick, IReadOnlyList<(string Name, byte[] Content)> expected)
    {
        if (expected.Count == 0)
        {
            Walk.IsRefused(stick, Refusal.NoRelease);
            return 0;
        }

        IReadOnlyList<StickFile> found = [.. StickWalker.Find(stick).OrderBy(file => file.Name, StringComparer.Ordinal)];
        Assert.Equal(expected.Select(file => file.Name), found.Select(file => file.Name));
        foreach ((StickFile file, (string name, byte[] content)) in found.Zip(expected))
            Assert.True(Walk.Content(stick, file).AsSpan().SequenceEqual(content), $"{name} has other bytes");
        return (found.Count << 16) + found.Sum(file => file.Extents.Length);
    }

    private static MemoryImage Copy(MemoryImage image)
    {
        MemoryImage copy = new(image.Length);
        image.CopyInto(copy, 0);
        return copy;
    }

    [GeneratedRegex(@"clean\. directories \d+, files \d+")]
    private static partial Regex Counts();
}
