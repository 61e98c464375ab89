using System.Collections.Immutable;
using Gatekeeper.Release.Tuf;

namespace Gatekeeper.Release;

/// <summary>What <c>targets.json</c> says of one target.</summary>
/// <param name="Length">Its bytes.</param>
/// <param name="Sha256">Its SHA-256, lower-case hex; in a release file always stated.</param>
public sealed record TargetFile(long Length, string? Sha256)
{
    /// <summary>Its SHA-512, lower-case hex, or null when not stated.</summary>
    public string? Sha512 { get; init; }

    /// <summary>Whether it has a hash that can be checked here. Without one it must not be used.</summary>
    public bool HasKnownHash => Sha256 is not null || Sha512 is not null;

    internal JsonObject Encode() => new(
        ("hashes", new JsonObject(new[] { ("sha256", Sha256), ("sha512", Sha512) }.Where(h => h.Item2 is not null).Select(h => (h.Item1, (JsonValue)new JsonString(h.Item2!))))),
        ("length", new JsonInteger(Length)));

    internal static TargetFile Parse(JsonFields file, TufProfile profile)
    {
        (string? sha256, string? sha512) = FileHashes.Parse(file.Object("hashes"), profile);
        return new TargetFile(file.Integer("length", 0, CanonicalJson.MaxInteger), sha256) { Sha512 = sha512 };
    }
}

/// <summary>The signed part of <c>V.targets.json</c> and of a delegated role's file (TUF 1.0.34 §4.5): the repository's releases, and who else may name some.</summary>
/// <param name="Version">1 or more.</param>
/// <param name="Expires">Seconds since 1970-01-01 UTC.</param>
/// <param name="Targets">Target path to file, for example <c>PM200-2.0.0.release.json</c>.</param>
public sealed record TargetsMetadata(long Version, long Expires, ImmutableDictionary<string, TargetFile> Targets)
{
    /// <summary>The roles it delegates to, the most trusted first; none when it does not delegate.</summary>
    public TargetsDelegations? Delegations { get; init; }

    /// <summary>The bytes to sign.</summary>
    public byte[] Encode() => CanonicalJson.Write(new JsonObject(
        [
            ..TufDocument.Head("targets", Version, Expires),
            ("targets", new JsonObject(Targets.Select(t => (t.Key, (JsonValue)t.Value.Encode())))),
            ..Delegations is TargetsDelegations delegations ? [("delegations", delegations.Encode())] : Array.Empty<(string, JsonValue)>(),
        ]));

    /// <summary>Reads the signed part.</summary>
    /// <exception cref="RefusedException">It breaks a rule of FORMAT.md §4.</exception>
    public static TargetsMetadata Parse(JsonObject signed) => Parse(signed, TufProfile.Device);

    /// <summary>Reads the signed part as <paramref name="profile"/> has it.</summary>
    internal static TargetsMetadata Parse(JsonObject signed, TufProfile profile)
    {
        (JsonFields fields, long version, long expires) = TufDocument.Open(signed, "targets", CanonicalJson.MaxInteger, profile);
        JsonFields targets = fields.Object("targets");
        ImmutableDictionary<string, TargetFile>.Builder files = ImmutableDictionary.CreateBuilder<string, TargetFile>(StringComparer.Ordinal);
        foreach (string path in targets.Members.Keys)
        {
            files.Add(path, TargetFile.Parse(targets.Object(path), profile));
        }

        return new TargetsMetadata(version, expires, files.ToImmutable())
        {
            Delegations = fields.Has("delegations") ? TargetsDelegations.Parse(fields.Object("delegations"), profile) : null,
        };
    }
}
