namespace Gatekeeper.Rig.Tests.Unit;

public sealed class VolatileDiskTests : IDisposable
{
    private readonly string image = Path.Combine(Repository.NewScratch("disk"), "image");

    public VolatileDiskTests() => File.WriteAllBytes(image, new byte[64 * 512]);

    [Fact]
    public void WhatIsWrittenIsReadBack_AndLostWithoutAFlush()
    {
        using VolatileDisk disk = new(image);
        disk.Write(512, Filled(3, 1024));
        byte[] read = new byte[2048];
        disk.Read(0, read);
        Assert.Equal([.. new byte[512], .. Filled(3, 1024), .. new byte[512]], read);

        Assert.Equal(2, disk.Cut(kept: 0, seed: 1));
        disk.Read(0, read);
        Assert.Equal(new byte[2048], read);
        Assert.Equal(new byte[64 * 512], File.ReadAllBytes(image));
    }

    [Fact]
    public void AFlushKeepsAll_AndAForcedRangeKeepsItself()
    {
        using VolatileDisk disk = new(image);
        disk.Write(0, Filled(1, 512));
        disk.Flush();
        disk.Write(512, Filled(2, 512));
        disk.Write(1024, Filled(3, 512));
        disk.Flush(1024, 512);
        Assert.Equal(1, disk.Cut(kept: 0, seed: 1));
        Assert.Equal([.. Filled(1, 512), .. new byte[512], .. Filled(3, 512)], File.ReadAllBytes(image)[..1536]);
    }

    [Fact]
    public void AChoiceOfSectorsSurvives_TheSameForTheSameSeed()
    {
        byte[] first = CutHalf(seed: 7);
        Assert.Equal(first, CutHalf(seed: 7));
        Assert.NotEqual(first, CutHalf(seed: 8));
        int survivors = Enumerable.Range(0, 64).Count(i => first[i * 512] == 9);
        Assert.InRange(survivors, 1, 63);
        Assert.All(Enumerable.Range(0, 64), i => Assert.Single(first.AsSpan(i * 512, 512).ToArray().Distinct()));
    }

    [Fact]
    public void AllMaySurvive() => Assert.Equal(Filled(9, 64 * 512), CutHalf(seed: 1, kept: 1));

    [Fact]
    public void ZeroesGoThroughTheCacheToo()
    {
        using VolatileDisk disk = new(image);
        disk.Write(0, Filled(5, 1024));
        disk.Flush();
        disk.Zero(0, 512);
        byte[] read = new byte[1024];
        disk.Read(0, read);
        Assert.Equal([.. new byte[512], .. Filled(5, 512)], read);
        Assert.Equal(Filled(5, 1024), File.ReadAllBytes(image)[..1024]);
    }

    [Theory]
    [InlineData(-512, 512)]
    [InlineData(1, 512)]
    [InlineData(0, 511)]
    [InlineData(63 * 512, 1024)]
    [InlineData(long.MaxValue - 511, 512)]
    public void OutsideTheDiskIsRefused(long offset, int length)
    {
        using VolatileDisk disk = new(image);
        Assert.Throws<ArgumentOutOfRangeException>(() => disk.Write(offset, new byte[length]));
        Assert.Throws<ArgumentOutOfRangeException>(() => disk.Read(offset, new byte[length]));
    }

    public void Dispose() => Directory.Delete(Path.GetDirectoryName(image)!, recursive: true);

    private byte[] CutHalf(int seed, double kept = 0.5)
    {
        File.WriteAllBytes(image, new byte[64 * 512]);
        using (VolatileDisk disk = new(image))
        {
            disk.Write(0, Filled(9, 64 * 512));
            disk.Cut(kept, seed);
        }
        return File.ReadAllBytes(image);
    }

    private static byte[] Filled(byte value, int length) => [.. Enumerable.Repeat(value, length)];
}
