using System.Collections.Immutable;
using Gatekeeper.Release.Tuf;

namespace Gatekeeper.Release;

/// <summary>What one metadata file says of another (TUF 1.0.34 §4.4, METAFILES).</summary>
/// <param name="Version">Its version, 1 or more.</param>
/// <param name="Length">Its bytes, or null when not stated.</param>
/// <param name="Sha256">Its SHA-256, lower-case hex, or null when not stated.</param>
public sealed record MetaFile(long Version, long? Length = null, string? Sha256 = null)
{
    /// <summary>Its SHA-512, lower-case hex, or null when not stated.</summary>
    public string? Sha512 { get; init; }

    internal JsonObject Encode() => new(
        [
            ("version", new JsonInteger(Version)),
            ..Length is long length ? [("length", new JsonInteger(length))] : Array.Empty<(string, JsonValue)>(),
            ..Sha256 is string hash ? [("hashes", new JsonObject(("sha256", new JsonString(hash))))] : Array.Empty<(string, JsonValue)>(),
        ]);

    internal static MetaFile Parse(JsonFields parent, string name, TufProfile profile)
    {
        JsonFields file = parent.Object(name);
        long version = file.Integer("version", 1, CanonicalJson.MaxInteger);
        long? length = file.Has("length") ? file.Integer("length", 1, CanonicalJson.MaxInteger) : null;
        if (!file.Has("hashes"))
        {
            return new MetaFile(version, length);
        }

        // A hash that is there but not looked at is no check: of stated hashes one must be of a kind that is known here.
        (string? sha256, string? sha512) = FileHashes.Parse(file.Object("hashes"), profile);
        return sha256 is null && sha512 is null
            ? throw file.Bad("hashes", "of a known kind")
            : new MetaFile(version, length, sha256) { Sha512 = sha512 };
    }

    /// <summary>Whether <paramref name="file"/> is the file meant, as far as length and hashes are stated.</summary>
    internal bool Matches(ReadOnlySpan<byte> file) => (Length is null || Length == file.Length) && FileHashes.Match(Sha256, Sha512, file);
}

/// <summary>The signed part of <c>timestamp.json</c> (TUF 1.0.34 §4.6): which snapshot counts.</summary>
/// <param name="Version">1 or more.</param>
/// <param name="Expires">Seconds since 1970-01-01 UTC.</param>
/// <param name="Snapshot">The snapshot it names.</param>
public sealed record TimestampMetadata(long Version, long Expires, MetaFile Snapshot)
{
    /// <summary>The bytes to sign.</summary>
    public byte[] Encode() => CanonicalJson.Write(new JsonObject(
        [.. TufDocument.Head("timestamp", Version, Expires), ("meta", new JsonObject(("snapshot.json", Snapshot.Encode())))]));

    /// <summary>Reads the signed part.</summary>
    /// <exception cref="RefusedException">It breaks a rule of FORMAT.md §4.</exception>
    public static TimestampMetadata Parse(JsonObject signed) => Parse(signed, TufProfile.Device);

    /// <summary>Reads the signed part as <paramref name="profile"/> has it.</summary>
    internal static TimestampMetadata Parse(JsonObject signed, TufProfile profile)
    {
        (JsonFields fields, long version, long expires) = TufDocument.Open(signed, "timestamp", CanonicalJson.MaxInteger, profile);
        JsonFields meta = fields.Object("meta");
        if (profile == TufProfile.Device)
        {
            meta.Only("snapshot.json");
        }

        return new TimestampMetadata(version, expires, MetaFile.Parse(meta, "snapshot.json", profile));
    }
}

/// <summary>The signed part of <c>V.snapshot.json</c> (TUF 1.0.34 §4.4): which targets and delegated roles count.</summary>
/// <param name="Version">1 or more.</param>
/// <param name="Expires">Seconds since 1970-01-01 UTC.</param>
/// <param name="Targets">The targets it names.</param>
public sealed record SnapshotMetadata(long Version, long Expires, MetaFile Targets)
{
    private const string Suffix = ".json";

    /// <summary>The delegated roles it names, by role name.</summary>
    public ImmutableDictionary<string, MetaFile> Delegated { get; init; } = ImmutableDictionary<string, MetaFile>.Empty;

    /// <summary>The bytes to sign.</summary>
    public byte[] Encode() => CanonicalJson.Write(new JsonObject(
        [
            ..TufDocument.Head("snapshot", Version, Expires),
            ("meta", new JsonObject([("targets.json", Targets.Encode()), ..Delegated.Select(d => (d.Key + Suffix, (JsonValue)d.Value.Encode()))])),
        ]));

    /// <summary>Reads the signed part.</summary>
    /// <exception cref="RefusedException">It breaks a rule of FORMAT.md §4.</exception>
    public static SnapshotMetadata Parse(JsonObject signed) => Parse(signed, TufProfile.Device);

    /// <summary>Reads the signed part as <paramref name="profile"/> has it.</summary>
    internal static SnapshotMetadata Parse(JsonObject signed, TufProfile profile)
    {
        (JsonFields fields, long version, long expires) = TufDocument.Open(signed, "snapshot", CanonicalJson.MaxInteger, profile);
        JsonFields meta = fields.Object("meta");
        ImmutableDictionary<string, MetaFile>.Builder delegated = ImmutableDictionary.CreateBuilder<string, MetaFile>(StringComparer.Ordinal);
        foreach (string name in meta.Members.Keys.Where(n => n != "targets.json" && n.EndsWith(Suffix, StringComparison.Ordinal)))
        {
            string role = name[..^Suffix.Length];
            if (profile == TufProfile.Device && !(DelegatedRole.IsDeviceName(role) && delegated.Count < Limits.MaxDelegations))
            {
                throw fields.Bad("meta", "targets and at most MaxDelegations roles");
            }

            delegated.Add(role, MetaFile.Parse(meta, name, profile));
        }

        return new SnapshotMetadata(version, expires, MetaFile.Parse(meta, "targets.json", profile)) { Delegated = delegated.ToImmutable() };
    }

    /// <summary>What it says of a targets role, top level or delegated; null when it does not name it.</summary>
    internal MetaFile? Of(string role) => role == "targets" ? Targets : Delegated.GetValueOrDefault(role);
}
