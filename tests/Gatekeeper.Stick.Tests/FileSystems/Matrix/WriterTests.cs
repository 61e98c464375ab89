using Gatekeeper.Stick.Tests.FileSystems.Images;

namespace Gatekeeper.Stick.Tests.FileSystems.Matrix;

/// <summary>The image makers, judged by the file systems' own checkers: a mistake in them must not look like one of the walker, nor hide one.</summary>
public sealed class WriterTests : IDisposable
{
    private readonly Scratch scratch = new();

    public static TheoryData<Maker, VolumeKind> All
    {
        get
        {
            TheoryData<Maker, VolumeKind> data = [];
            foreach (Maker maker in Enum.GetValues<Maker>())
            {
                foreach (VolumeKind kind in Enum.GetValues<VolumeKind>())
                    data.Add(maker, kind);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Volume_IsCleanForItsChecker(Maker maker, VolumeKind kind)
    {
        MemoryImage volume = StickMaker.Format(maker, kind);
        StickMaker.Fill(volume, maker, Releases.Tree(VolumeWriter.Open(volume).ClusterBytes, "gatekeeper", out _));
        volume.Save(scratch.Path("volume"));
        if (kind == VolumeKind.ExFat)
            Assert.Contains(": clean.", Tool.Run("fsck.exfat", "-n", scratch.Path("volume")), StringComparison.Ordinal);
        else
            Tool.Run("fsck.vfat", "-n", scratch.Path("volume")); // exit 1 when there is anything to mend
    }

    [Fact]
    public void Volume_WithAWrongByte_IsNotClean()
    {
        // Shows that the checks above can fail.
        MemoryImage volume = StickMaker.Format(Maker.Windows, VolumeKind.Fat16);
        StickMaker.Fill(volume, Maker.Windows, Releases.Tree(4096, "gatekeeper", out _));
        volume.Set16((volume.U16(14) * 512) + 8, 0); // a used cluster, free in the first table only
        volume.Save(scratch.Path("volume"));
        Assert.Throws<InvalidOperationException>(() => Tool.Run("fsck.vfat", "-n", scratch.Path("volume")));
    }

    [Theory]
    [InlineData(Partitioning.Primary)]
    [InlineData(Partitioning.Logical)]
    [InlineData(Partitioning.Gpt)]
    public void Table_IsReadBySfdisk(Partitioning label)
    {
        Image volume = StickMaker.Format(Maker.Windows, VolumeKind.Fat12);
        StickMaker.Assemble(volume, label, Maker.Windows, 512, VolumeKind.Fat12).Save(scratch.Path("disk"));
        string start = $"start= {StickMaker.StartOf(label, Maker.Windows, 512),11}, size= {volume.Length / 512,11}";
        Assert.Contains(start, Tool.Run("sfdisk", "-d", scratch.Path("disk")), StringComparison.Ordinal);
    }

    [Fact]
    public void Gpt_IsSoundForSgdisk()
    {
        StickMaker.Assemble(StickMaker.Format(Maker.MacOs, VolumeKind.ExFat), Partitioning.Gpt, Maker.MacOs, 512, VolumeKind.ExFat).Save(scratch.Path("disk"));
        Assert.Contains("No problems found", Tool.Run("sgdisk", "-v", scratch.Path("disk")), StringComparison.Ordinal);
    }

    public void Dispose() => scratch.Dispose();
}
