using System.Security.Cryptography;
using Gatekeeper.Signing.Sticks;
using Gatekeeper.Stick;
using Gatekeeper.Stick.FileSystems;
using StickFile = Gatekeeper.Signing.Sticks.StickFile;

namespace Gatekeeper.Signing.Tests;

/// <summary>Sticks as we write them, judged by Debian's fsck and mtools and read by the device's own walker.</summary>
public sealed class StickTests : IDisposable
{
    private const long MiB = 1 << 20;
    private static readonly DateTimeOffset Time = new(2026, 11, 24, 12, 34, 56, TimeSpan.Zero);
    private readonly string _folder = Directory.CreateTempSubdirectory("gatekeeper-stick-").FullName;

    public static TheoryData<string, long, bool> Sizes
    {
        get
        {
            // Both sides of every change of the cluster size. Large ones without a table only: taking a partition out reads all its holes.
            var sizes = new TheoryData<string, long, bool>();
            foreach (long size in new[] { 35, 259, 260, 261, 1024, 8192, 8193, 16385, 40000 })
            {
                sizes.Add("fat32", size * MiB, false);
            }

            foreach (long size in new[] { 5, 255, 256, 257, 8192, 32768, 32770, 40000 })
            {
                sizes.Add("exfat", size * MiB, false);
            }

            foreach (string fileSystem in new[] { "fat32", "exfat" })
            {
                sizes.Add(fileSystem, 64 * MiB, true);
                sizes.Add(fileSystem, 300 * MiB, true);
                sizes.Add(fileSystem, (100 * MiB) + (7 * 512), true); // no whole number of clusters, no whole MiB
            }

            return sizes;
        }
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Image_IsClean_AndTheDeviceFindsTheFile(string fileSystem, long size, bool table)
    {
        using FileStream source = Source("pm200-2.0.0.gku", 1_234_567);
        IReadOnlyList<StickFile> files = StickFile.Split("pm200-2.0.0.gku", source, long.MaxValue);
        string image = Write(files, fileSystem, size, table);
        Fsck(image, fileSystem, table);
        Assert.Equal([("pm200-2.0.0.gku", Hash(source, 0, source.Length))], Walk(image));
    }

    [Theory]
    [InlineData("fat32", true)]
    [InlineData("exfat", true)]
    [InlineData("fat32", false)]
    [InlineData("exfat", false)]
    public void OldContents_LeaveNoTrace(string fileSystem, bool table)
    {
        // A used stick, as bad as it gets: every byte set, a partition table at both ends, another file system.
        string image = Path.Combine(_folder, "used.img");
        byte[] noise = Workshop.Noise((int)(40 * MiB), 9);
        File.WriteAllBytes(image, noise);
        using FileStream source = Source("a.gku", 300_000);
        IReadOnlyList<StickFile> files = StickFile.Split("a.gku", source, long.MaxValue);
        var disk = new BlockDevice("sdz", noise.Length, 512, "", Removable: true, InUse: null);
        using (StickTarget target = StickTarget.OpenDisk(image, disk))
        {
            StickWriter.Write(target, files, Options(fileSystem, table), _ => { });
        }

        Fsck(image, fileSystem, table);
        Assert.Equal([("a.gku", Hash(source, 0, source.Length))], Walk(image));
        Assert.All(File.ReadAllBytes(image)[^512..], b => Assert.Equal(0, b)); // the backup of a GPT
    }

    [Fact]
    public void SameRelease_GivesTheSameStick()
    {
        using FileStream source = Source("a.gku", 300_000);
        IReadOnlyList<StickFile> files = StickFile.Split("a.gku", source, long.MaxValue);
        foreach (string fileSystem in new[] { "fat32", "exfat" })
        {
            byte[] first = File.ReadAllBytes(Write(files, fileSystem, 40 * MiB, true));
            Assert.Equal(first, File.ReadAllBytes(Write(files, fileSystem, 40 * MiB, true)));
        }
    }

    [Theory]
    [InlineData("fat32")]
    [InlineData("exfat")]
    public void FileTooLarge_BecomesPartFiles_ThatJoinAgain(string fileSystem)
    {
        using FileStream source = Source("a.gku", 2_500_000);
        IReadOnlyList<StickFile> files = StickFile.Split("a.gku", source, maximum: 2_000_000, partLength: 1_000_000);
        Assert.Equal(["a.gku", "a.gku.2", "a.gku.3"], files.Select(f => f.Name));
        Assert.Equal(source.Length, files.Sum(f => f.Length));
        string image = Write(files, fileSystem, 64 * MiB, true);
        Fsck(image, fileSystem, true);
        Assert.Equal(files.Select(f => (f.Name, Hash(source, f.Offset, f.Length))), Walk(image));
    }

    [Theory]
    [InlineData(0xFFFF_FFFFL, 1)]
    [InlineData(0x1_0000_0000L, 2)]
    [InlineData(0x2_0000_0000L, 3)]
    public void FourGibibytes_AreFatsLimit(long bytes, int parts)
    {
        using FileStream source = Source("a.gku", 0);
        source.SetLength(bytes); // a hole
        IReadOnlyList<StickFile> files = StickFile.Split("a.gku", source, StickFile.FatMaximum);
        Assert.Equal(parts, files.Count);
        Assert.All(files, f => Assert.InRange(f.Length, 1, StickFile.FatMaximum));
        Assert.Equal(bytes, files.Sum(f => f.Length));
        StickWriter.Plan(16384 * MiB, files, Options("fat32", true));
    }

    [Theory]
    [InlineData("a.gku")]
    [InlineData("pm200-2.0.0.gku")]
    [InlineData("PM 200 (copy)~1+x_y.gku")]
    [InlineData("exactly-13.gku")]
    [InlineData("a-name-of-26-characters.gku")]
    [InlineData("abcdefghijklmnopqrstuvwxyz-abcdefghijklmnopqrstuvwxyz-abcdefghijklmnopqrstuvwxyz-abcdefghijklmnopqrstuvwxyz-abcdefghij.gku")]
    public void Names_AreFoundAsTheyAre(string name)
    {
        Assert.True(ReleaseName.IsValid(name));
        using FileStream source = Source("source", 1000);
        foreach (string fileSystem in new[] { "fat32", "exfat" })
        {
            string image = Write(StickFile.Split(name, source, long.MaxValue), fileSystem, 40 * MiB, true);
            Fsck(image, fileSystem, true);
            Assert.Equal(name, Assert.Single(Walk(image)).Name);
        }
    }

    [Theory]
    [InlineData("a.gk")]
    [InlineData("a.GKU")]
    [InlineData(".gku")]
    [InlineData(".a.gku")]
    [InlineData(" a.gku")]
    [InlineData("a?.gku")]
    [InlineData("ä.gku")]
    [InlineData("a\n.gku")]
    public void NamesThatDevicesPassOver_AreRefused(string name)
    {
        using FileStream source = Source("source", 1000);
        Assert.Equal(ExitCode.Input, Assert.Throws<ToolException>(() => StickFile.Split(name, source, long.MaxValue)).Code);
    }

    [Theory]
    [InlineData("fat32", 40)]
    [InlineData("exfat", 40)]
    public void ReleaseThatDoesNotFit_IsRefused(string fileSystem, int mebibytes)
    {
        using FileStream source = Source("a.gku", 0);
        source.SetLength(39 * MiB);
        ToolException e = Assert.Throws<ToolException>(() => StickWriter.Plan(mebibytes * MiB, StickFile.Split("a.gku", source, long.MaxValue), Options(fileSystem, true)));
        Assert.Equal(ExitCode.Output, e.Code);
        StickWriter.Plan(StickWriter.ImageSize(39 * MiB), StickFile.Split("a.gku", source, long.MaxValue), Options(fileSystem, true));
    }

    [Fact]
    public void Mtools_ReadTheFileItsNameAndItsDate()
    {
        using FileStream source = Source("pm200-2.0.0.gku", 1_234_567);
        string image = Write(StickFile.Split("pm200-2.0.0.gku", source, long.MaxValue), "fat32", 64 * MiB, true);
        (int code, string text) = HostTool.Run(_folder, "mdir", "-i", image + "@@1M", "::");
        Assert.True(code == 0, text);
        Assert.Contains("GATEKEEPER", text, StringComparison.Ordinal);
        Assert.Contains("2026-11-24  12:34  pm200-2.0.0.gku", text, StringComparison.Ordinal);
        (code, text) = HostTool.Run(_folder, "mcopy", "-i", image + "@@1M", "::pm200-2.0.0.gku", "back.gku");
        Assert.True(code == 0, text);
        Assert.Equal(File.ReadAllBytes(source.Name), File.ReadAllBytes(Path.Combine(_folder, "back.gku")));
    }

    private FileStream Source(string name, int length)
    {
        string file = Path.Combine(_folder, name);
        File.WriteAllBytes(file, Workshop.Noise(length, 4));
        return new FileStream(file, FileMode.Open, FileAccess.ReadWrite);
    }

    private string Write(IReadOnlyList<StickFile> files, string fileSystem, long size, bool table)
    {
        string image = Path.Combine(_folder, "stick.img");
        using StickTarget target = StickTarget.CreateImage(image, size, yes: true);
        StickWriter.Write(target, files, Options(fileSystem, table), _ => { });
        return image;
    }

    private static StickOptions Options(string fileSystem, bool table) =>
        new(fileSystem == "fat32" ? StickFileSystem.Fat32 : StickFileSystem.ExFat, table, Time);

    // fsck wants the partition alone: a copy that keeps holes.
    private void Fsck(string image, string fileSystem, bool table)
    {
        string volume = image;
        if (table)
        {
            volume = Path.Combine(_folder, "volume.img");
            (int copied, string problem) = HostTool.Run(_folder, "dd", $"if={image}", $"of={volume}", "bs=1M", "skip=1", "conv=sparse");
            Assert.True(copied == 0, problem);
            using FileStream file = File.OpenWrite(volume);
            file.SetLength(new FileInfo(image).Length - MiB); // dd leaves out a hole at the end
        }

        (int code, string text) = HostTool.Run(_folder, fileSystem == "fat32" ? "fsck.fat" : "fsck.exfat", "-n", volume);
        Assert.True(code == 0, text);
        Assert.DoesNotContain("differ", text, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("wrong", text, StringComparison.OrdinalIgnoreCase);
    }

    private static List<(string Name, string Hash)> Walk(string image)
    {
        using var sectors = new ImageSectors(image);
        return [.. StickWalker.Find(sectors).Select(f => (f.Name, sectors.Hash(f)))];
    }

    private static string Hash(FileStream file, long offset, long length)
    {
        byte[] bytes = new byte[length];
        VolumeWriter.ReadExactly(file.SafeFileHandle, bytes, offset);
        return Convert.ToHexStringLower(SHA256.HashData(bytes));
    }

    private sealed class ImageSectors(string image) : ISectorSource, IDisposable
    {
        private readonly FileStream _file = File.OpenRead(image);

        public int SectorSize => 512;

        public long SectorCount => _file.Length / 512;

        public void Read(long lba, Span<byte> buffer) => VolumeWriter.ReadExactly(_file.SafeFileHandle, buffer, lba * 512);

        public string Hash(Gatekeeper.Stick.FileSystems.StickFile file)
        {
            byte[] bytes = new byte[file.Length];
            long at = 0;
            foreach (Extent extent in file.Extents)
            {
                int length = (int)Math.Min(extent.Length, file.Length - at);
                VolumeWriter.ReadExactly(_file.SafeFileHandle, bytes.AsSpan((int)at, length), extent.Lba * 512);
                at += length;
            }

            Assert.Equal(file.Length, at);
            return Convert.ToHexStringLower(SHA256.HashData(bytes));
        }

        public void Dispose() => _file.Dispose();
    }
}
