using Gatekeeper.Release;
using Gatekeeper.Service.Sticks;
using Gatekeeper.Stick;
using Gatekeeper.Stick.FileSystems;

namespace Gatekeeper.Service.Tests.Sticks;

public sealed class StickReleaseSourceTests
{
    /// <summary>A stick whose every byte says where it lies.</summary>
    private sealed class Pattern(int sectorSize, long sectorCount) : ISectorSource
    {
        public int SectorSize => sectorSize;

        public long SectorCount => sectorCount;

        public int Reads { get; private set; }

        public void Read(long lba, Span<byte> buffer)
        {
            Reads++;
            Assert.Equal(0, buffer.Length % sectorSize);
            Assert.InRange(lba + (buffer.Length / sectorSize), 1, sectorCount);
            for (int i = 0; i < buffer.Length; i++)
            {
                buffer[i] = At((lba * sectorSize) + i);
            }
        }

        public static byte At(long position) => (byte)(((position * 31) ^ (position >> 9)) & 0xFF);
    }

    [Theory]
    [InlineData(512)]
    [InlineData(4096)]
    public void EveryRange_OfAFragmentedFileInParts_IsReadAsItLies(int sectorSize)
    {
        var stick = new Pattern(sectorSize, 100);
        StickFile[] parts =
        [
            new("r.gku", (3 * sectorSize) + 100, [new Extent(50, 2 * sectorSize), new Extent(7, sectorSize), new Extent(90, 100)]),
            new("r.gku.2", sectorSize + 1, [new Extent(20, sectorSize), new Extent(10, 1)]),
        ];
        var source = new StickReleaseSource(stick, parts);
        byte[] expected = [.. parts.SelectMany(p => p.Extents).SelectMany(e => Enumerable.Range(0, (int)e.Length).Select(i => Pattern.At((e.Lba * sectorSize) + i)))];
        Assert.Equal(expected.Length, source.Length);
        var random = new Random(1);
        for (int i = 0; i < 2000; i++)
        {
            int from = random.Next(expected.Length + 1);
            byte[] got = new byte[random.Next(expected.Length - from + 1)];
            source.ReadAt(from, got);
            Assert.Equal(expected.AsSpan(from, got.Length).ToArray(), got);
        }
    }

    [Fact]
    public void NeighbouringReads_ReadASharedSectorOnce()
    {
        var stick = new Pattern(512, 10);
        var source = new StickReleaseSource(stick, [new StickFile("r.gku", 512, [new Extent(3, 512)])]);
        for (int i = 0; i < 512; i += 64)
        {
            source.ReadAt(i, new byte[64]);
        }

        Assert.Equal(1, stick.Reads);
    }

    [Theory]
    [InlineData(10, 512, 512)] // behind the end
    [InlineData(9, 513, 513)] // the last sector reaches over the end
    [InlineData(-1, 512, 512)]
    [InlineData(0, 0, 0)]
    [InlineData(0, 512, 600)] // the runs do not make up the length
    [InlineData(long.MaxValue, 512, 512)]
    [InlineData(0, long.MaxValue, long.MaxValue)]
    public void I05_AWalkersClaimThatDoesNotHold_IsRefused(long lba, long extent, long length)
    {
        var e = Assert.Throws<RefusedException>(() => new StickReleaseSource(new Pattern(512, 10), [new StickFile("r.gku", length, [new Extent(lba, extent)])]));
        Assert.Equal(Refusal.FileSystemDamaged, e.Code);
    }

    [Fact]
    public void I05_ARunThatEndsInsideASectorBeforeTheLast_IsRefused()
    {
        StickFile file = new("r.gku", 612, [new Extent(0, 100), new Extent(1, 512)]);
        Assert.Throws<RefusedException>(() => new StickReleaseSource(new Pattern(512, 10), [file]));
    }

    [Fact]
    public void Group_JoinsPartFilesInOrderAndLeavesOrphansOut()
    {
        StickFile Named(string name) => new(name, 0, []);
        var groups = ReleaseFiles.Releases([Named("b.gku.3"), Named("B.GKU"), Named("a.gku"), Named("b.gku.2"), Named("c.gku.2"), Named("x.gkr")]);
        Assert.Equal(["B.GKU b.gku.2 b.gku.3", "a.gku"], groups.Select(g => string.Join(' ', g.Select(f => f.Name))));
    }
}
