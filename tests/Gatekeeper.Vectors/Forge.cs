using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Gatekeeper.Release;

namespace Gatekeeper.Vectors;

/// <summary>How one metadata file is made: its version and date, who signs, and what is done to it before and after signing.</summary>
public sealed class RolePlan(params string[] signers)
{
    /// <summary>Its version.</summary>
    public long Version { get; set; } = 1;

    /// <summary>Its date, seconds since 1970-01-01 UTC: 2040-01-01.</summary>
    public long Expires { get; set; } = 2_208_988_800;

    /// <summary>Names of the keys that sign.</summary>
    public List<string> Signers { get; } = [.. signers];

    /// <summary>Changes what is signed, before it is signed. Text is one character a byte (Latin-1).</summary>
    public Func<string, string> BeforeSigning { get; set; } = text => text;

    /// <summary>Changes the file after it was signed.</summary>
    public Func<string, string> AfterSigning { get; set; } = text => text;

    internal byte[] Sign(byte[] signed)
    {
        byte[] message = Encoding.Latin1.GetBytes(BeforeSigning(Encoding.Latin1.GetString(signed)));
        IEnumerable<string> signatures = Signers.Select(TestKey.Of).OrderBy(k => k.Id, StringComparer.Ordinal)
            .Select(k => $$"""{"keyid":"{{k.Id}}","sig":"{{Convert.ToHexStringLower(k.Sign(message))}}"}""");
        string file = $$"""{"signatures":[{{string.Join(',', signatures)}}],"signed":{{Encoding.Latin1.GetString(message)}}}""";
        return Encoding.Latin1.GetBytes(AfterSigning(file));
    }
}

/// <summary>How one root is made: the keys and thresholds it names.</summary>
public sealed class RootPlan(params string[] signers)
{
    /// <summary>Version, date and signers.</summary>
    public RolePlan File { get; } = new(signers);

    /// <summary>Names of the root role's keys.</summary>
    public List<string> Root { get; set; } = ["root-1", "root-2", "root-3"];

    /// <summary>Names of the timestamp role's keys.</summary>
    public List<string> Timestamp { get; set; } = ["timestamp-1"];

    /// <summary>Names of the snapshot role's keys.</summary>
    public List<string> Snapshot { get; set; } = ["snapshot-1"];

    /// <summary>Names of the targets role's keys.</summary>
    public List<string> Targets { get; set; } = ["targets-1", "targets-2", "targets-3"];

    /// <summary>Names of the permit role's keys, or null for a root without that role.</summary>
    public List<string>? Permit { get; set; }

    /// <summary>Threshold of the root, targets and permit roles.</summary>
    public int Threshold { get; set; } = 2;

    internal byte[] Build() => File.Sign(new RootMetadata
    {
        Version = (int)File.Version,
        Expires = File.Expires,
        Root = Keys(Root, Threshold),
        Timestamp = Keys(Timestamp, 1),
        Snapshot = Keys(Snapshot, 1),
        Targets = Keys(Targets, Threshold),
        Permit = Permit is null ? null : Keys(Permit, Threshold),
    }.Encode());

    private static RoleKeys Keys(IEnumerable<string> names, int threshold) => new([.. names.Select(n => TestKey.Of(n).Key)], threshold);
}

/// <summary>
/// Makes release files. As it stands, a good one: PM200 2.0.0 for PM200-B and PM200-C, root 1, two of three people for root and targets,
/// a payload for each slot part. Every property is a place where a test can put one defect.
/// </summary>
public sealed class Forge
{
    /// <summary>The target path of the release document.</summary>
    public string Path { get; set; } = "PM200-2.0.0.release.json";

    /// <summary>The roots, 1 first.</summary>
    public List<RootPlan> Roots { get; } = [new("root-1", "root-2")];

    /// <summary>The timestamp.</summary>
    public RolePlan Timestamp { get; } = new("timestamp-1");

    /// <summary>The snapshot.</summary>
    public RolePlan Snapshot { get; } = new("snapshot-1");

    /// <summary>The targets.</summary>
    public RolePlan Targets { get; } = new("targets-1", "targets-2");

    /// <summary>Delegations, each delegator's in order; the roles' files in the order of the archive.</summary>
    public List<DelegatedPlan> Delegated { get; } = [];

    /// <summary>Version of the release.</summary>
    public ReleaseVersion Version { get; set; } = new(2, 0, 0);

    /// <summary>Product of the release.</summary>
    public string Product { get; set; } = "PM200";

    /// <summary>Seconds since 1970-01-01 UTC: 2026-01-01.</summary>
    public long SignedAt { get; set; } = 1_767_225_600;

    /// <summary>Images by slot part, in the order of the file.</summary>
    public Dictionary<string, byte[]> Images { get; } = new()
    {
        ["efi"] = Pattern(1000, 1),
        ["system"] = [.. Pattern(65536, 2), .. new byte[65536], .. Pattern(700, 3)],
    };

    /// <summary>Bytes of a chunk.</summary>
    public int ChunkSize { get; set; } = Limits.MinChunkBytes;

    /// <summary>The bill of materials, or null.</summary>
    public byte[]? Sbom { get; set; } = "{\"bomFormat\":\"CycloneDX\"}"u8.ToArray();

    /// <summary>True to state lengths and hashes in snapshot and timestamp.</summary>
    public bool StateHashes { get; set; }

    /// <summary>Changes a chunk table, by slot part.</summary>
    public Func<string, byte[], byte[]> Table { get; set; } = (_, table) => table;

    /// <summary>Changes the release document before its hash goes into targets.</summary>
    public Func<string, string> Document { get; set; } = text => text;

    /// <summary>Changes the release document after its hash went into targets.</summary>
    public Func<string, string> DocumentAfterSigning { get; set; } = text => text;

    /// <summary>Changes the archive's entries before they are written.</summary>
    public Action<List<ForgeEntry>> Entries { get; set; } = _ => { };

    /// <summary>Changes the finished file.</summary>
    public Func<byte[], byte[]> File { get; set; } = file => file;

    /// <summary>Bytes with a pattern that has no zero and does not repeat early.</summary>
    public static byte[] Pattern(int length, int seed)
    {
        byte[] bytes = new byte[length];
        uint state = unchecked((uint)seed * 2_654_435_761);
        for (int i = 0; i < length; i++)
        {
            state = unchecked((state * 1_664_525) + 1_013_904_223);
            bytes[i] = (byte)((state >> 24) | 1);
        }

        return bytes;
    }

    /// <summary>Adds the next root, signed by the keys of these names.</summary>
    public RootPlan AddRoot(params string[] signers)
    {
        var plan = new RootPlan(signers) { File = { Version = Roots.Count + 1 } };
        Roots.Add(plan);
        return plan;
    }

    /// <summary>The bytes of all roots.</summary>
    public ImmutableArray<byte[]> BuildRoots() => [.. Roots.Select(r => r.Build())];

    /// <summary>A file of roots only.</summary>
    public byte[] BuildRootsFile()
    {
        var output = new MemoryStream();
        ReleaseFile.WriteRoots(output, BuildRoots());
        return File(output.ToArray());
    }

    /// <summary>The whole file.</summary>
    public byte[] Build()
    {
        List<ForgeEntry> entries = BuildEntries();
        Entries(entries);
        var output = new MemoryStream();
        foreach (ForgeEntry entry in entries)
        {
            output.Write(entry.Header ?? UstarHeader.Write(entry.Name, entry.Content.Length));
            output.Write(entry.Content);
            output.Write(new byte[UstarHeader.Padding(entry.Content.Length)]);
        }

        output.Write(new byte[1024]);
        return File(output.ToArray());
    }

    internal List<ForgeEntry> BuildEntries()
    {
        ImmutableArray<byte[]> roots = BuildRoots();
        var payloads = Images.Select(image =>
        {
            var stored = new MemoryStream();
            byte[] table = ChunkTable.Build(new MemoryStream(image.Value), stored, ChunkSize).Bytes.ToArray();
            return (Part: image.Key, ImageSize: image.Value.Length, Table: Table(image.Key, table), Stored: stored.ToArray());
        }).ToArray();
        byte[] document = Latin(Document, new ReleaseDocument
        {
            Product = Product,
            Version = Version,
            Channel = "stable",
            Hardware = ["PM200-B", "PM200-C"],
            ReplacesFrom = new ReleaseVersion(1, 0, 0),
            SignedAt = SignedAt,
            Notes = ["Alarm volume fixed.", "Zähler: 24 h"],
            Payloads = [.. payloads.Select(p => new ReleasePayload(p.Part, p.ImageSize, GkuNames.Chunks(Hash(p.Table), p.Part)))],
            Entries =
            [
                ..roots.Select((r, i) => new ReleaseEntry(GkuNames.Root(i + 1), r.Length, Hash(r))),
                ..payloads.Select(p => new ReleaseEntry(GkuNames.Chunks(Hash(p.Table), p.Part), p.Table.Length, Hash(p.Table))),
                ..Sbom is null ? Array.Empty<ReleaseEntry>() : [new ReleaseEntry(GkuNames.Sbom(Hash(Sbom)), Sbom.Length, Hash(Sbom))],
                ..payloads.Select(p => new ReleaseEntry(GkuNames.Payload(p.Part), p.Stored.Length, null)),
            ],
        }.Encode());
        var release = ImmutableDictionary.CreateRange([KeyValuePair.Create(Path, new TargetFile(document.Length, Hash(document)))]);
        byte[] targets = TargetsFile("targets", Targets, Delegated.Any(d => d.HoldsRelease) ? release.Clear() : release);
        var roles = Delegated.DistinctBy(d => d.Name).Select(d => (Plan: d, File: TargetsFile(d.Name, d.File, d.HoldsRelease ? release : release.Clear()))).ToArray();
        byte[] snapshot = Snapshot.Sign(new SnapshotMetadata(Snapshot.Version, Snapshot.Expires, Meta(Targets.Version, targets))
        {
            Delegated = roles.Where(r => r.Plan.InSnapshot).ToImmutableDictionary(r => r.Plan.Name, r => Meta(r.Plan.File.Version, r.File)),
        }.Encode());
        byte[] timestamp = Timestamp.Sign(new TimestampMetadata(Timestamp.Version, Timestamp.Expires, Meta(Snapshot.Version, snapshot)).Encode());
        return
        [
            ..roots.Select((r, i) => new ForgeEntry(GkuNames.Root(i + 1), r)),
            new ForgeEntry(GkuNames.Timestamp, timestamp),
            new ForgeEntry(GkuNames.Snapshot(Snapshot.Version), snapshot),
            new ForgeEntry(GkuNames.Targets(Targets.Version), targets),
            ..roles.Where(r => r.Plan.InArchive).Select(r => new ForgeEntry(GkuNames.Delegated(r.Plan.File.Version, r.Plan.Name), r.File)),
            new ForgeEntry(GkuNames.Release(Hash(document), Path), Latin(DocumentAfterSigning, document)),
            ..payloads.Select(p => new ForgeEntry(GkuNames.Chunks(Hash(p.Table), p.Part), p.Table)),
            ..Sbom is null ? Array.Empty<ForgeEntry>() : [new ForgeEntry(GkuNames.Sbom(Hash(Sbom)), Sbom)],
            ..payloads.Select(p => new ForgeEntry(GkuNames.Payload(p.Part), p.Stored)),
        ];
    }

    private byte[] TargetsFile(string name, RolePlan plan, ImmutableDictionary<string, TargetFile> files) =>
        plan.Sign(new TargetsMetadata(plan.Version, plan.Expires, files) { Delegations = DelegatedPlan.Of(name, Delegated) }.Encode());

    private MetaFile Meta(long version, byte[] file) => StateHashes ? new MetaFile(version, file.Length, Hash(file)) : new MetaFile(version);

    private static byte[] Latin(Func<string, string> edit, byte[] bytes) => Encoding.Latin1.GetBytes(edit(Encoding.Latin1.GetString(bytes)));

    private static string Hash(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}

/// <summary>One entry of the archive.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Content">Its bytes.</param>
/// <param name="Header">Its header block, or null for the prescribed one.</param>
public sealed record ForgeEntry(string Name, byte[] Content, byte[]? Header = null);
