using System.Collections.Immutable;
using Gatekeeper.Release;
using Gatekeeper.Release.Tuf;

namespace Gatekeeper.Vectors;

/// <summary>How one delegation, and the role it leads to, is made.</summary>
/// <param name="name">The role.</param>
/// <param name="keys">Names of the keys that the delegator lets sign for it; all of them sign.</param>
public sealed class DelegatedPlan(string name, params string[] keys)
{
    /// <summary>The role.</summary>
    public string Name { get; } = name;

    /// <summary>Who delegates: <c>targets</c> or another delegated role.</summary>
    public string Delegator { get; set; } = "targets";

    /// <summary>Keys that must sign.</summary>
    public int Threshold { get; set; } = 1;

    /// <summary>Patterns of target paths.</summary>
    public string[] Paths { get; set; } = ["*"];

    /// <summary>Prefixes of the hashes of target paths, in place of <see cref="Paths"/>.</summary>
    public string[] HashPrefixes { get; set; } = [];

    /// <summary>Whether nothing behind it is searched.</summary>
    public bool Terminating { get; set; }

    /// <summary>Whether the role names the release document.</summary>
    public bool HoldsRelease { get; set; }

    /// <summary>Whether the role's file is in the archive, at its place in the list.</summary>
    public bool InArchive { get; set; } = true;

    /// <summary>Whether the snapshot lists the role.</summary>
    public bool InSnapshot { get; set; } = true;

    /// <summary>Version, date and signers of the role's file.</summary>
    public RolePlan File { get; } = new(keys);

    internal DelegatedRole Delegation => new(Name, new RoleKeys([.. keys.Select(k => TestKey.Of(k).Key)], Threshold), Terminating)
    {
        Paths = HashPrefixes.Length > 0 ? [] : [.. Paths],
        PathHashPrefixes = [.. HashPrefixes],
    };

    /// <summary>The roles that <paramref name="delegator"/> delegates to, in the order of the plans; null for none.</summary>
    internal static TargetsDelegations? Of(string delegator, IEnumerable<DelegatedPlan> plans)
    {
        ImmutableArray<DelegatedRole> roles = [.. plans.Where(p => p.Delegator == delegator).Select(p => p.Delegation)];
        return roles.IsEmpty ? null : new TargetsDelegations(roles);
    }
}
