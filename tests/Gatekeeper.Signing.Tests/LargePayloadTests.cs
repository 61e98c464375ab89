using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Gatekeeper.Release;
using Gatekeeper.Signing.Metadata;

namespace Gatekeeper.Signing.Tests;

/// <summary>Sizes at which 32-bit numbers end. All files here are sparse: gigabytes of zeros that take no room on the disk.</summary>
[Collection(CommandLineTests.Name)]
[Trait("long", "true")]
public sealed class LargePayloadTests : IDisposable
{
    private const int Chunk = 4 * 1024 * 1024;

    private readonly Workshop _shop = new();

    public static TheoryData<long> Sizes => [int.MaxValue, 1L << 31, 1L << 32];

    public void Dispose() => _shop.Dispose();

    [Theory]
    [MemberData(nameof(Sizes))]
    public void LargeImage_IsBuiltSignedAndVerified(long size)
    {
        // Something at both ends and at the boundary before: whoever cuts a number off loses one of them.
        using (FileStream image = new(_shop.At("system.img"), FileMode.Create))
        {
            image.SetLength(size);
            foreach (long at in new[] { 0, size / 2, size - 1 })
            {
                image.Position = at;
                image.WriteByte(0xA5);
            }
        }

        _shop.MakeRoot();
        _shop.Do(Workshop.BuildLine("a.gku").Replace("--chunk-size 65536", "--chunk-size " + Chunk.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal));
        _shop.Do("release sign a.gku --key alice.pem bob.pem builds.pem");
        Verify();
        JsonNode facts = JsonNode.Parse(_shop.Do("inspect a.gku --json").Output)!;
        Assert.Equal(size, facts["parts"]![1]!["image_size"]!.GetValue<long>());
        Assert.Equal([0, (size / 2) / Chunk, (size - 1) / Chunk], StoredChunksOf("system").Distinct());
        AssertSparse("a.gku");
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void LargePayload_OfStoredBytes_IsSignedAndVerified(long size)
    {
        _shop.MakeRoot();
        ChunkTable table = AllStored(size);
        using (FileStream file = new(_shop.At("a.gku"), FileMode.Create))
        using (var holes = new HoleStream(file))
        {
            Release(table).Write(holes);
            file.SetLength(file.Position);
        }

        Assert.True(new FileInfo(_shop.At("a.gku")).Length > size, "every byte of the payload is in the file");
        _shop.Do("release sign a.gku --key alice.pem bob.pem builds.pem");
        AssertSparse("a.gku");
        Verify();

        // The last byte of the payload counts like the first.
        using (FileStream file = new(_shop.At("a.gku"), FileMode.Open))
        {
            file.Position = file.Length - (2 * 512) - UstarHeader.Padding(size) - 1;
            file.WriteByte(1);
        }

        Assert.Equal(ExitCode.Refused, _shop.Run("verify a.gku --root roots/1.root.json --product PM200 --hardware PM200-C --running 1.0.0").Code);
    }

    private void Verify() =>
        Assert.Contains("would install PM200 2.0.0", _shop.Do("verify a.gku --root roots/1.root.json --product PM200 --hardware PM200-C --running 1.0.0").Output, StringComparison.Ordinal);

    private IEnumerable<long> StoredChunksOf(string part)
    {
        using var source = new FileSource(_shop.At("a.gku"));
        VerifiedRelease release = Verifier.Accept(
            GkuReader.ReadHead(source),
            Verifier.InitialTrust(File.ReadAllBytes(_shop.At("roots/1.root.json"))),
            new DeviceFacts("PM200", "PM200-C", new ReleaseVersion(1, 0, 0), null, 0, RefuseExpired: false));
        ImmutableArray<ChunkEntry> chunks = release.Payloads.Single(p => p.Part == part).Chunks;
        return [.. chunks.Select((c, i) => (c, i)).Where(c => c.c.StoredLength > 0).Select(c => (long)c.i)];
    }

    private void AssertSparse(string file)
    {
        (int code, string text) = HostTool.Run(_shop.Folder, "du", "-m", file);
        Assert.True(code == 0 && int.Parse(text.Split('\t')[0], CultureInfo.InvariantCulture) < 64, text);
    }

    // A table that says of every chunk of zeros that it is stored: FORMAT.md §6 allows that to other writers.
    private static ChunkTable AllStored(long size)
    {
        int count = (int)((size + Chunk - 1) / Chunk);
        byte[] bytes = [.. "GKCHUNKS"u8, .. BitConverter.GetBytes(1), .. BitConverter.GetBytes(Chunk), .. BitConverter.GetBytes(size), .. new byte[count * 68]];
        for (int i = 0; i < count; i++)
        {
            int length = (int)Math.Min(Chunk, size - ((long)i * Chunk));
            byte[] hash = SHA256.HashData(new byte[length]);
            byte[] entry = [.. BitConverter.GetBytes(length), .. hash, .. hash];
            entry.CopyTo(bytes, 24 + (i * 68));
        }

        return ChunkTable.Parse(bytes);
    }

    private ReleaseFile Release(ChunkTable table)
    {
        byte[][] roots = [File.ReadAllBytes(_shop.At("roots/1.root.json"))];
        (string, ChunkTable)[] tables = [("system", table)];
        byte[] document = new ReleaseDocument
        {
            Product = "PM200",
            Version = new ReleaseVersion(2, 0, 0),
            Channel = "stable",
            Hardware = ["PM200-C"],
            ReplacesFrom = default,
            SignedAt = 1_795_478_400,
            Payloads = ReleaseFile.PayloadsOf(tables),
            Entries = ReleaseFile.EntriesOf(roots, tables, null),
        }.Encode();
        const long Expires = 2_000_000_000;
        var target = new TargetFile(document.Length, Convert.ToHexStringLower(SHA256.HashData(document)));
        var targets = new TargetsMetadata(1, Expires, ImmutableDictionary<string, TargetFile>.Empty.Add("release.json", target));
        return new ReleaseFile
        {
            Roots = [.. roots],
            Timestamp = SignedMetadata.Encode(new TimestampMetadata(1, Expires, new MetaFile(1)).Encode(), []),
            Snapshot = (1, SignedMetadata.Encode(new SnapshotMetadata(1, Expires, new MetaFile(1)).Encode(), [])),
            Targets = (1, SignedMetadata.Encode(targets.Encode(), [])),
            Release = ("release.json", document),
            Payloads = [new PayloadContent("system", table, () => new ZeroStream())],
        };
    }

    private sealed class ZeroStream : MemoryStream
    {
        public override int Read(byte[] buffer, int offset, int count)
        {
            buffer.AsSpan(offset, count).Clear();
            return count;
        }

        public override int Read(Span<byte> buffer)
        {
            buffer.Clear();
            return buffer.Length;
        }
    }

    /// <summary>Writes zeros as holes.</summary>
    private sealed class HoleStream(FileStream file) : MemoryStream
    {
        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            if (buffer.ContainsAnyExcept((byte)0))
            {
                file.Write(buffer);
            }
            else
            {
                file.Seek(buffer.Length, SeekOrigin.Current);
            }
        }
    }
}
