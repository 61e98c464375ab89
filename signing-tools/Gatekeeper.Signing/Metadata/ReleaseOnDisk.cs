using System.Text.Json.Nodes;
using Gatekeeper.Release;
using Gatekeeper.Signing.Keys;
using JsonArray = System.Text.Json.Nodes.JsonArray;

namespace Gatekeeper.Signing.Metadata;

/// <summary>A release file that is signed or looked at: its roles and who signed them. What it says is not trusted here; <c>verify</c> judges it as a device would.</summary>
internal sealed class ReleaseOnDisk : IDisposable
{
    private readonly FileSource _source;
    private readonly ReleaseHead _head;

    /// <summary>Opens a file.</summary>
    /// <exception cref="ToolException">Not a release file.</exception>
    internal ReleaseOnDisk(string path)
    {
        _source = new FileSource(path);
        try
        {
            _head = GkuReader.ReadHead(_source);
            if ((_head.RootsOnly ? "it holds roots only" : _head.Fault?.Detail) is { } fault)
            {
                throw new ToolException(ExitCode.Input, $"{path} is not a whole release: {fault}", "give the file that release build wrote");
            }

            Roots = [.. _head.Roots.Select(r => RootMetadata.Parse(SignedMetadata.Parse(r.Span).Signed))];
            RootMetadata newest = Roots[^1];
            Timestamp = new RoleSigning("timestamp", SignedMetadata.Parse(_head.Timestamp.Span), newest.Timestamp);
            Snapshot = new RoleSigning("snapshot", SignedMetadata.Parse(_head.Snapshot.Span), newest.Snapshot);
            Targets = new RoleSigning("targets", SignedMetadata.Parse(_head.Targets.Span), newest.Targets);
            TargetsMetadata = TargetsMetadata.Parse(SignedMetadata.Parse(_head.Targets.Span).Signed);
            Document = ReleaseDocument.Parse(_head.Release.Span);

            // Who signs reads product and version from the document and signs the targets: they must speak of the same release.
            if (!TargetsMetadata.Targets.Values.Any(t => t.Sha256 == Digest))
            {
                throw new ToolException(ExitCode.Input, $"{path} holds a release document that its targets do not name", "give the file that release build wrote");
            }
        }
        catch (RefusedException e)
        {
            _source.Dispose();
            throw new ToolException(ExitCode.Input, $"{path} is not a release: {e.Detail}", "give the file that release build wrote");
        }
        catch
        {
            _source.Dispose();
            throw;
        }
    }

    /// <summary>Its roots.</summary>
    internal IReadOnlyList<RootMetadata> Roots { get; }

    /// <summary>What its metadata names.</summary>
    internal TargetsMetadata TargetsMetadata { get; }

    /// <summary>The release document.</summary>
    internal ReleaseDocument Document { get; }

    /// <summary>SHA-256 of the release document, lower-case hex: the release's identity.</summary>
    internal string Digest => Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(_head.Release.Span));

    /// <summary>Bytes of the file, parts joined.</summary>
    internal long Length => _source.Length;

    /// <summary>The roles a release is signed for, in the order of the file.</summary>
    internal IReadOnlyList<RoleSigning> Roles => [Timestamp, Snapshot, Targets];

    /// <summary>Whether every role has its threshold.</summary>
    internal bool IsSigned => Roles.All(r => r.IsComplete);

    private RoleSigning Timestamp { get; }

    private RoleSigning Snapshot { get; }

    private RoleSigning Targets { get; }

    /// <summary>Adds each key's signature to every role it belongs to.</summary>
    internal void Sign(KeyRing ring)
    {
        foreach (RoleSigning role in Roles)
        {
            role.ShowTo(ring);
        }

        foreach ((_, SigningKey key) in ring.Keys)
        {
            foreach (ReadOnlyMemory<byte> root in _head.Roots)
            {
                key.Look(SignedMetadata.Parse(root.Span));
            }
        }

        RoleSigning.ExpectAllUsed(ring, [.. Roles.SelectMany(r => r.Add(ring))], "a release");
    }

    /// <summary>Writes the file with the signatures it has now; all behind the metadata is copied as it is.</summary>
    internal void Write(Stream output, Action<long> progress)
    {
        if (_source.Parts > 1)
        {
            throw new ToolException(ExitCode.Input, "a release in part files cannot be signed", "sign the one file that release build wrote; stick write makes the parts");
        }

        var writer = new GkuWriter(output);
        for (int i = 0; i < _head.Roots.Length; i++)
        {
            writer.Write(GkuNames.Root(i + 1), _head.Roots[i].Span);
        }

        long version = TargetsMetadata.Version;
        writer.Write(GkuNames.Timestamp, Timestamp.Encode());
        writer.Write(GkuNames.Snapshot(SnapshotVersion()), Snapshot.Encode());
        writer.Write(GkuNames.Targets(version), Targets.Encode());
        byte[] buffer = new byte[1 << 20];
        for (long at = EndOfMetadata(); at < _source.Length;)
        {
            Span<byte> piece = buffer.AsSpan(0, (int)Math.Min(buffer.Length, _source.Length - at));
            _source.ReadAt(at, piece);
            output.Write(piece);
            at += piece.Length;
            progress(piece.Length);
        }
    }

    /// <summary>Where the roles stand, for scripts.</summary>
    internal JsonArray RoleFacts() => new([.. Roles.Select(r => (JsonNode)r.Facts())]);

    /// <inheritdoc/>
    public void Dispose() => _source.Dispose();

    private long SnapshotVersion() => SnapshotMetadata.Parse(SignedMetadata.Parse(_head.Snapshot.Span).Signed).Version;

    private long EndOfMetadata()
    {
        IEnumerable<int> lengths = [.. _head.Roots.Select(r => r.Length), _head.Timestamp.Length, _head.Snapshot.Length, _head.Targets.Length];
        return lengths.Sum(l => (long)UstarHeader.BlockBytes + l + UstarHeader.Padding(l));
    }
}
