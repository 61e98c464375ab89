using Gatekeeper.Release;

namespace Gatekeeper.Signing.Metadata;

/// <summary>What a root changes, for people who are about to vouch for it: who comes and goes, thresholds before and after, what devices then stop accepting.</summary>
internal static class RootWords
{
    /// <summary>The words for a root behind these.</summary>
    internal static IReadOnlyList<string> Of(RootChain before, RootFile file)
    {
        KeyNames names = KeyNames.Of(file.Metadata.Signed, before.Names);
        RootFile? older = before.Roots.LastOrDefault();
        var lines = new List<string>
        {
            older is null ? "root 1, the first: what devices are built with" : $"root {file.Root.Version}, to follow root {older.Root.Version}",
            $"  expires    {TufTime.Format(file.Root.Expires)}{(older is null || older.Root.Expires == file.Root.Expires ? "" : $", was {TufTime.Format(older.Root.Expires)}")}",
        };
        foreach ((string name, RoleKeys role) in RootRoles.Of(file))
        {
            lines.Add($"  {name,-10} {role.Threshold} of {names.Words(role.Keys)}");
            if (older is not null && RootRoles.Find(older, name) is { } was && !Same(was, role))
            {
                lines.Add($"  {"",-10} was {was.Threshold} of {names.Words(was.Keys)}");
            }
        }

        if (older is not null)
        {
            Compare(lines, names, older, file);
        }

        return lines;
    }

    private static void Compare(List<string> lines, KeyNames names, RootFile older, RootFile newer)
    {
        (string Name, RoleKeys Role)[] was = [.. RootRoles.Of(older)];
        (string Name, RoleKeys Role)[] now = [.. RootRoles.Of(newer)];
        lines.AddRange(Only(now, was).Select(k => $"  comes      {names.Word(k.KeyId)}, {k.Scheme}: {RolesOf(now, k)}"));
        lines.AddRange(Only(was, now).Select(k => $"  goes       {names.Word(k.KeyId)}, {k.Scheme}: {RolesOf(was, k)}"));
        KeyNames oldNames = KeyNames.Of(older.Metadata.Signed);
        KeyNames newNames = KeyNames.Of(newer.Metadata.Signed);
        lines.AddRange(now.SelectMany(r => r.Role.Keys).DistinctBy(k => k.KeyId)
            .Where(k => oldNames.Of(k.KeyId) is { } old && old != newNames.Of(k.KeyId))
            .Select(k => $"  renamed    {oldNames.Word(k.KeyId)} is now {newNames.Of(k.KeyId) ?? "without a name"}"));
        // A key that goes because it was lost cannot sign any more; then this root can never be followed.
        TufKey[] stay = [.. older.Root.Root.Keys.Where(k => now.Any(r => r.Role.Keys.Any(n => n.Identity == k.Identity)))];
        if (SignatureRule.Distinct(stay.Where(k => k.IsKnown)) < older.Root.Root.Threshold)
        {
            TufKey[] leaving = [.. older.Root.Root.Keys.Except(stay)];
            lines.Add($"  needs      a signature of {names.Words(leaving)}: those who stay are fewer than root {older.Root.Version} asks for");
        }

        lines.AddRange(OtherMembers(older, newer).Select(m => $"  changed    {KeyNames.Printable(m)}, which this tool does not know"));
        lines.Add("  devices that have it stop accepting");
        string[] losses = [.. Losses(names, was, now, older, newer)];
        lines.AddRange(losses.Length == 0 ? ["    nothing that they accept now"] : losses.Select(l => "    " + l));
    }

    private static IEnumerable<string> Losses(KeyNames names, (string Name, RoleKeys Role)[] was, (string Name, RoleKeys Role)[] now, RootFile older, RootFile newer)
    {
        foreach ((string name, RoleKeys role) in was)
        {
            RoleKeys? next = now.FirstOrDefault(n => n.Name == name).Role;
            string things = name == RootRoles.Root ? $"a root {newer.Root.Version + 1}" : name == RootRoles.Permit ? "permits" : "releases";
            if (next is null)
            {
                yield return $"{things} signed for {name}: nobody may sign for it any more";
                continue;
            }

            // FORMAT.md R-38: a signer that is not of the role refuses the file.
            TufKey[] gone = [.. role.Keys.Where(k => next.Keys.All(n => n.Identity != k.Identity))];
            if (gone.Length > 0)
            {
                yield return $"{things} that {names.Words(gone)} signed for {name}, even where others signed too";
            }

            if (next.Threshold > role.Threshold)
            {
                yield return $"{things} with fewer than {next.Threshold} signatures for {name}";
            }
        }

        if (Lost(older.Root.Timestamp, newer.Root.Timestamp) || Lost(older.Root.Snapshot, newer.Root.Snapshot))
        {
            yield return "no metadata for its version alone: what they confirmed before is forgotten, versions may begin anew"; // FORMAT.md R-49
        }
    }

    private static bool Lost(RoleKeys older, RoleKeys newer) => older.Keys.Any(o => newer.Keys.All(n => n.Identity != o.Identity));

    private static IEnumerable<TufKey> Only((string Name, RoleKeys Role)[] these, (string Name, RoleKeys Role)[] notThese) =>
        these.SelectMany(r => r.Role.Keys).DistinctBy(k => k.Identity).Where(k => notThese.All(r => r.Role.Keys.All(n => n.Identity != k.Identity)));

    private static string RolesOf((string Name, RoleKeys Role)[] roles, TufKey key) =>
        string.Join(", ", roles.Where(r => r.Role.Keys.Any(k => k.Identity == key.Identity)).Select(r => r.Name));

    private static bool Same(RoleKeys a, RoleKeys b) =>
        a.Threshold == b.Threshold && a.Keys.Select(k => k.KeyId).Order(StringComparer.Ordinal).SequenceEqual(b.Keys.Select(k => k.KeyId).Order(StringComparer.Ordinal));

    // Members of the signed part that no line above speaks of.
    private static IEnumerable<string> OtherMembers(RootFile older, RootFile newer)
    {
        string[] spoken = ["version", "expires", "keys", "roles", KeyNames.Member, RootRoles.Own];
        return older.Metadata.Signed.Members.Keys.Union(newer.Metadata.Signed.Members.Keys).Except(spoken).Order(StringComparer.Ordinal)
            .Where(m => !Bytes(older.Metadata.Signed[m]).SequenceEqual(Bytes(newer.Metadata.Signed[m])));
    }

    private static byte[] Bytes(JsonValue? value) => value is null ? [] : CanonicalJson.Write(value);
}
