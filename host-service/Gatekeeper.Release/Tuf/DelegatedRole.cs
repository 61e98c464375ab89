using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;

namespace Gatekeeper.Release.Tuf;

/// <summary>One role that targets are delegated to. Of <see cref="Paths"/> and <see cref="PathHashPrefixes"/> at most one is set; with neither it may name nothing.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Keys">Who signs it, as its delegator says: another delegator of the same role may say otherwise.</param>
/// <param name="Terminating">Whether what is not found in it is not looked for in later roles.</param>
public sealed record DelegatedRole(string Name, RoleKeys Keys, bool Terminating)
{
    /// <summary>Patterns of target paths (TUF 1.0.34 §4.5, PATHPATTERN).</summary>
    public ImmutableArray<string> Paths { get; init; } = [];

    /// <summary>Beginnings of the SHA-256 of target paths, in lower-case hex.</summary>
    public ImmutableArray<string> PathHashPrefixes { get; init; } = [];

    /// <summary>Whether the role may name <paramref name="targetPath"/>.</summary>
    internal bool Covers(string targetPath) =>
        Paths.Any(pattern => PathPattern.Matches(pattern, targetPath))
        || (PathHashPrefixes.Length > 0 && PathHash(targetPath) is string hash && PathHashPrefixes.Any(prefix => hash.StartsWith(prefix, StringComparison.Ordinal)));

    /// <summary>SHA-256 of a target path's UTF-8, in lower-case hex.</summary>
    internal static string PathHash(string targetPath) => Hex.Of(SHA256.HashData(Encoding.UTF8.GetBytes(targetPath)));

    /// <summary>Whether a role may be called so in a release file: its name stands in an entry's name .</summary>
    internal static bool IsDeviceName(string name) => name.Length <= Limits.MaxNameChars && GkuNames.IsPlain(name);

    internal JsonObject Encode() => new(
        [
            ("keyids", new JsonArray(Keys.Keys.Select(k => new JsonString(k.KeyId)))),
            ("name", new JsonString(Name)),
            PathHashPrefixes.Length > 0 ? ("path_hash_prefixes", Texts(PathHashPrefixes)) : ("paths", Texts(Paths)),
            ("terminating", Terminating ? JsonLiteral.True : JsonLiteral.False),
            ("threshold", new JsonInteger(Keys.Threshold)),
        ]);

    internal static DelegatedRole Parse(JsonFields role, Dictionary<string, TufKey> keys, TufProfile profile)
    {
        bool strict = profile == TufProfile.Device;
        string name = role.Text("name");
        if (name.Length == 0 || (strict && !IsDeviceName(name)))
        {
            throw role.Bad("name", "a role name");
        }

        if ((role.Has("paths") && role.Has("path_hash_prefixes")) || (strict && !role.Has("paths") && !role.Has("path_hash_prefixes")))
        {
            throw role.Bad("paths", "there, or path_hash_prefixes, not both");
        }

        return new DelegatedRole(name, RoleKeys.Parse(role, keys, profile), ReadTerminating(role, strict))
        {
            Paths = role.Has("paths") ? [.. role.Texts("paths").Select(p => CheckPattern(role, p, strict))] : [],
            PathHashPrefixes = role.Has("path_hash_prefixes") ? [.. role.Texts("path_hash_prefixes").Select(p => CheckPrefix(role, p, strict))] : [],
        };
    }

    private static JsonArray Texts(ImmutableArray<string> texts) => new(texts.Select(t => new JsonString(t)));

    // Older tools leave it out where it is false.
    private static bool ReadTerminating(JsonFields role, bool strict) => role.Members.GetValueOrDefault("terminating") switch
    {
        JsonLiteral value when value == JsonLiteral.True => true,
        JsonLiteral value when value == JsonLiteral.False => false,
        null when !strict => false,
        _ => throw role.Bad("terminating", "true or false"),
    };

    private static string CheckPattern(JsonFields role, string pattern, bool strict) =>
        pattern.Length <= Limits.MaxTargetPathChars && (!strict || PathPattern.IsPlain(pattern)) ? pattern : throw role.Bad("paths", "patterns");

    private static string CheckPrefix(JsonFields role, string prefix, bool strict) =>
        prefix.Length is >= 1 and <= 64 && prefix.All(strict ? char.IsAsciiHexDigitLower : char.IsAsciiHexDigit)
            ? prefix.ToLowerInvariant()
            : throw role.Bad("path_hash_prefixes", "1 to 64 hex digits");
}
