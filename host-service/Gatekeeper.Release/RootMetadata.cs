using System.Collections.Immutable;
using System.Globalization;

namespace Gatekeeper.Release;

/// <summary>Who may sign for one role and how many of them must.</summary>
/// <param name="Keys">The role's keys.</param>
/// <param name="Threshold">Distinct public keys that must sign, 1 or more.</param>
public sealed record RoleKeys(ImmutableArray<TufKey> Keys, int Threshold);

/// <summary>The signed part of <c>N.root.json</c> (TUF 1.0.34 §4.3): the keys of every top-level role.</summary>
public sealed record RootMetadata
{
    /// <summary>The member that is ours. TUF (1.0.34 §4.2) lets tools ignore members they do not know, and the four standard roles stay four.</summary>
    private const string Own = "x-gatekeeper";

    /// <summary>1 to <see cref="Limits.MaxRoots"/>.</summary>
    public required int Version { get; init; }

    /// <summary>Seconds since 1970-01-01 UTC.</summary>
    public required long Expires { get; init; }

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
    public static RootMetadata Parse(JsonObject signed)
    {
        (JsonFields root, long version, long expires) = TufDocument.Open(signed, "root", Limits.MaxRoots);
        if (signed["consistent_snapshot"] != JsonLiteral.True)
        {
            throw root.Bad("consistent_snapshot", "true");
        }

        Dictionary<string, TufKey> keys = ParseKeys(root);
        JsonFields roles = root.Object("roles");
        return new RootMetadata
        {
            Version = (int)version,
            Expires = expires,
            Root = ParseRole(roles.Object("root"), keys),
            Timestamp = ParseRole(roles.Object("timestamp"), keys),
            Snapshot = ParseRole(roles.Object("snapshot"), keys),
            Targets = ParseRole(roles.Object("targets"), keys),
            Permit = root.Has(Own) && root.Object(Own) is var own && own.Has("permit") ? ParseRole(own.Object("permit"), keys) : null,
        };
    }

    /// <summary>Reads the member <c>keys</c> of a root or a site root.</summary>
    internal static Dictionary<string, TufKey> ParseKeys(JsonFields document)
    {
        var keys = new Dictionary<string, TufKey>(StringComparer.Ordinal);
        foreach ((string keyId, JsonValue form) in document.Object("keys").Members)
        {
            keys.Add(keyId, TufKey.Parse(keyId, form));
        }

        return keys;
    }

    /// <summary>Reads <c>keyids</c> and <c>threshold</c>, the same for every role there is.</summary>
    internal static RoleKeys ParseRole(JsonFields role, Dictionary<string, TufKey> keys)
    {
        ImmutableArray<TufKey>.Builder found = ImmutableArray.CreateBuilder<TufKey>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (string keyId in role.Texts("keyids"))
        {
            if (!seen.Add(keyId) || !keys.TryGetValue(keyId, out TufKey? key))
            {
                throw role.Bad("keyids", "known key ids, each once");
            }

            found.Add(key);
        }

        // Distinct public keys, not ids: one key under two ids is one person.
        int distinct = SignatureRule.Distinct(found);
        long threshold = role.Integer("threshold", 1, CanonicalJson.MaxInteger);
        if (threshold > distinct)
        {
            throw role.Bad("threshold", "at most the number of distinct keys");
        }

        return new RoleKeys(found.ToImmutable(), (int)threshold);
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
    public static (JsonFields Fields, long Version, long Expires) Open(JsonObject signed, string type, long maxVersion)
    {
        JsonFields fields = JsonFields.Of(signed, type);
        if (fields.Text("_type") != type)
        {
            throw fields.Bad("_type", "the name of its role");
        }

        if (!IsSupported(fields.Text("spec_version")))
        {
            throw fields.Bad("spec_version", "1.0 or 1.0.N");
        }

        return (fields, fields.Integer("version", 1, maxVersion), fields.Time("expires"));
    }

    // TUF 1.0.34 §4.3: a client must refuse another major version; a minor version does not exist yet.
    private static bool IsSupported(string version) =>
        version == "1.0" || (version.StartsWith("1.0.", StringComparison.Ordinal) && version.Length <= 8
            && ushort.TryParse(version.AsSpan(4), NumberStyles.None, CultureInfo.InvariantCulture, out _));
}
