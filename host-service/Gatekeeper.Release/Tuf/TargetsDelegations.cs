using System.Collections.Immutable;
using System.Globalization;

namespace Gatekeeper.Release.Tuf;

/// <summary>Whom a targets role delegates to (TUF 1.0.34 §4.5, DELEGATIONS).</summary>
/// <param name="Roles">The roles in order, the most trusted first.</param>
public sealed record TargetsDelegations(ImmutableArray<DelegatedRole> Roles)
{
    private static readonly string[] TopLevel = ["root", "timestamp", "snapshot", "targets"];

    /// <summary>Hash bins that are described by a number instead of one by one, or null. No part of the specification (TAP 15); repositories with many targets have them.</summary>
    internal HashBins? Bins { get; private init; }

    /// <summary>Those that may name <paramref name="targetPath"/>, in order.</summary>
    internal IEnumerable<DelegatedRole> For(string targetPath) => Bins is HashBins bins ? [bins.Of(targetPath)] : Roles.Where(r => r.Covers(targetPath));

    internal JsonObject Encode() => new(
        ("keys", new JsonObject(Roles.SelectMany(r => r.Keys.Keys).DistinctBy(k => k.KeyId).Select(k => (k.KeyId, (JsonValue)k.Form)))),
        ("roles", new JsonArray(Roles.Select(r => r.Encode()))));

    internal static TargetsDelegations Parse(JsonFields delegations, TufProfile profile)
    {
        bool strict = profile == TufProfile.Device;
        Dictionary<string, TufKey> keys = RoleKeys.ParseKeys(delegations.Object("keys"), profile);
        if (!strict && !delegations.Has("roles") && delegations.Has("succinct_roles"))
        {
            return new TargetsDelegations([]) { Bins = HashBins.Parse(delegations.Object("succinct_roles"), keys) };
        }

        ImmutableArray<DelegatedRole> roles = [.. delegations.Array("roles").Items.Select(item => DelegatedRole.Parse(JsonFields.Of(item, "delegation"), keys, profile))];
        var names = new HashSet<string>(TopLevel, StringComparer.Ordinal);
        return roles.All(r => names.Add(r.Name)) && (!strict || roles.Length <= Limits.MaxDelegations)
            ? new TargetsDelegations(roles)
            : throw delegations.Bad("roles", "names that are no top-level role's, each once"); // R-101
    }
}

/// <summary>Hash bins by number (TAP 15): bin B of 2^bits has the targets whose SHA-256 begins with the bits of B, and is named PREFIX-B in hex.</summary>
internal sealed record HashBins(RoleKeys Keys, int Bits, string Prefix)
{
    /// <summary>The one bin of a target path. Nothing is looked for behind it: every path has its bin.</summary>
    public DelegatedRole Of(string targetPath)
    {
        uint bin = uint.Parse(DelegatedRole.PathHash(targetPath).AsSpan(0, 8), NumberStyles.HexNumber, CultureInfo.InvariantCulture) >> (32 - Bits);
        int digits = (Bits + 3) / 4;
        return new DelegatedRole($"{Prefix}-{bin.ToString($"x{digits}", CultureInfo.InvariantCulture)}", Keys, Terminating: true) { PathHashPrefixes = [""] };
    }

    public static HashBins Parse(JsonFields bins, Dictionary<string, TufKey> keys) =>
        new(RoleKeys.Parse(bins, keys, TufProfile.Repository), (int)bins.Integer("bit_length", 1, 32), bins.Text("name_prefix"));
}
