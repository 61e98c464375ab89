using System.Diagnostics;
using Gatekeeper.Release;
using Gatekeeper.Stick.FileSystems;
using Gatekeeper.Stick.Tests.FileSystems.Hostile;
using Gatekeeper.Stick.Tests.FileSystems.Images;
using Gatekeeper.Stick.Tests.FileSystems.Trees;
using Xunit.Abstractions;

namespace Gatekeeper.Stick.Tests.FileSystems.Differential;

/// <summary>
/// Volumes with random trees, damaged at random in what steers a reader; the walk beside the file systems' own tools. Asserted for every image:
/// <list type="number">
/// <item>the walk ends with files that lie on the volume or with one of four refusals, nothing else, within its bound of sectors;</item>
/// <item>FAT: where <c>fsck.vfat -n</c> ends with 0 and has nothing to say, and mtools list and read it whole, the walk finds exactly the releases that mtools list, with
/// the bytes that mtools read, or refuses;</item>
/// <item>FAT, sound or not: a file that both read in its full length has the same bytes in both;</item>
/// <item>exFAT: where <c>fsck.exfat -n</c> calls the volume clean, the walk over the copy of the metadata that <c>exfat2img</c> followed on its own finds
/// the same files in the same places, or gives the same refusal (no tool of Debian's reads a file out of exFAT, so bytes are not compared).</item>
/// </list>
/// How often each outcome was seen is printed. A failure names the seed and the damage, and its image is kept in out.
/// </summary>
public sealed class DifferentialTests(ITestOutputHelper output)
{
    private const int ImagesEach = 25;
    private const long MaxSectors = 200L * Limits.WalkLineBytes / 512; // the volumes have 64 to 1100 lines; a walk goes over what it needs once or twice

    [Theory]
    [InlineData(VolumeKind.Fat12, 1, 100)]
    [InlineData(VolumeKind.Fat16, 101, 100)]
    [InlineData(VolumeKind.Fat32, 201, 75)]
    [InlineData(VolumeKind.ExFat, 301, 100)]
    public void I11_DamagedVolumes_AsTheToolsSayOrRefused(VolumeKind kind, int seed, int images) => Each(kind, seed, images);

    [Theory]
    [Trait("long", "true")]
    [InlineData(VolumeKind.Fat12, 10_001, 2500)]
    [InlineData(VolumeKind.Fat16, 20_001, 2500)]
    [InlineData(VolumeKind.Fat32, 30_001, 1500)]
    [InlineData(VolumeKind.ExFat, 40_001, 4000)]
    public void I11_ThousandsOfDamagedVolumes_AsTheToolsSayOrRefused(VolumeKind kind, int seed, int images) => Each(kind, seed, images);

    private void Each(VolumeKind kind, int first, int images)
    {
        long start = Stopwatch.GetTimestamp();
        Dictionary<Outcome, int> outcomes = Enum.GetValues<Outcome>().ToDictionary(o => o, _ => 0);
        for (int seed = first, done = 0; done < images; seed++)
        {
            using MutatedVolume volume = new(kind, seed);
            for (int i = 0; i < ImagesEach && done < images; i++, done++)
            {
                try
                {
                    volume.Damage(new Random((seed * 1000) + i), kind == VolumeKind.ExFat && i % 2 == 0 ? ExFatSeal.Seal : null);
                    outcomes[kind == VolumeKind.ExFat ? ExFat(volume) : Fat(volume)]++;
                    volume.Mend();
                }
                catch (Exception wrong)
                {
                    File.Copy(volume.Path, Path.Combine(new DirectoryInfo(RepositoryRoot.Path).CreateSubdirectory("out").FullName, $"differential-{kind}.img"), overwrite: true);
                    throw new InvalidOperationException($"{kind}, volume {seed}, image {i} ({volume.Said}): {wrong.Message}", wrong);
                }
            }
        }

        output.WriteLine($"{kind}: {images} images in {Stopwatch.GetElapsedTime(start).TotalSeconds:F0} s: {string.Join(", ", outcomes.Select(o => $"{o.Key} {o.Value}"))}");
        Assert.True(outcomes[Outcome.SoundAndSame] > 0 && outcomes[Outcome.DamagedAndRefused] > 0, "this damage shows nothing");
    }

    private static Outcome Fat(MutatedVolume volume)
    {
        Dictionary<string, byte[]>? ours = Ours(volume.Bytes);
        bool sound = Tools.Try("fsck.vfat", out string said, "-n", volume.Path) && Tools.HasNoComplaint(said);
        bool listed = Tools.Try("mdir", out string list, "-i", volume.Path, "-/", "-a", "-b", "::");
        Dictionary<string, byte[]> theirs = [];
        bool whole = listed;
        foreach ((string path, string name) in listed ? ReleasePaths.Of(Tools.Paths(list)) : [])
        {
            byte[]? content = Tools.Copy(volume, path);
            whole &= content is not null && !theirs.ContainsKey(name);
            if (content is not null)
                theirs[name] = content;
        }

        if (ours is null)
            return sound && whole ? Outcome.SoundAndRefused : Outcome.DamagedAndRefused;

        bool shared = false;
        foreach ((string name, byte[] content) in ours)
        {
            if (theirs.TryGetValue(name, out byte[]? other) && other.Length == content.Length)
            {
                shared = true;
                Assert.True(content.AsSpan().SequenceEqual(other), $"{name} has other bytes than mtools read");
            }
        }

        if (!sound || !whole)
            return shared ? Outcome.DamagedAndSame : ours.Count > 0 ? Outcome.DamagedAndAlone : Outcome.DamagedAndNone;
        Assert.Equal(theirs.Keys.Order(StringComparer.Ordinal), ours.Keys.Order(StringComparer.Ordinal));
        Assert.All(ours, file => Assert.Equal(theirs[file.Key].Length, file.Value.Length));
        return Outcome.SoundAndSame;
    }

    private static Outcome ExFat(MutatedVolume volume)
    {
        Dictionary<string, byte[]>? ours = Ours(volume.Bytes);
        bool sound = Tools.Try("fsck.exfat", out string said, "-n", volume.Path) && said.Contains("clean.", StringComparison.Ordinal);
        string seen = volume.Scratch.Path("seen");
        bool followed = Tools.Try("exfat2img", out _, "-o", seen, volume.Path);
        if (sound && followed)
            Assert.Equal(Places(new MemoryStick(volume.Bytes)), Places(new MemoryStick(File.ReadAllBytes(seen))));
        if (ours is null)
            return sound ? Outcome.SoundAndRefused : Outcome.DamagedAndRefused;

        IReadOnlyDictionary<string, byte[]> planned = volume.Plan.Left;
        bool shared = false;
        foreach ((string path, string name) in ReleasePaths.Of(planned.Keys))
        {
            // Damage may have moved the file; then it has another place, which is a claim like any other.
            if (ours.TryGetValue(name, out byte[]? content) && content.Length == planned[path].Length)
                shared |= content.AsSpan().SequenceEqual(planned[path]);
        }

        return sound ? Outcome.SoundAndSame : shared ? Outcome.DamagedAndSame : ours.Count > 0 ? Outcome.DamagedAndAlone : Outcome.DamagedAndNone;
    }

    /// <summary>What the walk finds, nothing where it says that there is no release, or null when it refuses otherwise.</summary>
    private static Dictionary<string, byte[]>? Ours(byte[] bytes)
    {
        CountingStick stick = new(new MemoryStick(bytes));
        try
        {
            IReadOnlyList<StickFile> files = StickWalker.Find(stick);
            Assert.InRange(files.Count, 1, 2 * Limits.MaxReleaseFiles);
            Assert.All(files, file => Assert.Equal(file.Length, file.Extents.Sum(e => e.Length)));
            Assert.InRange(stick.Sectors, 1, MaxSectors);
            return files.ToDictionary(file => file.Name, file => Walk.Content(stick, file));
        }
        catch (RefusedException refused)
        {
            Assert.Contains(refused.Code, (Refusal[])[Refusal.NoFileSystem, Refusal.FileSystemDamaged, Refusal.NoRelease]);
            Assert.InRange(stick.Sectors, 1, MaxSectors);
            return refused.Code == Refusal.NoRelease ? [] : null;
        }
    }

    private static string Places(MemoryStick stick)
    {
        try
        {
            return string.Join('\n', StickWalker.Find(stick).Select(file => $"{file.Name} {file.Length} {string.Join(' ', file.Extents.Select(e => $"{e.Lba}+{e.Length}"))}"));
        }
        catch (RefusedException refused)
        {
            return refused.Message;
        }
    }
}
