using System.Collections.Immutable;
using System.Security.Cryptography;
using Gatekeeper.Release;

namespace Gatekeeper.Signing.Metadata;

/// <summary>The metadata of a release: roots, the three files that are signed for it, and the release document they vouch for.</summary>
internal sealed class ReleaseSigning
{
    private readonly ReleaseHead _head;

    private ReleaseSigning(ReleaseHead head, string path)
    {
        _head = head;
        Roots = RootChain.Of(head.Roots.Select((r, i) => ($"root {i + 1} in {path}", RootFile.Read(r.Span))));
        RootMetadata newest = Roots.Newest.Root;
        Timestamp = new RoleSigning("timestamp", SignedMetadata.Parse(head.Timestamp.Span), Roots.Names, newest.Timestamp);
        Snapshot = new RoleSigning("snapshot", SignedMetadata.Parse(head.Snapshot.Span), Roots.Names, newest.Snapshot);
        Targets = new RoleSigning("targets", SignedMetadata.Parse(head.Targets.Span), Roots.Names, newest.Targets);
        TimestampMetadata = TimestampMetadata.Parse(Timestamp.Metadata.Signed);
        SnapshotMetadata = SnapshotMetadata.Parse(Snapshot.Metadata.Signed);
        TargetsMetadata = TargetsMetadata.Parse(Targets.Metadata.Signed);
        Document = ReleaseDocument.Parse(head.Release.Span);
        Digest = Convert.ToHexStringLower(SHA256.HashData(head.Release.Span));

        // Who signs reads product and version from the document and signs the targets: they must speak of the same release.
        if (!TargetsMetadata.Targets.TryGetValue(DocumentPath, out TargetFile? target) || target.Sha256 != Digest)
        {
            throw new ToolException(ExitCode.Input, $"{path} holds a release document that its targets do not name", "give the file that release build wrote");
        }

        if (TimestampMetadata.Snapshot.Version != SnapshotMetadata.Version || SnapshotMetadata.Targets.Version != TargetsMetadata.Version)
        {
            throw new ToolException(ExitCode.Input, $"{path} holds timestamp, snapshot and targets that do not belong together", "give the file that release build wrote");
        }
    }

    /// <summary>Its roots, each checked against the one before.</summary>
    internal RootChain Roots { get; }

    /// <summary>The timestamp's signatures.</summary>
    internal RoleSigning Timestamp { get; }

    /// <summary>The snapshot's signatures.</summary>
    internal RoleSigning Snapshot { get; }

    /// <summary>The targets' signatures.</summary>
    internal RoleSigning Targets { get; }

    /// <summary>The roles a release is signed for, in the order of the file.</summary>
    internal ImmutableArray<RoleSigning> Roles => [Timestamp, Snapshot, Targets];

    /// <summary>What the timestamp says.</summary>
    internal TimestampMetadata TimestampMetadata { get; }

    /// <summary>What the snapshot says.</summary>
    internal SnapshotMetadata SnapshotMetadata { get; }

    /// <summary>What the targets say.</summary>
    internal TargetsMetadata TargetsMetadata { get; }

    /// <summary>The release document.</summary>
    internal ReleaseDocument Document { get; }

    /// <summary>The release document's bytes.</summary>
    internal ReadOnlySpan<byte> DocumentBytes => _head.Release.Span;

    /// <summary>The release document's path among the targets.</summary>
    internal string DocumentPath => _head.ReleaseName[(_head.ReleaseName.IndexOf('.', StringComparison.Ordinal) + 1)..];

    /// <summary>SHA-256 of the release document, lower-case hex: the release's identity.</summary>
    internal string Digest { get; }

    /// <summary>What of it ends when.</summary>
    internal IReadOnlyList<(string What, long Expires)> Expiries =>
    [
        ($"root {Roots.Newest.Root.Version}", Roots.Newest.Root.Expires),
        ("the timestamp", TimestampMetadata.Expires),
        ("the snapshot", SnapshotMetadata.Expires),
        ("the targets", TargetsMetadata.Expires),
    ];

    /// <summary>Reads what a head says.</summary>
    /// <exception cref="ToolException">It is no whole release, or its parts do not belong together.</exception>
    internal static ReleaseSigning Of(ReleaseHead head, string path)
    {
        if ((head.RootsOnly ? "it holds roots only" : head.Fault?.Detail) is { } fault)
        {
            throw new ToolException(ExitCode.Input, $"{path} is not a whole release: {fault}", "give the file that release build wrote");
        }

        return new ReleaseSigning(head, path);
    }

    /// <summary>Writes roots and metadata with the signatures they have now.</summary>
    internal void WriteMetadata(GkuWriter writer)
    {
        foreach (RootFile root in Roots.Roots)
        {
            writer.Write(GkuNames.Root(root.Root.Version), root.Bytes);
        }

        writer.Write(GkuNames.Timestamp, Timestamp.Encode());
        writer.Write(GkuNames.Snapshot(SnapshotMetadata.Version), Snapshot.Encode());
        writer.Write(GkuNames.Targets(TargetsMetadata.Version), Targets.Encode());
    }

    /// <summary>Writes the release document.</summary>
    internal void WriteDocument(GkuWriter writer) => writer.Write(GkuNames.Release(Digest, DocumentPath), DocumentBytes);
}
