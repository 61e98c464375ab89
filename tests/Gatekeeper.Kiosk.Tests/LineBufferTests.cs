using System.Text;
using Gatekeeper.Release;
using Gatekeeper.Update.Status;

namespace Gatekeeper.Kiosk.Tests;

public class LineBufferTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(1000)]
    public void LinesComeOutWhole_HoweverTheyCameIn(int piece)
    {
        byte[] bytes = Encoding.UTF8.GetBytes("one\n\ntwo and more\nrest");
        LineBuffer buffer = new();
        List<string> lines = [];
        foreach (byte[] part in bytes.Chunk(piece))
        {
            part.CopyTo(buffer.Free);
            buffer.Received(part.Length);
            while (buffer.TryTakeLine(out ReadOnlySpan<byte> line))
            {
                lines.Add(Encoding.UTF8.GetString(line));
            }
        }

        Assert.Equal(["one", "", "two and more"], lines);
        Assert.False(buffer.IsOverlong);
    }

    [Fact]
    public void LineOfTheLimit_Fits()
    {
        LineBuffer buffer = Filled(Limits.MaxStatusLineBytes - 1);
        "\n"u8.CopyTo(buffer.Free);
        buffer.Received(1);
        Assert.False(buffer.IsOverlong);
        Assert.True(buffer.TryTakeLine(out ReadOnlySpan<byte> line));
        Assert.Equal(Limits.MaxStatusLineBytes - 1, line.Length);
    }

    [Fact]
    public void OneByteMore_IsOverlong() => Assert.True(Filled(Limits.MaxStatusLineBytes).IsOverlong);

    private static LineBuffer Filled(int count)
    {
        LineBuffer buffer = new();
        buffer.Free[..count].Fill((byte)'x');
        buffer.Received(count);
        return buffer;
    }
}
