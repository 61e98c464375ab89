using Gatekeeper.StickImages;

namespace Gatekeeper.Rig.Tests.Unit;

/// <summary>The sticks of the matrix, read by Debian's tools: what the guest gets is what its name says.</summary>
public sealed class MadeStickTests : IDisposable
{
    private readonly string folder = Repository.NewScratch("made");

    [Theory]
    [InlineData(Maker.Mkfs, VolumeKind.Fat12, Partitioning.None, "", 0)]
    [InlineData(Maker.Windows, VolumeKind.Fat16, Partitioning.Logical, "", 5)]
    [InlineData(Maker.Windows, VolumeKind.Fat32, Partitioning.Primary, "GATEKEEPER", 1)]
    [InlineData(Maker.MacOs, VolumeKind.Fat32, Partitioning.GptHeaderDamaged, "gatekeeper", 201)]
    [InlineData(Maker.Android, VolumeKind.Fat32, Partitioning.Primary, "", 1)]
    public async Task Fat_HoldsTheFile(Maker maker, VolumeKind kind, Partitioning label, string inFolder, int mebibyte)
    {
        MadeStick stick = new(maker, kind, label, inFolder, Placement.Fragmented);
        await stick.MakeAsync(InFolder("stick"), Release());
        await HostTool.RunAsync("mcopy", ["-i", $"{InFolder("stick")}@@{mebibyte}M", $"::{inFolder}/pm300-2.0.0.gku", InFolder("back")]);
        Assert.Equal(await File.ReadAllBytesAsync(Release()), await File.ReadAllBytesAsync(InFolder("back")));
    }

    [Theory]
    [InlineData(Maker.Windows, Partitioning.None)]
    [InlineData(Maker.MacOs, Partitioning.None)]
    [InlineData(Maker.Linux, Partitioning.None)]
    public async Task ExFat_IsClean(Maker maker, Partitioning label)
    {
        await new MadeStick(maker, VolumeKind.ExFat, label, "gatekeeper").MakeAsync(InFolder("stick"), Release());
        Assert.Contains("clean", await HostTool.RunAsync("fsck.exfat", ["-n", InFolder("stick")]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Emulated_HasSectorsOf4096_BeyondTwoTebibytes()
    {
        MadeStick stick = new(Maker.Windows, VolumeKind.ExFat, Partitioning.Gpt, SectorSize: 4096, Start: 3L << 40);
        MemoryImage image = await stick.MakeAsync(Release());
        Assert.Equal("EFI PART"u8, image.Bytes(4096, 8));
        Assert.Equal("EXFAT   "u8, image.Bytes((3L << 40) + 3, 8));
        Assert.Equal("Windows-ExFat-Gpt-4096-at 3072 GiB", stick.Name);
    }

    [Fact]
    public void All_HaveNamesOfTheirOwn() => Assert.Equal(MadeStick.All.Count, MadeStick.All.Select(stick => stick.Name).Distinct().Count());

    [Fact]
    public void All_AreEveryMakerFileSystemAndTable() => Assert.Equal((5 * 4 * 7) + 4, MadeStick.All.Count);

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private string InFolder(string name) => Path.Combine(folder, name);

    private string Release()
    {
        File.WriteAllBytes(InFolder("pm300-2.0.0.gku"), [.. Enumerable.Range(0, 2_300_000).Select(i => unchecked((byte)((i * 31) + (i >> 9))))]);
        return InFolder("pm300-2.0.0.gku");
    }
}
