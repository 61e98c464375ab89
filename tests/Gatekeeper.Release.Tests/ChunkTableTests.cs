using Gatekeeper.Vectors;

namespace Gatekeeper.Release.Tests;

public sealed class ChunkTableTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(65535)]
    [InlineData(65536)]
    [InlineData(65537)]
    [InlineData(200_000)]
    public void R_60_ATable_ReadsBackAsItWasBuilt(int size)
    {
        byte[] image = Forge.Pattern(size, 7);
        var stored = new MemoryStream();
        ChunkTable table = ChunkTable.Build(new MemoryStream(image), stored, 65536);
        ChunkTable again = ChunkTable.Parse(table.Bytes.ToArray());
        Assert.Equal((size, 65536, (size + 65535) / 65536), (again.ImageSize, again.ChunkSize, again.Chunks.Length));
        Assert.Equal(image, stored.ToArray());
        Assert.Equal(size, again.StoredLength);
        Assert.Equal(24 + (68 * again.Chunks.Length), table.Bytes.Length);
    }

    [Fact]
    public void R_65_ChunksOfZeros_AreNotStored()
    {
        byte[] image = [.. new byte[65536], .. Forge.Pattern(65536, 1), .. new byte[65536], .. new byte[10]];
        var stored = new MemoryStream();
        ChunkTable table = ChunkTable.Build(new MemoryStream(image), stored, 65536);
        Assert.Equal([0, 65536, 0, 0], table.Chunks.Select(c => c.StoredLength));
        Assert.Equal([0L, 0L, 65536L, 65536L], table.Chunks.Select(c => c.StoredOffset));
        Assert.Equal(65536, stored.Length);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(65535)]
    [InlineData(96 * 1024)]
    [InlineData(8 * 1024 * 1024)]
    public void R_61_AnotherChunkSize_IsOurMistake(int size) =>
        Assert.Throws<ArgumentException>(() => ChunkTable.Build(new MemoryStream([1]), null, size));

    [Fact]
    public void R_61_AnEmptyImage_IsOurMistake() =>
        Assert.Throws<ArgumentException>(() => ChunkTable.Build(new MemoryStream(), null));

    [Fact]
    public void R_62_EveryShorterTable_IsRefused()
    {
        byte[] table = ChunkTable.Build(new MemoryStream(Forge.Pattern(70_000, 1)), null, 65536).Bytes.ToArray();
        for (int length = 0; length < table.Length; length++)
        {
            Assert.Equal(Refusal.ReleaseMalformed, Assert.Throws<RefusedException>(() => ChunkTable.Parse(table[..length])).Code);
        }
    }
}
