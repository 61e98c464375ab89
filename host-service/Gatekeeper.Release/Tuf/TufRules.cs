namespace Gatekeeper.Release.Tuf;

/// <summary>
/// The checks of TUF 1.0.34 §5.3 to §5.6, one function each, used by both readers: <see cref="Verifier"/> for release files and
/// <see cref="RepositoryTrust"/> for ordinary repositories. Which spellings are taken is the profile's; what must hold is the same.
/// </summary>
internal static class TufRules
{
    /// <summary>A root that vouches for itself: the first one, which somebody trusted by other means (§5.2).</summary>
    public static RootMetadata FirstRoot(ReadOnlySpan<byte> file, TufProfile profile)
    {
        SignedMetadata signed = SignedMetadata.Parse(file, profile);
        RootMetadata root = ReadRoot(signed);
        SignatureRule.RequireThreshold(signed, root.Root, "root");
        if (root.Version == 1 && profile == TufProfile.Device)
        {
            SignatureRule.RequireNoOther(signed, "root", root.Root); // above 1, root N-1's people signed as well, and they are not known here
        }

        return root;
    }

    /// <summary>Root N+1 after root N (§5.3.4, §5.3.5): signed by the thresholds of both, its version exactly the next.</summary>
    public static RootMetadata NextRoot(ReadOnlySpan<byte> file, RootMetadata current, TufProfile profile)
    {
        SignedMetadata signed = SignedMetadata.Parse(file, profile);
        try
        {
            SignatureRule.RequireThreshold(signed, current.Root, "root");
        }
        catch (RefusedException fault)
        {
            throw new RefusedException(Refusal.RootUnknown, fault.Detail);
        }

        // Only now are the new root's own keys decoded: until here they are any stranger's bytes.
        RootMetadata newer = ReadRoot(signed);
        if (newer.Version != current.Version + 1)
        {
            throw new RefusedException(Refusal.RootUnknown, "root: its version is not the next one");
        }

        SignatureRule.RequireThreshold(signed, newer.Root, "root");
        if (profile == TufProfile.Device)
        {
            SignatureRule.RequireNoOther(signed, "root", current.Root, newer.Root);
        }

        return newer;
    }

    /// <summary>Whether a newer root takes a key away from the timestamp or the snapshot role (§5.3.11): whoever held it may have signed versions that nothing could follow, so the trusted ones are forgotten.</summary>
    public static bool IsRotated(RootMetadata older, RootMetadata newer) => LostKey(older.Timestamp, newer.Timestamp) || LostKey(older.Snapshot, newer.Snapshot);

    /// <summary>The timestamp, signed (§5.4.2).</summary>
    public static TimestampMetadata Timestamp(ReadOnlySpan<byte> file, RootMetadata root, TufProfile profile) =>
        TimestampMetadata.Parse(Signed(file, root.Timestamp, "timestamp", profile), profile);

    /// <summary>The snapshot that a timestamp names (§5.5.2 to §5.5.4): length and hashes, signatures, version.</summary>
    public static SnapshotMetadata Snapshot(ReadOnlySpan<byte> file, MetaFile stated, RootMetadata root, TufProfile profile)
    {
        Require(stated.Matches(file), "snapshot: length or hash");
        SnapshotMetadata snapshot = SnapshotMetadata.Parse(Signed(file, root.Snapshot, "snapshot", profile), profile);
        Require(snapshot.Version == stated.Version, "snapshot: version");
        return snapshot;
    }

    /// <summary>Targets that a snapshot names, top level or delegated (§5.6.2 to §5.6.4): length and hashes, signatures of those whom the root or the delegator names, version.</summary>
    public static TargetsMetadata Targets(ReadOnlySpan<byte> file, MetaFile stated, RoleKeys role, string name, TufProfile profile)
    {
        Require(stated.Matches(file), $"{name}: length or hash");
        TargetsMetadata targets = TargetsMetadata.Parse(Signed(file, role, name, profile), profile);
        Require(targets.Version == stated.Version, $"{name}: version");
        return targets;
    }

    /// <summary>Whether metadata is past its date at <paramref name="now"/>, in seconds since 1970-01-01 UTC (§5.3.10, §5.4.4, §5.5.6, §5.6.5: the date must be later).</summary>
    public static bool IsExpired(long expires, long now) => expires <= now;

    /// <summary>A refusal where <paramref name="version"/> is below what was trusted before (§5.4.3, §5.5.5), else null.</summary>
    public static RefusedException? Older(long version, long trusted, string what) =>
        version < trusted ? new RefusedException(Refusal.MetadataRollback, $"{what}: version {version}, trusted was {trusted}") : null;

    /// <summary>A refusal where a snapshot lists a targets role below the version that was trusted before, or no longer (§5.5.5), else null.</summary>
    /// <param name="snapshot">The new snapshot.</param>
    /// <param name="trusted">Delegated roles and their versions that were trusted before.</param>
    public static RefusedException? OlderRoles(SnapshotMetadata snapshot, IEnumerable<KeyValuePair<string, long>> trusted)
    {
        foreach ((string role, long version) in trusted)
        {
            if (snapshot.Of(role) is not MetaFile listed)
            {
                return new RefusedException(Refusal.MetadataRollback, "snapshot: a role is no longer listed");
            }

            if (Older(listed.Version, version, "a targets role") is RefusedException older)
            {
                return older;
            }
        }

        return null;
    }

    private static JsonObject Signed(ReadOnlySpan<byte> file, RoleKeys role, string name, TufProfile profile)
    {
        SignedMetadata metadata = SignedMetadata.Parse(file, profile);
        SignatureRule.Require(metadata, role, name);
        return metadata.Signed;
    }

    private static RootMetadata ReadRoot(SignedMetadata file)
    {
        RootMetadata root = RootMetadata.Parse(file.Signed, file.Profile);

        // A device could never go on from such a root; an ordinary client may be updated.
        return file.Profile == TufProfile.Repository || root.IsUsable()
            ? root
            : throw new RefusedException(Refusal.RootUnusable, "root: a role cannot be met with the key types this reader knows");
    }

    private static bool LostKey(RoleKeys older, RoleKeys newer) => older.Keys.Any(o => !newer.Keys.Any(n => n.Identity == o.Identity));

    private static void Require(bool matches, string what)
    {
        if (!matches)
        {
            throw new RefusedException(Refusal.MetadataMismatch, what);
        }
    }
}
