using Gatekeeper.Release;
using Gatekeeper.Stick.FileSystems;
using Gatekeeper.Stick.Tests.FileSystems.Images;

namespace Gatekeeper.Stick.Tests.FileSystems;

/// <summary>
/// Damage at every byte that steers the walk. Whatever the bytes say, it ends soon, with files that lie inside the device or with a refusal by one of four codes.
/// </summary>
public sealed class MutationTests
{
    public static TheoryData<string> Volumes => ["fat12", "fat16", "fat32", "exfat", "exfat backup"];

    [Theory]
    [MemberData(nameof(Volumes))]
    public void I11_EveryByteOfTheBootSector_EndsBounded(string volume)
    {
        (byte[] bytes, Action<byte[]> seal, _) = Open(volume);
        for (int at = 0; at < 512; at++)
        {
            byte original = bytes[at];
            foreach (byte value in (byte[])[0x00, 0xFF, (byte)(original ^ 0xFF), (byte)(original ^ 0x01), (byte)(original ^ 0x80)])
            {
                bytes[at] = value;
                seal(bytes);
                EndsBounded(bytes, $"byte {at} = {value:X2}");
            }

            bytes[at] = original;
        }
    }

    [Theory]
    [MemberData(nameof(Volumes))]
    public void I11_RandomDamageToTablesAndDirectories_EndsBounded(string volume)
    {
        (byte[] bytes, _, List<(int Start, int Length)> targets) = Open(volume);
        for (int seed = 0; seed < 3000; seed++)
        {
            Random random = new(seed);
            (int at, byte[] old)[] changes = new (int, byte[])[random.Next(1, 6)];
            for (int i = 0; i < changes.Length; i++)
            {
                (int start, int length) = targets[random.Next(targets.Count)];
                byte[] damage = new byte[random.Next(1, 5)];
                random.NextBytes(damage);
                int at = start + random.Next(length - damage.Length);
                changes[i] = (at, bytes.AsSpan(at, damage.Length).ToArray());
                damage.CopyTo(bytes, at);
            }

            EndsBounded(bytes, $"seed {seed}");
            foreach ((int at, byte[] old) in changes.Reverse())
                old.CopyTo(bytes, at);
        }

        Assert.Single(StickWalker.Find(new MemoryStick(bytes))); // all damage was taken back: the volume was whole before each
    }

    /// <summary>Every file cut off at every sector of what is read of it: the same promise for a device that is smaller than its volume says.</summary>
    [Fact]
    public void I11_TruncatedVolumes_EndBounded()
    {
        foreach (byte[] whole in (byte[][])[FatImage.Of(12).Bytes, ExFatImage.Of().Bytes])
        {
            for (int sectors = 1; sectors < whole.Length / 512; sectors += sectors < 600 ? 1 : 97)
                EndsBounded(whole[..(sectors * 512)], $"{sectors} sectors");
        }
    }

    [Fact]
    public void I05_ClaimedSizes_DoNotSteerAllocations()
    {
        ExFatImage image = ExFatImage.Empty();
        image.Add(image.RootCluster, "a.gku", [1], Layout.Chained, set =>
        {
            set.Set64(40, (ulong)(image.Clusters * (long)image.ClusterBytes));
            set.Set64(56, (ulong)(image.Clusters * (long)image.ClusterBytes));
        });
        Allocates(image.Stick, 2 * 1024 * 1024);
        FatImage fat = FatImage.Of(32);
        Allocates(fat.Set32(fat.Entry + 28, (uint)fat.Clusters * 512).Stick, 2 * 1024 * 1024);
    }

    private static void Allocates(MemoryStick stick, long most)
    {
        Walk.IsRefused(stick, Refusal.FileSystemDamaged); // once before, so that nothing is compiled while it is measured
        long before = GC.GetAllocatedBytesForCurrentThread();
        Walk.IsRefused(stick, Refusal.FileSystemDamaged);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, most);
    }

    private static void EndsBounded(byte[] bytes, string what)
    {
        MemoryStick stick = new(bytes);
        try
        {
            IReadOnlyList<StickFile> files = StickWalker.Find(stick);
            Assert.InRange(files.Count, 1, Limits.MaxReleaseFiles);
            foreach (StickFile file in files)
            {
                Assert.Equal(file.Length, file.Extents.Sum(extent => extent.Length));
                Assert.All(file.Extents, extent => Assert.True(
                    extent.Lba > 0 && extent.Length > 0 && (extent.Lba * 512) + extent.Length <= bytes.Length, $"{what}: {extent} outside the device"));
            }
        }
        catch (RefusedException refused)
        {
            Assert.True(refused.Code is Refusal.NoFileSystem or Refusal.FileSystemDamaged or Refusal.NoRelease, $"{what}: {refused.Message}");
        }

        // The volumes are a few MiB: a sane walk takes a handful of reads, no walk takes more than the device has lines, each fetched a few times.
        Assert.True(stick.Reads <= 600, $"{what}: {stick.Reads} reads");
    }

    /// <summary>The volume, what makes its checksums right again, and where its tables and directories lie.</summary>
    private static (byte[] Bytes, Action<byte[]> Seal, List<(int Start, int Length)> Targets) Open(string volume)
    {
        if (volume.StartsWith("exfat", StringComparison.Ordinal))
        {
            ExFatImage image = ExFatImage.Of(Layout.Fragmented);
            image.AddFolder(image.RootCluster, "gatekeeper", chained: true);
            if (volume == "exfat backup")
                image.Bytes[11 * 512] ^= 1;
            Action<byte[]> seal = volume == "exfat" ? _ => image.Boot(_ => { }) : bytes => { };
            return (image.Bytes, seal, [(image.TableOffset, 256), (image.ClusterOffset(image.RootCluster), 512)]);
        }

        FatImage fat = FatImage.Of(int.Parse(volume[3..], System.Globalization.CultureInfo.InvariantCulture));
        return (fat.Bytes, _ => { }, [(fat.TableOffset, 64), (fat.RootOffset, 256)]);
    }
}
