using System.Collections.Immutable;
using Gatekeeper.Release.Tuf;

namespace Gatekeeper.Release;

/// <summary>What <see cref="Verifier.UpdateRoots"/> found.</summary>
/// <param name="Trust">The trust state with the newest root that the file leads to.</param>
/// <param name="Changed">True when that is a newer root: keep <paramref name="Trust"/> at once, whatever becomes of the release (I08).</param>
/// <param name="Stopped">Why a further root of the file was not taken, or null when there is none. For the audit log; <see cref="Verifier.Accept"/> refuses with it.</param>
public sealed record RootUpdate(TrustState Trust, bool Changed, RefusedException? Stopped);

/// <summary>
/// Decides whether a release may be trusted. Bytes, trust and facts in, a proof or a refusal out; no clock, no file, no log.
/// <code>
/// UpdateRoots   trusted root N → N+1 → ... (each signed by the thresholds of both)         TUF 1.0.34 §5.3
/// Accept        no newer root left over
///               timestamp → snapshot → targets: signature, version, "belongs together"      §5.4 to §5.6.6
///               delegated roles, depth first, to the one that names the release              §5.6.7
///               expiry, by policy                                     -- refusals up to here: class (b)
///               release document: hash → form → product, hardware, versions: class (c)
///               metadata older than what was confirmed, of a release that is not: class (b)
///               rest of the file: exactly what the document prescribes -- class (c)
/// </code>
/// </summary>
public static partial class Verifier
{
    private static readonly ImmutableSortedDictionary<string, long> NoRoles = ImmutableSortedDictionary<string, long>.Empty;

    /// <summary>Verifies everything but the payload's chunks. Reads from the head's source what lies behind the release document.</summary>
    /// <param name="head">The file's head.</param>
    /// <param name="trust">The trust state after <see cref="UpdateRoots"/>.</param>
    /// <param name="facts">What the release is judged against.</param>
    /// <exception cref="RefusedException">Class (b) before all four roles were verified, class (c) after.</exception>
    /// <exception cref="InvalidOperationException"><paramref name="head"/> holds roots only, or <paramref name="trust"/> is from before <see cref="UpdateRoots"/>.</exception>
    public static VerifiedRelease Accept(ReleaseHead head, TrustState trust, DeviceFacts facts)
    {
        RootUpdate roots = UpdateRoots(head, trust);
        if (roots.Changed || head.RootsOnly)
        {
            throw new InvalidOperationException(head.RootsOnly ? "a file of roots only brings no release" : "the roots of this file were not kept yet");
        }

        if ((roots.Stopped ?? head.Fault) is RefusedException fault)
        {
            throw new RefusedException(fault.Code, fault.Detail);
        }

        RoleMetadata roles = VerifyRoles(head, trust, TrustedRoot(trust));
        bool expired = TufRules.IsExpired(roles.Expires, facts.ReferenceTime);
        if (expired && facts.RefuseExpired)
        {
            throw new RefusedException(Refusal.MetadataExpired, "the metadata is past its date");
        }

        // All four roles are verified: from here on a refusal may be shown (I09 c).
        ReleaseDocument document = VerifyDocument(head, roles.Target, out string digest);
        var release = new ReleaseFacts(document.Product, document.Version, digest);
        Judge(document, release, trust, facts);

        // Last, so that an old stick is told "too old" and not met with silence; nothing gets past it.
        return roles.Rollback is RefusedException rollback && facts.PermittedDigest != digest
            ? throw rollback
            : new ReleaseBody(head, document, release).Verify(trust, roles, expired);
    }

    private static RoleMetadata VerifyRoles(ReleaseHead head, TrustState trust, RootMetadata root)
    {
        TimestampMetadata timestamp = TufRules.Timestamp(head.Timestamp.Span, root, TufProfile.Device);
        SnapshotMetadata snapshot = TufRules.Snapshot(head.Snapshot.Span, timestamp.Snapshot, root, TufProfile.Device);
        RequireName(head.SnapshotName == GkuNames.Snapshot(snapshot.Version), "snapshot: name");
        TargetsMetadata targets = TufRules.Targets(head.Targets.Span, snapshot.Targets, root.Targets, "targets", TufProfile.Device);
        RequireName(head.TargetsName == GkuNames.Targets(targets.Version), "targets: name");
        (TargetFile? target, long delegatedExpires) = Search(head, snapshot, targets);
        return new RoleMetadata(timestamp, snapshot, targets)
        {
            Target = target,
            Expires = new[] { root.Expires, timestamp.Expires, snapshot.Expires, targets.Expires, delegatedExpires }.Min(),
            Rollback = TufRules.Older(timestamp.Version, trust.TimestampVersion, "timestamp") // §5.4.3.1
                ?? TufRules.Older(snapshot.Version, trust.SnapshotVersion, "snapshot") // §5.4.3.2
                ?? TufRules.Older(targets.Version, trust.TargetsVersion, "targets") // §5.5.5
                ?? TufRules.OlderRoles(snapshot, trust.DelegatedVersions ?? NoRoles),
        };
    }

    /// <summary>Searches the target that the release document's entry is named after, through exactly the delegated roles that the file has. The name is a claim: it only chooses among what is signed.</summary>
    private static (TargetFile? Target, long Expires) Search(ReleaseHead head, SnapshotMetadata snapshot, TargetsMetadata targets)
    {
        var walk = new DelegationWalk(GkuNames.TargetPath(head.ReleaseName), targets, Limits.MaxDelegatedRoles);
        long expires = long.MaxValue;
        int used = 0;
        for (; walk.Next() is DelegatedRole role; used++)
        {
            MetaFile listed = snapshot.Of(role.Name) ?? throw new RefusedException(Refusal.MetadataMismatch, "delegated role: not in the snapshot");
            RequireName(used < head.Delegated.Count && head.Delegated[used].Name == GkuNames.Delegated(listed.Version, role.Name), "delegated role: missing or out of order");
            TargetsMetadata found = TufRules.Targets(head.Delegated[used].Bytes.Span, listed, role.Keys, "delegated role", TufProfile.Device);
            expires = Math.Min(expires, found.Expires);
            walk.Look(found);
        }

        RequireName(used == head.Delegated.Count, "delegated role: one too many");
        return (walk.Found, expires);
    }

    private static void RequireName(bool matches, string what)
    {
        if (!matches)
        {
            throw new RefusedException(Refusal.MetadataMismatch, what);
        }
    }
}

/// <summary>The three roles under the root, verified.</summary>
/// <param name="Timestamp">The timestamp.</param>
/// <param name="Snapshot">The snapshot.</param>
/// <param name="Targets">The targets.</param>
internal sealed record RoleMetadata(TimestampMetadata Timestamp, SnapshotMetadata Snapshot, TargetsMetadata Targets)
{
    /// <summary>What targets, or the delegated role that the search found, say of the release document; null when nobody names it.</summary>
    public required TargetFile? Target { get; init; }

    /// <summary>The earliest date of all roles.</summary>
    public required long Expires { get; init; }

    /// <summary>Set when a role is older than what was confirmed.</summary>
    public required RefusedException? Rollback { get; init; }
}
