namespace Gatekeeper.Release.Tuf;

/// <summary>
/// The search for one target through a repository's delegated roles (TUF 1.0.34 §5.6.7). While <see cref="Next"/> names a role, fetch it and hand it to
/// <see cref="Take"/>; then <see cref="Found"/> has the target, or there is none. A refusal ends the search.
/// </summary>
public sealed class TargetSearch
{
    private readonly DelegationWalk walk;
    private readonly SnapshotMetadata snapshot;
    private readonly long now;
    private DelegatedRole? current;

    internal TargetSearch(string targetPath, SnapshotMetadata snapshot, TargetsMetadata targets, long now)
    {
        (this.snapshot, this.now) = (snapshot, now);
        walk = new DelegationWalk(targetPath, targets, Limits.MaxRepositoryRoles);
    }

    /// <summary>The target, or null while it was not found.</summary>
    public TargetFile? Found => walk.Found;

    /// <summary>Whether kept bytes may be the file that the snapshot names, so that it need not be fetched. <see cref="Take"/> checks all of it.</summary>
    public static bool IsFile(ReadOnlySpan<byte> kept, MetaFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        try
        {
            return file.Matches(kept) && TargetsMetadata.Parse(SignedMetadata.Parse(kept, TufProfile.Repository).Signed, TufProfile.Repository).Version == file.Version;
        }
        catch (RefusedException)
        {
            return false;
        }
    }

    /// <summary>The role to read next, and what the snapshot says of its file; null when the search is over.</summary>
    /// <exception cref="RefusedException"><see cref="Refusal.MetadataMismatch"/>: a role that the snapshot does not list.</exception>
    public (string Role, MetaFile File)? Next()
    {
        current = walk.Next();
        return current is null ? null
            : snapshot.Of(current.Name) is MetaFile file ? (current.Name, file)
            : throw new RefusedException(Refusal.MetadataMismatch, "a delegated role is not in the snapshot");
    }

    /// <summary>Verifies the role that <see cref="Next"/> named with the keys of the delegation that led to it here, whoever else vouched for it in an earlier search, and looks into it.</summary>
    /// <exception cref="RefusedException">It is not the file that the snapshot names, not signed, or past its date.</exception>
    public void Take(ReadOnlySpan<byte> file)
    {
        DelegatedRole role = current ?? throw new InvalidOperationException("no role was asked for");
        TargetsMetadata targets = TufRules.Targets(file, snapshot.Of(role.Name)!, role.Keys, "delegated role", TufProfile.Repository);
        RepositoryTrust.RequireFresh(targets.Expires, now, "delegated role");
        walk.Look(targets);
    }
}
