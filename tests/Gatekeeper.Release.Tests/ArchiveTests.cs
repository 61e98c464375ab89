using System.Diagnostics;
using Gatekeeper.Vectors;

namespace Gatekeeper.Release.Tests;

public sealed class ArchiveTests
{
    [Theory]
    [InlineData("a", 0L)]
    [InlineData("payload/system", 8_589_934_591L)]
    [InlineData("payload/system", 8_589_934_592L)]
    [InlineData("payload/system", 1L << 40)]
    public void R_02_AHeader_ReadsBackAsItWasWritten(string name, long length)
    {
        byte[] header = UstarHeader.Write(name, length);
        Assert.True(UstarHeader.TryRead(header, out string readName, out long readLength));
        Assert.Equal((name, length), (readName, readLength));
    }

    [Fact]
    public void R_02_EveryByteOfAHeaderCounts()
    {
        byte[] header = UstarHeader.Write(GkuNames.Timestamp, 1234);
        for (int at = 0; at < header.Length; at++)
        {
            for (int bit = 0; bit < 8; bit++)
            {
                header[at] ^= (byte)(1 << bit);
                Assert.False(UstarHeader.TryRead(header, out _, out _), $"byte {at}, bit {bit}");
                header[at] ^= (byte)(1 << bit);
            }
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("ä")]
    [InlineData("a\0b")]
    public void Header_WithANameOutsideTheFormat_IsOurMistake(string name) =>
        Assert.Throws<ArgumentException>(() => UstarHeader.Write(name, 0));

    [Fact]
    public void TarReadsTheFile()
    {
        // What an engineer has at hand shows what a release holds.
        string path = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(path, new Forge().Build());
            var start = new ProcessStartInfo("tar", ["tf", path]) { RedirectStandardOutput = true, RedirectStandardError = true };
            using Process tar = Process.Start(start)!;
            string list = tar.StandardOutput.ReadToEnd();
            string errors = tar.StandardError.ReadToEnd();
            tar.WaitForExit();
            Assert.Equal((0, ""), (tar.ExitCode, errors));
            string[] names = list.Split('\n', StringSplitOptions.RemoveEmptyEntries);
            Assert.Equal(10, names.Length);
            Assert.Equal(["metadata/1.root.json", "metadata/timestamp.json", "metadata/1.snapshot.json", "metadata/1.targets.json"], names[..4]);
            Assert.Equal(["payload/efi", "payload/system"], names[8..]);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void ReleaseFile_WritesWhatTheForgeWrites_AndTheSameTwice()
    {
        // The forge puts entries together by itself; the tool's writer must give the same bytes.
        var forge = new Forge();
        byte[] expected = forge.Build();
        ReleaseHead head = GkuReader.ReadHead(new MemorySource(expected));
        var payloads = forge.Images.Select(image =>
        {
            var stored = new MemoryStream();
            ChunkTable table = ChunkTable.Build(new MemoryStream(image.Value), stored, forge.ChunkSize);
            return new PayloadContent(image.Key, table, () => new MemoryStream(stored.ToArray()));
        });
        var file = new ReleaseFile
        {
            Roots = forge.BuildRoots(),
            Timestamp = head.Timestamp.ToArray(),
            Snapshot = (1, head.Snapshot.ToArray()),
            Targets = (1, head.Targets.ToArray()),
            Release = (forge.Path, head.Release.ToArray()),
            Sbom = forge.Sbom,
            Payloads = [.. payloads],
        };
        for (int i = 0; i < 2; i++)
        {
            var output = new MemoryStream();
            file.Write(output);
            Assert.Equal(expected, output.ToArray());
        }
    }
}
