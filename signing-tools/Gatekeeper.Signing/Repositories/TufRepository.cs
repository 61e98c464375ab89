using System.Globalization;
using Gatekeeper.Release;
using Gatekeeper.Signing.Metadata;

namespace Gatekeeper.Signing.Repositories;

/// <summary>
/// A TUF repository that other tools made, on this machine: <c>metadata/N.root.json</c>, <c>metadata/timestamp.json</c>,
/// <c>metadata/V.snapshot.json</c>, <c>metadata/V.targets.json</c> (TUF 1.0.34 §3, consistent snapshots). Its files are written again
/// canonically. Signatures are over the canonical form of <c>signed</c>, so they stay valid.
/// </summary>
/// <param name="folder">Its folder.</param>
internal sealed class TufRepository(string folder)
{
    private const string Hint = "devices take a stricter TUF than most tools check: host-service/Gatekeeper.Release/FORMAT.md section 4";

    /// <summary>Signatures that were left out because a device would refuse the file for them, in words.</summary>
    internal List<string> LeftOut { get; } = [];

    /// <summary>All roots from 1 on, with the signatures that count.</summary>
    internal RootChain ReadRoots()
    {
        RootChain chain = RootChain.Empty;
        while (chain.Roots.Length < Limits.MaxRoots && Find($"{chain.Roots.Length + 1}.root.json") is { } file)
        {
            RootFile root = Meant(file, () => RootFile.Read(Read(file)));
            RoleKeys[] roles = chain.Roots.Length == 0 ? [root.Root.Root] : [root.Root.Root, chain.Newest.Root.Root];
            RootFile kept = Meant(file, () => RootFile.Read(Keep(file, root.Metadata, roles)));
            chain = RootChain.Of([.. chain.Roots.Select(r => ("", r)), (file, kept)]);
        }

        return chain.Roots.Length > 0
            ? chain
            : throw new ToolException(ExitCode.Input, $"there is no metadata/1.root.json in {folder}", "give the folder of a TUF repository that keeps every root");
    }

    /// <summary>Timestamp, snapshot and targets under the newest root. Where timestamp or snapshot state length or hash of a file whose bytes are others now, they are made anew without that and without signatures.</summary>
    internal RepositoryRoles ReadRoles(RootMetadata root)
    {
        string timestampFile = Expect("timestamp.json");
        SignedMetadata timestamp = ReadRole(timestampFile, root.Timestamp);
        TimestampMetadata timestampMeaning = Meant(timestampFile, () => TimestampMetadata.Parse(timestamp.Signed));
        string snapshotFile = Expect(Invariant($"{timestampMeaning.Snapshot.Version}.snapshot.json"));
        SignedMetadata snapshot = ReadRole(snapshotFile, root.Snapshot);
        SnapshotMetadata snapshotMeaning = Meant(snapshotFile, () => SnapshotMetadata.Parse(snapshot.Signed));
        string targetsFile = Expect(Invariant($"{snapshotMeaning.Targets.Version}.targets.json"));
        SignedMetadata targets = ReadRole(targetsFile, root.Targets);
        TargetsMetadata targetsMeaning = Meant(targetsFile, () => TargetsMetadata.Parse(targets.Signed));
        if (targetsMeaning.Delegations is not null)
        {
            throw new ToolException(ExitCode.Input, $"{targetsFile} delegates to other roles, which devices do not follow", "let the top-level targets name the release");
        }

        bool targetsFixed = IsComplete(targets, root.Targets) && snapshotMeaning.Targets.Matches(Encode(targets));
        SignedMetadata newSnapshot = targetsFixed ? snapshot : WithoutHashes(snapshot);
        bool snapshotFixed = IsComplete(newSnapshot, root.Snapshot) && timestampMeaning.Snapshot.Matches(Encode(newSnapshot));
        return new RepositoryRoles(snapshotFixed ? timestamp : WithoutHashes(timestamp), newSnapshot, targets);
    }

    /// <summary>A metadata file, as bytes.</summary>
    internal static byte[] Encode(SignedMetadata metadata) => SignedMetadata.Encode(metadata.SignedBytes.AsSpan(), metadata.Signatures);

    // Hashes are over the bytes of the other tool's form. What states none is signed again only if it stated one.
    private static SignedMetadata WithoutHashes(SignedMetadata metadata)
    {
        var meta = (JsonObject)metadata.Signed["meta"]!;
        var bare = new JsonObject(meta.Members.Select(m => (m.Key, m.Value is JsonObject file
            ? new JsonObject(file.Members.Where(f => f.Key is not ("length" or "hashes")).Select(f => (f.Key, f.Value)))
            : m.Value)));
        byte[] signed = CanonicalJson.Write(new JsonObject([.. metadata.Signed.Members.Where(m => m.Key != "meta").Select(m => (m.Key, m.Value)), ("meta", bare)]));
        return signed.AsSpan().SequenceEqual(metadata.SignedBytes.AsSpan()) ? metadata : SignedMetadata.Parse(SignedMetadata.Encode(signed, []));
    }

    private static bool IsComplete(SignedMetadata metadata, RoleKeys role) => new Quorum("", role).Missing(metadata) == 0;

    private SignedMetadata ReadRole(string file, RoleKeys role)
    {
        SignedMetadata metadata = Meant(file, () => SignedMetadata.Parse(Read(file)));
        return SignedMetadata.Parse(Keep(file, metadata, [role]));
    }

    // Other tools pass over a signature that is not valid, or by a key that is not of the role; a device refuses the file (FORMAT.md R-37, R-38).
    private byte[] Keep(string file, SignedMetadata metadata, RoleKeys[] roles)
    {
        byte[] message = [.. metadata.SignedBytes];
        var parts = new HashSet<string>(StringComparer.Ordinal);
        var kept = new List<MetadataSignature>();
        foreach (MetadataSignature signature in metadata.Signatures)
        {
            TufKey? key = roles.SelectMany(r => r.Keys).FirstOrDefault(k => k.KeyId == signature.KeyId);
            if (key is not null && (!key.IsKnown || (key.Verify(message, signature.Value.AsSpan()) && key.Parts.All(parts.Add))))
            {
                kept.Add(signature);
            }
            else
            {
                LeftOut.Add($"{Path.GetFileName(file)}: a signature by {RoleSigning.Short(signature.KeyId)}, which {(key is null ? "is no key of the role" : "is not valid or there twice")}");
            }
        }

        return SignedMetadata.Encode(message, kept);
    }

    /// <summary>A file's bytes in canonical form, signatures sorted; placeholders without a signature (TUF 1.0.34 §4.2.1) are left out.</summary>
    private static byte[] Read(string file)
    {
        byte[] bytes = InputFile.ReadBytes(file, Limits.MaxMetadataBytes, "TUF metadata");
        var outer = StandardJson.Read(bytes) as JsonObject;
        if (outer?["signed"] is not JsonObject signed || outer["signatures"] is not JsonArray list)
        {
            throw new FormatException("it has no signed and signatures");
        }

        IEnumerable<MetadataSignature> signatures = list.Items.OfType<JsonObject>()
            .Select(s => (Id: (s["keyid"] as JsonString)?.Value ?? "", Sig: (s["sig"] as JsonString)?.Value ?? ""))
            .Where(s => s.Sig.Length > 0)
            .DistinctBy(s => s.Id)
            .Select(s => new MetadataSignature(s.Id, [.. Convert.FromHexString(s.Sig)]));
        return SignedMetadata.Encode(CanonicalJson.Write(signed), signatures);
    }

    private static T Meant<T>(string file, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is RefusedException or FormatException)
        {
            throw new ToolException(ExitCode.Input, $"{file} cannot be used: {(e is RefusedException refused ? refused.Detail : e.Message)}", Hint);
        }
    }

    private string Expect(string name) => Find(name) ?? throw new ToolException(ExitCode.Input, $"there is no {Path.Combine(folder, "metadata", name)}", "a repository with consistent snapshots has it");

    private string? Find(string name) => Path.Combine(folder, "metadata", name) is var file && File.Exists(file) ? file : null;

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

/// <summary>The three files under a root, as they go into a release.</summary>
/// <param name="Timestamp">The timestamp.</param>
/// <param name="Snapshot">The snapshot.</param>
/// <param name="Targets">The targets.</param>
internal sealed record RepositoryRoles(SignedMetadata Timestamp, SignedMetadata Snapshot, SignedMetadata Targets);
