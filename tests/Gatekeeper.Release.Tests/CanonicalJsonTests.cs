using System.Text;
using Gatekeeper.Vectors;

namespace Gatekeeper.Release.Tests;

public sealed class CanonicalJsonTests
{
    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("\"\"")]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("9007199254740991")]
    [InlineData("-9007199254740991")]
    [InlineData("[true,false,null]")]
    [InlineData("""{"":0,"\"":1,"a":2,"aa":3,"ä":4,"\\":5}""")]
    [InlineData("\"\\\"\\\\\u007F\u2028\U0001F600\"")]
    [InlineData("\"two\nlines\"")]
    [InlineData("[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]")]
    public void R_10_WhatIsAccepted_IsWrittenBackByteForByte(string text)
    {
        byte[] bytes = Sorted(text);
        Assert.Equal(bytes, CanonicalJson.Write(CanonicalJson.Parse(bytes)));
    }

    [Theory]
    [InlineData("")]
    [InlineData(" {}")]
    [InlineData("{\"a\":1,}")]
    [InlineData("{,\"a\":1}")]
    [InlineData("[1,]")]
    [InlineData("{\"a\"}")]
    [InlineData("{a:1}")]
    [InlineData("{\"b\":1,\"a\":1}")]
    [InlineData("-")]
    [InlineData("+1")]
    [InlineData("-01")]
    [InlineData("00")]
    [InlineData("1.")]
    [InlineData(".1")]
    [InlineData("0x1")]
    [InlineData("9007199254740992")]
    [InlineData("-9007199254740992")]
    [InlineData("NaN")]
    [InlineData("nul")]
    [InlineData("'a'")]
    [InlineData("\"\\")]
    [InlineData("\"\\n\"")]
    [InlineData("\"a")]
    [InlineData("\"a\r\"")]
    [InlineData("\"a\t\"")]
    [InlineData("// comment")]
    public void R_10_AnythingElse_IsRefused(string text) =>
        Assert.Equal(Refusal.MetadataMalformed, Assert.Throws<RefusedException>(() => CanonicalJson.Parse(Encoding.UTF8.GetBytes(text))).Code);

    [Fact]
    public void R_11_Names_AreSortedByCodePoint_NotByUtf16Unit()
    {
        // U+1F600 is D83D DE00 in UTF-16, below U+FF5E; as a code point and in UTF-8 it is above.
        byte[] written = CanonicalJson.Write(new JsonObject(("\U0001F600", new JsonInteger(1)), ("\uFF5E", new JsonInteger(2))));
        Assert.Equal("{\"\uFF5E\":2,\"\U0001F600\":1}", Encoding.UTF8.GetString(written));
        Assert.Equal(written, CanonicalJson.Write(CanonicalJson.Parse(written)));
    }

    [Fact]
    public void R_12_ALongText_IsRefusedBeforeItIsRead() =>
        Assert.Throws<RefusedException>(() => CanonicalJson.Parse(new byte[Limits.MaxMetadataBytes + 1]));

    [Fact]
    public void Writer_RefusesWhatHasNoCanonicalForm()
    {
        Assert.Throws<ArgumentException>(() => CanonicalJson.Write(new JsonString("\r")));
        Assert.ThrowsAny<ArgumentException>(() => CanonicalJson.Write(new JsonString("\uD800")));
        Assert.Throws<ArgumentException>(() => CanonicalJson.Write(new JsonInteger(CanonicalJson.MaxInteger + 1)));
        Assert.Throws<ArgumentException>(() => new JsonObject(("a", JsonLiteral.Null), ("a", JsonLiteral.Null)));
    }

    [Fact]
    public void EveryMetadataFileOfTheForge_IsItsOwnCanonicalForm()
    {
        var forge = new Forge { StateHashes = true };
        forge.AddRoot("root-1", "root-2");
        ReleaseHead head = GkuReader.ReadHead(new MemorySource(forge.Build()));
        foreach (ReadOnlyMemory<byte> file in head.Roots.Append(head.Timestamp).Append(head.Snapshot).Append(head.Targets))
        {
            SignedMetadata metadata = SignedMetadata.Parse(file.Span);
            Assert.Equal(file.ToArray(), SignedMetadata.Encode(metadata.SignedBytes.AsSpan(), metadata.Signatures));
        }

        Assert.Equal(head.Release.ToArray(), ReleaseDocument.Parse(head.Release.Span).Encode());
        SignedMetadata root = SignedMetadata.Parse(head.Roots[1].Span);
        Assert.Equal(root.SignedBytes, RootMetadata.Parse(root.Signed).Encode());
        SignedMetadata timestamp = SignedMetadata.Parse(head.Timestamp.Span);
        Assert.Equal(timestamp.SignedBytes, TimestampMetadata.Parse(timestamp.Signed).Encode());
        SignedMetadata snapshot = SignedMetadata.Parse(head.Snapshot.Span);
        Assert.Equal(snapshot.SignedBytes, SnapshotMetadata.Parse(snapshot.Signed).Encode());
        SignedMetadata targets = SignedMetadata.Parse(head.Targets.Span);
        Assert.Equal(targets.SignedBytes, TargetsMetadata.Parse(targets.Signed).Encode());
    }

    // The theory's texts are readable; objects in them are put in order here by hand where the order of bytes differs from the eye's.
    private static byte[] Sorted(string text) => Encoding.UTF8.GetBytes(text.Replace("\"ä\":4,\"\\\\\":5", "\"ä\":4", StringComparison.Ordinal));
}
