using System.Text;
using Gatekeeper.Release.Tuf;

namespace Gatekeeper.Release.Tests.Tuf;

/// <summary>Ordinary JSON in, canonical JSON out; what has no one canonical form is refused.</summary>
public sealed class RepositoryJsonTests
{
    [Theory]
    [InlineData(" { \"b\" : [ 1 , -2 , true , null ] , \"a\" : \"x\" }\r\n", "{\"a\":\"x\",\"b\":[1,-2,true,null]}")]
    [InlineData("\"\\u00e4\\u20ac\\ud83c\\udf7a\\/\\\"\\\\\"", "\"ä€🍺/\\\"\\\\\"")]
    [InlineData("\"\\t\\u0000\\n\\u007f\\u2028\"", "\"\t\0\n\u007f\u2028\"")] // OLPC: all but two characters as they are
    [InlineData("{\"\\ud83c\\udf7a\":1,\"\\uff21\":2}", "{\"\uff21\":2,\"🍺\":1}")] // by code point, not by UTF-16 unit
    [InlineData("9007199254740991", "9007199254740991")]
    [InlineData("-9007199254740991", "-9007199254740991")]
    [InlineData("{}", "{}")]
    public void Text_IsReadAndWrittenCanonically(string text, string canonical) =>
        Assert.Equal(canonical, Encoding.UTF8.GetString(CanonicalJson.WriteAny(RepositoryJson.Parse(Encoding.UTF8.GetBytes(text)))));

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("{\"a\":1,\"a\":1}")]
    [InlineData("{\"a\":1,\"\\u0061\":1}")]
    [InlineData("1.0")]
    [InlineData("1e3")]
    [InlineData("-0")]
    [InlineData("01")]
    [InlineData("+1")]
    [InlineData("9007199254740992")]
    [InlineData("-9007199254740992")]
    [InlineData("100000000000000000000000000000")]
    [InlineData("NaN")]
    [InlineData("\"\\ud83c\"")]
    [InlineData("\"\\udf7a\\ud83c\"")]
    [InlineData("{\"\\ud83c\":1}")]
    [InlineData("{} {}")]
    [InlineData("[1,]")]
    [InlineData("[1 /* one */]")]
    [InlineData("\uFEFF{}")]
    [InlineData("{\"a\":}")]
    [InlineData("\"a\nb\"")]
    [InlineData("'a'")]
    public void Text_WithoutOneCanonicalForm_IsRefused(string text) => Refused(Encoding.UTF8.GetBytes(text));

    [Theory]
    [InlineData(new byte[] { 0x22, 0xFF, 0x22 })]
    [InlineData(new byte[] { 0x22, 0xC0, 0x80, 0x22 })] // overlong
    [InlineData(new byte[] { 0x22, 0xED, 0xA0, 0x80, 0x22 })] // a surrogate as UTF-8
    [InlineData(new byte[] { 0x7B, 0x22, 0xFF, 0x22, 0x3A, 0x31, 0x7D })]
    public void BytesThatAreNotUtf8_AreRefused(byte[] text) => Refused(text);

    [Fact]
    public void Depth_IsBounded()
    {
        string Nested(int depth) => new string('[', depth) + new string(']', depth);
        Assert.NotNull(RepositoryJson.Parse(Encoding.UTF8.GetBytes(Nested(Limits.MaxRepositoryJsonDepth))));
        Refused(Encoding.UTF8.GetBytes(Nested(Limits.MaxRepositoryJsonDepth + 1)));
        Refused(Encoding.UTF8.GetBytes(new string('[', 1_000_000)));
    }

    [Fact]
    public void Values_AreBounded()
    {
        string Many(int count) => $"[{string.Join(',', Enumerable.Repeat('0', count))}]";
        Assert.NotNull(RepositoryJson.Parse(Encoding.UTF8.GetBytes(Many(Limits.MaxRepositoryJsonValues - 1))));
        Refused(Encoding.UTF8.GetBytes(Many(Limits.MaxRepositoryJsonValues)));
    }

    [Fact]
    public void Length_IsBounded() => Refused([.. "1"u8, .. Enumerable.Repeat((byte)' ', Limits.MaxRepositoryMetadataBytes)]);

    private static void Refused(byte[] text) => Assert.Equal(Refusal.MetadataMalformed, Assert.Throws<RefusedException>(() => RepositoryJson.Parse(text)).Code);
}
