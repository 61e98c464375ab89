using System.Text;
using Gatekeeper.Release;
using Gatekeeper.Vectors;

namespace Gatekeeper.Fuzz;

/// <summary>The parsers of release files.</summary>
internal static class ReleaseTargets
{
    private static readonly string[] Words = ["\"", "{", "}", "[", "]", ":", ",", "\\\"", "\\\\", "-", "0", "9007199254740991", "true", "null", "\"version\":", "\"signed\":{", "{\"\":0}"];
    private static readonly TrustState Trust = Verifier.InitialTrust(VectorSet.TrustedRoot);
    private static readonly DeviceFacts Facts = new("PM200", "PM200-C", new ReleaseVersion(1, 0, 0), null, 0, RefuseExpired: false);

    public static IEnumerable<FuzzTarget> All =>
    [
        new("json", Json, RunJson) { Words = Words },
        new("metadata", Metadata, RunMetadata) { Words = Words },
        new("release-document", () => [Head().Release.ToArray()], input => ReleaseDocument.Parse(input)) { Words = Words },
        new("chunk-table", Tables, RunTable),
        FileTarget(),
        new("archive", () => Archives.Value, RunArchive) { Words = ["ustar\0", "00", "0000644\0", "metadata/1.root.json", "metadata/timestamp.json", "targets/", ".release.json", "77777777777", "../", "/"], MaxAllocated = 2L * Limits.MaxMetadataTotalBytes },
        new("release-signed", () => [Head().Release.ToArray(), Signed(Head().Targets), Signed(Head().Snapshot), Signed(Head().Timestamp)], RunSigned) { Words = Words, Cost = 50 },
    ];

    private static ReleaseHead Head() => GkuReader.ReadHead(new MemorySource(VectorSet.NewForge().Build()));

    private static byte[] Signed(ReadOnlyMemory<byte> file) => [.. SignedMetadata.Parse(file.Span).SignedBytes];

    private static List<byte[]> Metadata()
    {
        ReleaseHead head = Head();
        return [.. head.Roots.Append(head.Timestamp).Append(head.Snapshot).Append(head.Targets).Select(m => m.ToArray())];
    }

    private static List<byte[]> Json() =>
        [.. Metadata(), "[{\"\":[0,-1,9007199254740991,true,false,null,\"\\\"\\\\\"]}]"u8.ToArray()];

    private static List<byte[]> Tables() =>
        [.. new[] { 1, 65536, 200_000 }.Select(size => ChunkTable.Build(new MemoryStream([.. new byte[size / 2], .. Forge.Pattern(size - (size / 2), 1)]), null, 65536).Bytes.ToArray())];

    // Good files without their payload: what the reader takes before the first signature is checked.
    private static readonly Lazy<List<byte[]>> Archives = new(() => [.. Files().Where(f => f.Length < 24_000)]);

    private static void RunArchive(byte[] input)
    {
        ReleaseHead head = GkuReader.ReadHead(new MemorySource(input));
        if (head.Roots.Sum(r => (long)r.Length) + head.Timestamp.Length + head.Snapshot.Length + head.Targets.Length + head.Release.Length > input.Length)
        {
            throw new InvalidOperationException("more was read than is there");
        }
    }

    private static List<byte[]> Files() => [.. VectorSet.All().Where(v => v.Vector.Expect is null || v.Vector.RootAfter > 1).Select(v => v.Build()).Where(f => f.Length < 40_000)];

    private static void RunJson(byte[] input)
    {
        if (!CanonicalJson.Write(CanonicalJson.Parse(input)).AsSpan().SequenceEqual(input))
        {
            throw new InvalidOperationException("what was read is not written back");
        }
    }

    private static void RunMetadata(byte[] input)
    {
        SignedMetadata metadata = SignedMetadata.Parse(input);
        string type = metadata.Signed["_type"] is JsonString text ? text.Value : "";
        _ = type switch
        {
            "root" => (object)RootMetadata.Parse(metadata.Signed),
            "timestamp" => TimestampMetadata.Parse(metadata.Signed),
            "snapshot" => SnapshotMetadata.Parse(metadata.Signed),
            _ => TargetsMetadata.Parse(metadata.Signed),
        };
    }

    private static void RunTable(byte[] input)
    {
        ChunkTable table = ChunkTable.Parse(input);
        if (table.StoredLength > table.ImageSize || table.Chunks.Length != (table.ImageSize + table.ChunkSize - 1) / table.ChunkSize)
        {
            throw new InvalidOperationException("a table that contradicts itself");
        }
    }

    /// <summary>Puts the input where its kind belongs and signs the file properly: what a signer with the keys could make.</summary>
    private static void RunSigned(byte[] input)
    {
        Forge forge = VectorSet.NewForge();
        string text = Encoding.Latin1.GetString(input);
        Func<string, string> change = _ => text;
        if (text.Contains("\"_type\":\"targets\"", StringComparison.Ordinal))
        {
            forge.Targets.BeforeSigning = change;
        }
        else if (text.Contains("\"_type\":\"snapshot\"", StringComparison.Ordinal))
        {
            forge.Snapshot.BeforeSigning = change;
        }
        else if (text.Contains("\"_type\":", StringComparison.Ordinal))
        {
            forge.Timestamp.BeforeSigning = change;
        }
        else
        {
            forge.Document = change;
        }

        _ = Accept(forge.Build());
    }

    private static VerifiedRelease Accept(byte[] file)
    {
        var source = new MemorySource(file);
        ReleaseHead head = GkuReader.ReadHead(source);
        RootUpdate roots = Verifier.UpdateRoots(head, Trust);
        if (head.RootsOnly)
        {
            throw new RefusedException(Refusal.NoRelease, "roots only");
        }

        VerifiedRelease release = Verifier.Accept(head, roots.Trust, Facts);
        byte[] buffer = new byte[Limits.MinChunkBytes];
        foreach (VerifiedPayload payload in release.Payloads)
        {
            for (int i = 0; i < payload.Chunks.Length; i++)
            {
                _ = ChunkReader.Read(source, payload, i, buffer);
            }
        }

        return release;
    }

    /// <summary>
    /// No damage makes another file that is accepted: nobody but a signer can (I12). The corpus has several genuine files of one signer, and their parts may be put
    /// together where the signatures allow it (a timestamp names its snapshot by version alone): so each entry of what is accepted is one of theirs, whole.
    /// </summary>
    private static FuzzTarget FileTarget()
    {
        var files = new Lazy<List<byte[]>>(Files);
        var entries = new Lazy<HashSet<string>>(() => [.. files.Value.SelectMany(Entries)]);
        return new FuzzTarget("release-file", Corpus, Run) { Words = Words, Cost = 10 };

        // Both are made before the first input is measured.
        List<byte[]> Corpus() => entries.Value.Count > 0 ? files.Value : [];

        void Run(byte[] input)
        {
            _ = Accept(input);
            if (!Entries(input).All(entries.Value.Contains))
            {
                throw new InvalidOperationException("a damaged file was accepted");
            }
        }
    }

    // Header and content of each entry with what fills its last block, and the end of the file.
    private static IEnumerable<string> Entries(byte[] file)
    {
        for (int at = 0; at < file.Length;)
        {
            long length = file[at] == 0 ? file.Length - at : 512 + Convert.ToInt64(Encoding.ASCII.GetString(file, at + 124, 11), 8);
            int blocks = (int)Math.Min((length + 511) / 512 * 512, file.Length - at);
            yield return Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(file.AsSpan(at, blocks)));
            at += blocks;
        }
    }
}
