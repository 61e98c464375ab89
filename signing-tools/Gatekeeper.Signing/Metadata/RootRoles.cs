using System.Collections.Immutable;
using Gatekeeper.Release;

namespace Gatekeeper.Signing.Metadata;

/// <summary>The roles of a root, in the order in which they are shown. The one place that lists them and knows where in the signed part they stand.</summary>
internal static class RootRoles
{
    /// <summary>The role that signs roots.</summary>
    internal const string Root = "root";

    /// <summary>The role that signs permits; not every root has it.</summary>
    internal const string Permit = "permit";

    /// <summary>The member that holds what only our readers know.</summary>
    internal const string Own = "x-gatekeeper";

    /// <summary>The roles every root has.</summary>
    internal static readonly ImmutableArray<string> TopLevel = [Root, "timestamp", "snapshot", "targets"];

    /// <summary>All roles of a root.</summary>
    internal static IEnumerable<(string Name, RoleKeys Role)> Of(RootFile file)
    {
        yield return (Root, file.Root.Root);
        yield return ("timestamp", file.Root.Timestamp);
        yield return ("snapshot", file.Root.Snapshot);
        yield return ("targets", file.Root.Targets);
        if (file.Root.Permit is { } permit)
        {
            yield return (Permit, permit);
        }
    }

    /// <summary>A role by its name, or null.</summary>
    internal static RoleKeys? Find(RootFile file, string name) => Of(file).FirstOrDefault(r => r.Name == name).Role;

    /// <summary>The object of a role in a signed part, or null.</summary>
    internal static JsonObject? FormOf(JsonObject signed, string name) =>
        (name == Permit ? signed[Own] as JsonObject : signed["roles"] as JsonObject)?[name] as JsonObject;
}
