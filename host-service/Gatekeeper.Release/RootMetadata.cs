using System.Collections.Immutable;
using System.Globalization;
using Gatekeeper.Release.Tuf;

namespace Gatekeeper.Release;

/// <summary>Who may sign for one role and how many of them must.</summary>
/// <param name="Keys">The role's keys.</param>
/// <param name="Threshold">Distinct public keys that must sign, 1 or more.</param>
public sealed record RoleKeys(ImmutableArray<TufKey> Keys, int Threshold)
{
    /// <summary>Reads <c>keyids</c> and <c>threshold</c> of a role.</summary>
    /// <param name="role">The role's object.</param>
    /// <param name="keys">The keys that the same document has, by id.</param>
    /// <param name="profile">A repository may name ids that it has no key for, or more signatures than there are keys: then the role just cannot be met.</param>
    internal static RoleKeys Parse(JsonFields role, Dictionary<string, TufKey> keys, TufProfile profile)
    {
        bool strict = profile == TufProfile.Device;
        ImmutableArray<TufKey>.Builder found = ImmutableArray.CreateBuilder<TufKey>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (string keyId in role.Texts("keyids"))
        {
            TufKey? key = null;
            bool good = seen.Add(keyId) && keys.TryGetValue(keyId, out key);
            if (good)
            {
                found.Add(key!);
            }
            else if (strict)
            {
                throw role.Bad("keyids", "known key ids, each once");
            }
        }

        if (found.Count > Limits.MaxRoleKeys)
        {
            throw role.Bad("keyids", "at most MaxRoleKeys");
        }

        // Distinct public keys, not ids: one key under two ids is one person.
        long threshold = role.Integer("threshold", 1, CanonicalJson.MaxInteger);
        if (strict && threshold > SignatureRule.Distinct(found))
        {
            throw role.Bad("threshold", "at most the number of distinct keys");
        }

        return new RoleKeys(found.ToImmutable(), (int)Math.Min(threshold, int.MaxValue));
    }

    /// <summary>Reads the <c>keys</c> of a document, by id.</summary>
    internal static Dictionary<string, TufKey> ParseKeys(JsonFields keys, TufProfile profile) =>
        keys.Members.ToDictionary(m => m.Key, m => TufKey.Parse(m.Key, m.Value, profile), StringComparer.Ordinal);
}

/// <summary>The signed part of <c>N.root.json</c> (TUF 1.0.34 §4.3): the keys of every top-level role.</summary>
public sealed record RootMetadata
{
    /// <summary>The member that is ours. TUF (1.0.34 §4.2) lets tools ignore members they do not know, and the four standard roles stay four.</summary>
    private const string Own = "x-gatekeeper";

    /// <summary>1 to <see cref="Limits.MaxRoots"/>.</summary>
    public required int Version { get; init; }

    /// <summary>Seconds since 1970-01-01 UTC.</summary>
    public required long Expires { get; init; }

    /// <summary>Whether file names carry versions and hashes (TUF 1.0.34 §6.2); in a release file always.</summary>
    public bool ConsistentSnapshot { get; init; } = true;

    /// <summary>Who may sign the next root.</summary>
    public required RoleKeys Root { get; init; }

    /// <summary>Who signs <c>timestamp.json</c>.</summary>
    public required RoleKeys Timestamp { get; init; }

    /// <summary>Who signs <c>snapshot.json</c>.</summary>
    public required RoleKeys Snapshot { get; init; }

    /// <summary>Who signs <c>targets.json</c>.</summary>
    public required RoleKeys Targets { get; init; }

    /// <summary>Who signs permits (FORMAT.md §8); null when the root names nobody, and then no permit is accepted.</summary>
    public RoleKeys? Permit { get; init; }

    /// <summary>The bytes to sign.</summary>
    public byte[] Encode()
    {
        RoleKeys[] roles = [Root, Timestamp, Snapshot, Targets, .. Permit is null ? [] : new[] { Permit }];
        IEnumerable<(string, JsonValue)> keys = roles.SelectMany(r => r.Keys).DistinctBy(k => k.KeyId).Select(k => (k.KeyId, (JsonValue)k.Form));
        return CanonicalJson.Write(new JsonObject(
            [
                ..TufDocument.Head("root", Version, Expires),
                ("consistent_snapshot", JsonLiteral.True),
                ("keys", new JsonObject(keys)),
                ("roles", new JsonObject(
                    ("root", Role(Root)),
                    ("snapshot", Role(Snapshot)),
                    ("targets", Role(Targets)),
                    ("timestamp", Role(Timestamp)))),
                .. Permit is null ? [] : new (string, JsonValue)[] { (Own, new JsonObject(("permit", Role(Permit)))) },
            ]));
    }

    /// <summary>Reads the signed part. It is a claim until signatures were counted.</summary>
    /// <exception cref="RefusedException">It breaks a rule of FORMAT.md §4.</exception>
    public static RootMetadata Parse(JsonObject signed) => Parse(signed, TufProfile.Device);

    /// <summary>Reads the signed part as <paramref name="profile"/> has it.</summary>
    internal static RootMetadata Parse(JsonObject signed, TufProfile profile)
    {
        bool strict = profile == TufProfile.Device;
        (JsonFields root, long version, long expires) = TufDocument.Open(signed, "root", strict ? Limits.MaxRoots : int.MaxValue - 1, profile);
        bool consistent = signed["consistent_snapshot"] == JsonLiteral.True;
        if (strict && !consistent)
        {
            throw root.Bad("consistent_snapshot", "true");
        }

        Dictionary<string, TufKey> keys = RoleKeys.ParseKeys(root.Object("keys"), profile);
        JsonFields roles = root.Object("roles");
        return new RootMetadata
        {
            Version = (int)version,
            Expires = expires,
            ConsistentSnapshot = consistent,
            Root = RoleKeys.Parse(roles.Object("root"), keys, profile),
            Timestamp = RoleKeys.Parse(roles.Object("timestamp"), keys, profile),
            Snapshot = RoleKeys.Parse(roles.Object("snapshot"), keys, profile),
            Targets = RoleKeys.Parse(roles.Object("targets"), keys, profile),
            Permit = profile == TufProfile.Device && root.Has(Own) && root.Object(Own) is var own && own.Has("permit") ? RoleKeys.Parse(own.Object("permit"), keys, profile) : null,
        };
    }

    /// <summary>Whether a reader that knows only these key types could ever see each role signed .</summary>
    internal bool IsUsable()
    {
        RoleKeys[] roles = [Root, Timestamp, Snapshot, Targets];
        return roles.All(r => SignatureRule.Distinct(r.Keys.Where(k => k.IsKnown)) >= r.Threshold);
    }

    private static JsonObject Role(RoleKeys role) => new(
        ("keyids", new JsonArray(role.Keys.Select(k => new JsonString(k.KeyId)))),
        ("threshold", new JsonInteger(role.Threshold)));
}

/// <summary>What the signed parts of all four roles begin with (TUF 1.0.34 §4.2.1).</summary>
internal static class TufDocument
{
    /// <summary>The specification version we write.</summary>
    public const string SpecVersion = "1.0.34";

    public static (string, JsonValue)[] Head(string type, long version, long expires) =>
    [
        ("_type", new JsonString(type)),
        ("expires", new JsonString(TufTime.Format(expires))),
        ("spec_version", new JsonString(SpecVersion)),
        ("version", new JsonInteger(version)),
    ];

    /// <summary>Checks type and specification version, reads version and expiry.</summary>
    public static (JsonFields Fields, long Version, long Expires) Open(JsonObject signed, string type, long maxVersion, TufProfile profile)
    {
        JsonFields fields = JsonFields.Of(signed, type);
        if (fields.Text("_type") != type)
        {
            throw fields.Bad("_type", "the name of its role");
        }

        bool strict = profile == TufProfile.Device;
        string specification = fields.Text("spec_version");
        if (!(strict ? IsSupported(specification) : specification == "1" || specification.StartsWith("1.", StringComparison.Ordinal)))
        {
            throw fields.Bad("spec_version", strict ? "1.0 or 1.0.N" : "1 in its first part");
        }

        return (fields, fields.Integer("version", 1, maxVersion), fields.Time("expires", anyForm: !strict));
    }

    // TUF 1.0.34 §4.3: a client must refuse another major version; a minor version does not exist yet.
    private static bool IsSupported(string version) =>
        version == "1.0" || (version.StartsWith("1.0.", StringComparison.Ordinal) && version.Length <= 8
            && ushort.TryParse(version.AsSpan(4), NumberStyles.None, CultureInfo.InvariantCulture, out _));
}
