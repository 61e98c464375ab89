using System.Collections.Immutable;
using System.Security.Cryptography;

namespace Gatekeeper.Release;

/// <summary>One payload to be written: slot part, chunk table, and how to open the stored bytes.</summary>
/// <param name="Part">The slot part.</param>
/// <param name="Table">Its chunk table.</param>
/// <param name="OpenStored">Opens the stored bytes from their first one on.</param>
public sealed record PayloadContent(string Part, ChunkTable Table, Func<Stream> OpenStored);

/// <summary>All that goes into a release file, in the order of FORMAT.md §3. Two equal contents give equal bytes.</summary>
public sealed record ReleaseFile
{
    /// <summary>Roots 1, 2, 3, ... as signed files.</summary>
    public required ImmutableArray<byte[]> Roots { get; init; }

    /// <summary><c>timestamp.json</c>.</summary>
    public required byte[] Timestamp { get; init; }

    /// <summary>Version and bytes of <c>V.snapshot.json</c>.</summary>
    public required (long Version, byte[] Bytes) Snapshot { get; init; }

    /// <summary>Version and bytes of <c>V.targets.json</c>.</summary>
    public required (long Version, byte[] Bytes) Targets { get; init; }

    /// <summary>Target path and bytes of the release document.</summary>
    public required (string Path, byte[] Bytes) Release { get; init; }

    /// <summary>Bill of materials, or null.</summary>
    public byte[]? Sbom { get; init; }

    /// <summary>The payloads, in the order of the release document.</summary>
    public required ImmutableArray<PayloadContent> Payloads { get; init; }

    /// <summary>The <c>entries</c> list of a release document for these contents.</summary>
    public static ImmutableArray<ReleaseEntry> EntriesOf(IEnumerable<byte[]> roots, IReadOnlyCollection<(string Part, ChunkTable Table)> payloads, byte[]? sbom) =>
    [
        ..roots.Select((bytes, i) => new ReleaseEntry(GkuNames.Root(i + 1), bytes.Length, Sha256(bytes))),
        ..payloads.Select(p => new ReleaseEntry(GkuNames.Chunks(Sha256(p.Table.Bytes.Span), p.Part), p.Table.Bytes.Length, Sha256(p.Table.Bytes.Span))),
        ..sbom is null ? Array.Empty<ReleaseEntry>() : [new ReleaseEntry(GkuNames.Sbom(Sha256(sbom)), sbom.Length, Sha256(sbom))],
        ..payloads.Select(p => new ReleaseEntry(GkuNames.Payload(p.Part), p.Table.StoredLength, null)),
    ];

    /// <summary>The <c>payloads</c> list of a release document for these tables.</summary>
    public static ImmutableArray<ReleasePayload> PayloadsOf(IEnumerable<(string Part, ChunkTable Table)> payloads) =>
        [.. payloads.Select(p => new ReleasePayload(p.Part, p.Table.ImageSize, GkuNames.Chunks(Sha256(p.Table.Bytes.Span), p.Part)))];

    /// <summary>Writes a roots file, <c>.gkr</c>.</summary>
    public static void WriteRoots(Stream output, IEnumerable<byte[]> roots)
    {
        var writer = new GkuWriter(output);
        WriteRootEntries(writer, roots);
        writer.Finish();
    }

    /// <summary>Writes the whole file.</summary>
    public void Write(Stream output)
    {
        var writer = new GkuWriter(output);
        WriteRootEntries(writer, Roots);
        writer.Write(GkuNames.Timestamp, Timestamp);
        writer.Write(GkuNames.Snapshot(Snapshot.Version), Snapshot.Bytes);
        writer.Write(GkuNames.Targets(Targets.Version), Targets.Bytes);
        writer.Write(GkuNames.Release(Sha256(Release.Bytes), Release.Path), Release.Bytes);
        foreach (PayloadContent payload in Payloads)
        {
            writer.Write(GkuNames.Chunks(Sha256(payload.Table.Bytes.Span), payload.Part), payload.Table.Bytes.Span);
        }

        if (Sbom is not null)
        {
            writer.Write(GkuNames.Sbom(Sha256(Sbom)), Sbom);
        }

        foreach (PayloadContent payload in Payloads)
        {
            using Stream stored = payload.OpenStored();
            writer.Write(GkuNames.Payload(payload.Part), stored, payload.Table.StoredLength);
        }

        writer.Finish();
    }

    private static void WriteRootEntries(GkuWriter writer, IEnumerable<byte[]> roots)
    {
        int version = 0;
        foreach (byte[] root in roots)
        {
            writer.Write(GkuNames.Root(++version), root);
        }
    }

    private static string Sha256(ReadOnlySpan<byte> bytes) => Hex.Of(SHA256.HashData(bytes));
}
