namespace Gatekeeper.Release.Tuf;

/// <summary>
/// The search for a target through targets roles (TUF 1.0.34 §5.6.7): pre-order, depth first, each role once, at most so many. Ask
/// <see cref="Next"/> which role is to be read, read and verify it, let <see cref="Look"/> look into it, until one of them ends the search. Which roles
/// come, and in which order, follows from verified metadata and the path alone.
/// </summary>
internal sealed class DelegationWalk
{
    private readonly string targetPath;
    private readonly int maxRoles;
    private readonly Stack<DelegatedRole> pending = new();
    private readonly HashSet<string> visited = new(StringComparer.Ordinal);

    /// <summary>Begins with the top-level targets.</summary>
    /// <param name="targetPath">What is looked for, at most <see cref="Limits.MaxTargetPathChars"/>.</param>
    /// <param name="targets">The verified top-level targets.</param>
    /// <param name="maxRoles">Delegated roles that are read at most.</param>
    public DelegationWalk(string targetPath, TargetsMetadata targets, int maxRoles)
    {
        this.targetPath = targetPath;
        this.maxRoles = maxRoles;
        if (targetPath.Length <= Limits.MaxTargetPathChars)
        {
            Look(targets);
        }
    }

    /// <summary>The target, once it was found.</summary>
    public TargetFile? Found { get; private set; }

    /// <summary>The next role to read, or null when the search is over.</summary>
    public DelegatedRole? Next()
    {
        while (Found is null && visited.Count < maxRoles && pending.TryPop(out DelegatedRole? role))
        {
            if (visited.Add(role.Name))
            {
                return role;
            }
        }

        return null;
    }

    /// <summary>Looks into the role that <see cref="Next"/> named.</summary>
    /// <param name="role">Its metadata, verified with the keys of the delegation that led to it.</param>
    public void Look(TargetsMetadata role)
    {
        Found = role.Targets.GetValueOrDefault(targetPath);
        if (Found is not null || role.Delegations is null)
        {
            return;
        }

        var matching = new List<DelegatedRole>();
        foreach (DelegatedRole next in role.Delegations.For(targetPath))
        {
            matching.Add(next);
            if (next.Terminating)
            {
                // What is not found below it is looked for nowhere else: neither in later delegations of this role nor of those above.
                pending.Clear();
                break;
            }
        }

        matching.Reverse();
        matching.ForEach(pending.Push);
    }
}
