using System.Collections.Immutable;
using System.Security.Cryptography;

namespace Gatekeeper.Release;

/// <summary>What one metadata file says of another (TUF 1.0.34 §4.4, METAFILES).</summary>
/// <param name="Version">Its version, 1 or more.</param>
/// <param name="Length">Its bytes, or null when not stated.</param>
/// <param name="Sha256">Its SHA-256, lower-case hex, or null when not stated.</param>
public sealed record MetaFile(long Version, long? Length = null, string? Sha256 = null)
{
    internal JsonObject Encode() => new(
        [
            ("version", new JsonInteger(Version)),
            ..Length is long length ? [("length", new JsonInteger(length))] : Array.Empty<(string, JsonValue)>(),
            ..Sha256 is string hash ? [("hashes", new JsonObject(("sha256", new JsonString(hash))))] : Array.Empty<(string, JsonValue)>(),
        ]);

    internal static MetaFile Parse(JsonFields parent, string name)
    {
        JsonFields file = parent.Object(name);
        long version = file.Integer("version", 1, CanonicalJson.MaxInteger);
        long? length = file.Has("length") ? file.Integer("length", 1, CanonicalJson.MaxInteger) : null;

        // Stated hashes must include the one this reader checks: a hash that is there but not looked at is no check.
        string? hash = file.Has("hashes") ? file.Object("hashes").Hex("sha256", 32) : null;
        return new MetaFile(version, length, hash);
    }

    /// <summary>Whether <paramref name="file"/> is the file meant, as far as length and hash are stated.</summary>
    internal bool Matches(ReadOnlySpan<byte> file) =>
        (Length is null || Length == file.Length) && (Sha256 is null || Sha256 == Hex.Of(SHA256.HashData(file)));
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
    public static TimestampMetadata Parse(JsonObject signed)
    {
        (JsonFields fields, long version, long expires) = TufDocument.Open(signed, "timestamp", CanonicalJson.MaxInteger);
        JsonFields meta = fields.Object("meta");
        meta.Only("snapshot.json");
        return new TimestampMetadata(version, expires, MetaFile.Parse(meta, "snapshot.json"));
    }
}

/// <summary>The signed part of <c>V.snapshot.json</c> (TUF 1.0.34 §4.4): which targets count.</summary>
/// <param name="Version">1 or more.</param>
/// <param name="Expires">Seconds since 1970-01-01 UTC.</param>
/// <param name="Targets">The targets it names.</param>
public sealed record SnapshotMetadata(long Version, long Expires, MetaFile Targets)
{
    /// <summary>The bytes to sign.</summary>
    public byte[] Encode() => CanonicalJson.Write(new JsonObject(
        [.. TufDocument.Head("snapshot", Version, Expires), ("meta", new JsonObject(("targets.json", Targets.Encode())))]));

    /// <summary>Reads the signed part. Delegated roles may be listed; this reader does not use them .</summary>
    /// <exception cref="RefusedException">It breaks a rule of FORMAT.md §4.</exception>
    public static SnapshotMetadata Parse(JsonObject signed)
    {
        (JsonFields fields, long version, long expires) = TufDocument.Open(signed, "snapshot", CanonicalJson.MaxInteger);
        return new SnapshotMetadata(version, expires, MetaFile.Parse(fields.Object("meta"), "targets.json"));
    }
}

/// <summary>What <c>targets.json</c> says of one target.</summary>
/// <param name="Length">Its bytes.</param>
/// <param name="Sha256">Its SHA-256, lower-case hex.</param>
public sealed record TargetFile(long Length, string Sha256);

/// <summary>The signed part of <c>V.targets.json</c> (TUF 1.0.34 §4.5): the repository's releases.</summary>
/// <param name="Version">1 or more.</param>
/// <param name="Expires">Seconds since 1970-01-01 UTC.</param>
/// <param name="Targets">Target path to file, for example <c>PM200-2.0.0.release.json</c>.</param>
public sealed record TargetsMetadata(long Version, long Expires, ImmutableDictionary<string, TargetFile> Targets)
{
    /// <summary>True when the file delegates to other roles: this reader does not follow that and refuses the release .</summary>
    public bool Delegates { get; private init; }

    /// <summary>The bytes to sign.</summary>
    public byte[] Encode() => CanonicalJson.Write(new JsonObject(
        [
            ..TufDocument.Head("targets", Version, Expires),
            ("targets", new JsonObject(Targets.Select(t => (t.Key, (JsonValue)new JsonObject(
                ("hashes", new JsonObject(("sha256", new JsonString(t.Value.Sha256)))),
                ("length", new JsonInteger(t.Value.Length))))))),
        ]));

    /// <summary>Reads the signed part.</summary>
    /// <exception cref="RefusedException">It breaks a rule of FORMAT.md §4.</exception>
    public static TargetsMetadata Parse(JsonObject signed)
    {
        (JsonFields fields, long version, long expires) = TufDocument.Open(signed, "targets", CanonicalJson.MaxInteger);
        JsonFields targets = fields.Object("targets");
        ImmutableDictionary<string, TargetFile>.Builder files = ImmutableDictionary.CreateBuilder<string, TargetFile>(StringComparer.Ordinal);
        foreach (string path in targets.Members.Keys)
        {
            JsonFields file = targets.Object(path);
            files.Add(path, new TargetFile(file.Integer("length", 0, CanonicalJson.MaxInteger), file.Object("hashes").Hex("sha256", 32)));
        }

        return new TargetsMetadata(version, expires, files.ToImmutable()) { Delegates = fields.Has("delegations") };
    }
}
