using System.Collections.Immutable;
using Gatekeeper.Release;

namespace Gatekeeper.Update;

/// <summary>The only two ways in which trust moves (I08).</summary>
public static class TrustMove
{
    /// <summary>A newer root is taken at once, whatever becomes of its release.</summary>
    /// <param name="now">The state that is kept.</param>
    /// <param name="next">The same with the newer root, as the verifier made it: root, versions that TUF 1.0.34 §5.3.11 resets, ratchet.</param>
    public static TrustState ToRoot(TrustState now, TrustState next)
    {
        ArgumentNullException.ThrowIfNull(now);
        ArgumentNullException.ThrowIfNull(next);
        return next.RootVersion > now.RootVersion ? next with { Floor = Max(now.Floor, next.Floor) } : now;
    }

    /// <summary>What is kept once a release is confirmed.</summary>
    /// <param name="now">The state that is kept, perhaps with a root that came after the install.</param>
    /// <param name="atKeep">The state that the verifier computed at the install.</param>
    public static TrustState ToConfirmed(TrustState now, TrustState atKeep)
    {
        ArgumentNullException.ThrowIfNull(now);
        ArgumentNullException.ThrowIfNull(atKeep);
        if (atKeep.RootVersion < now.RootVersion)
        {
            // A root that came meanwhile may have reset the versions on purpose (TUF 1.0.34 §5.3.11): only the floor is taken over.
            return now with { Floor = Max(now.Floor, atKeep.Floor) };
        }

        bool sameRoot = atKeep.RootVersion == now.RootVersion;
        return atKeep with
        {
            Floor = Max(now.Floor, atKeep.Floor),
            TimestampVersion = sameRoot ? Math.Max(now.TimestampVersion, atKeep.TimestampVersion) : atKeep.TimestampVersion,
            SnapshotVersion = sameRoot ? Math.Max(now.SnapshotVersion, atKeep.SnapshotVersion) : atKeep.SnapshotVersion,
            TargetsVersion = sameRoot ? Math.Max(now.TargetsVersion, atKeep.TargetsVersion) : atKeep.TargetsVersion,
            DelegatedVersions = sameRoot ? Highest(now.DelegatedVersions, atKeep.DelegatedVersions) : atKeep.DelegatedVersions,
            Ratchet = sameRoot ? Math.Max(now.Ratchet, atKeep.Ratchet) : atKeep.Ratchet,
        };
    }

    // Delegated roles of both, each with the higher version: nothing that was seen is forgotten under one root.
    private static ImmutableSortedDictionary<string, long>? Highest(ImmutableSortedDictionary<string, long>? now, ImmutableSortedDictionary<string, long>? atKeep)
    {
        if (now is null || atKeep is null)
        {
            return now ?? atKeep;
        }

        return now.Concat(atKeep).GroupBy(r => r.Key, StringComparer.Ordinal).ToImmutableSortedDictionary(r => r.Key, r => r.Max(v => v.Value), StringComparer.Ordinal);
    }

    private static ReleaseVersion Max(ReleaseVersion left, ReleaseVersion right) => left > right ? left : right;
}
