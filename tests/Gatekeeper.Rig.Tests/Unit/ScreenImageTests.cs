using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using Gatekeeper.StickImages;

namespace Gatekeeper.Rig.Tests.Unit;

public sealed class ScreenImageTests
{
    private static readonly byte[] TwoByTwo = [255, 0, 0, 0, 255, 0, 0, 0, 255, 10, 20, 30];

    [Fact]
    public void APpmIsRead_PixelForPixel()
    {
        ScreenImage image = ScreenImage.FromPpm([.. "P6\n2 2\n255\n"u8, .. TwoByTwo]);
        Assert.Equal((2, 2), (image.Width, image.Height));
        Assert.Equal([0xFF0000, 0x00FF00, 0x0000FF, 0x0A141E], new[] { image[0, 0], image[1, 0], image[0, 1], image[1, 1] });
        Assert.Equal(1, image.Count(0x00FF00));
    }

    [Theory]
    [InlineData("P5\n2 2\n255\n", 12)]
    [InlineData("P6\n2 2\n65535\n", 12)]
    [InlineData("P6\n2 2\n255\n", 11)]
    [InlineData("P6\n2 2\n255\n", 13)]
    [InlineData("P6\n-2 -2\n255\n", 12)]
    [InlineData("", 0)]
    public void AnythingElseIsRefused(string header, int bytes)
        => Assert.Throws<RigException>(() => ScreenImage.FromPpm([.. Encoding.ASCII.GetBytes(header), .. new byte[bytes]]));

    [Fact]
    public void OneChangedPixelIsOneDifference_AnotherSizeIsAll()
    {
        ScreenImage image = new(2, 2, TwoByTwo);
        byte[] changed = [.. TwoByTwo];
        changed[4] ^= 1;
        Assert.Equal(0, image.Difference(new ScreenImage(2, 2, [.. TwoByTwo])));
        Assert.Equal(1, image.Difference(new ScreenImage(2, 2, changed)));
        Assert.Equal(4, image.Difference(new ScreenImage(1, 1, [1, 2, 3])));
    }

    [Fact]
    public void ThePngHoldsTheSameBytes_WithRightChecksums()
    {
        byte[] png = PngWriter.Encode(2, 2, TwoByTwo);
        Assert.Equal([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A], png[..8]);
        Dictionary<string, byte[]> chunks = [];
        for (int at = 8; at < png.Length;)
        {
            int length = BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(at));
            Assert.Equal(Crc32.Of(png.AsSpan(at + 4, 4 + length)), BinaryPrimitives.ReadUInt32BigEndian(png.AsSpan(at + 8 + length)));
            chunks.Add(Encoding.ASCII.GetString(png, at + 4, 4), png[(at + 8)..(at + 8 + length)]);
            at += 12 + length;
        }
        using ZLibStream zlib = new(new MemoryStream(chunks["IDAT"]), CompressionMode.Decompress);
        using MemoryStream rows = new();
        zlib.CopyTo(rows);
        Assert.Equal([0, .. TwoByTwo[..6], 0, .. TwoByTwo[6..]], rows.ToArray());
        Assert.Empty(chunks["IEND"]);
    }

    [Fact]
    public void TheCrcIsTheStandardOne()
        => Assert.Equal(0xCBF43926u, Crc32.Of("123456789"u8)); // the check value of CRC-32/ISO-HDLC
}
