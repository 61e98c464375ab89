using System.Collections.Immutable;
using System.Globalization;
using Gatekeeper.Release.Tuf;

namespace Gatekeeper.Release.Permits;

/// <summary>The keys of a site (a hospital) that says which releases its devices may install. Only verified ones exist.</summary>
public sealed class SiteRoot : SiteStatement
{
    internal const string Type = "x-gatekeeper-site-root";

    internal SiteRoot()
    {
    }

    /// <summary>The site's name: 1 to <see cref="Limits.MaxSiteNameChars"/> printable characters.</summary>
    public required string Name { get; init; }

    /// <summary>1 to <see cref="Limits.MaxRoots"/>.</summary>
    public required int Version { get; init; }

    /// <summary>Who signs for the site, and how many of them must.</summary>
    public required RoleKeys Keys { get; init; }

    /// <summary>The document, byte for byte as it was signed: what a device keeps and reads with <see cref="ParseFirst"/>.</summary>
    public ImmutableArray<byte> File { get; internal init; } = [];

    /// <summary>Reads a site root that comes with a permit, with the provisioning token, or from the device's own state: any version, signed by its own threshold. Above version 1 it carries signatures of the one before as well, whose keys are not known here: they are passed over.</summary>
    /// <exception cref="RefusedException">Class (b) before its threshold was met, class (c) after.</exception>
    public static SiteRoot ParseFirst(ReadOnlySpan<byte> bytes)
    {
        SignedMetadata file = Statement.Open(bytes, Limits.MaxSiteRootBytes, "site root");
        RoleKeys keys = ReadKeys(JsonFields.Of(file.Signed, "site root"));
        SignatureRule.RequireThreshold(file, keys, "site root");
        SiteRoot root = Read(file.Signed, [.. bytes]);
        if (root.Version == 1)
        {
            SignatureRule.RequireNoOther(file, "site root", keys);
        }

        return root;
    }

    /// <summary>Reads the successor of <paramref name="current"/>: version N+1, signed by the thresholds of both.</summary>
    /// <exception cref="RefusedException">Class (b) before the threshold of <paramref name="current"/> was met, class (c) after: <see cref="Refusal.SiteRootKnown"/>, <see cref="Refusal.SiteRootGap"/>, <see cref="Refusal.PermitMalformed"/>, <see cref="Refusal.PermitNeedsNewerReader"/>.</exception>
    public static SiteRoot Follow(SiteRoot current, ReadOnlySpan<byte> bytes)
    {
        SignedMetadata file = Statement.Open(bytes, Limits.MaxSiteRootBytes, "site root");
        SignatureRule.RequireThreshold(file, current.Keys, "site root");
        return Follow(current, file, bytes);
    }

    // The threshold of the current one is met (R-39: only now are the new keys decoded).
    internal static SiteRoot Follow(SiteRoot current, SignedMetadata file, ReadOnlySpan<byte> bytes)
    {
        ImmutableArray<byte> copy = [.. bytes];
        SiteRoot next = Statement.Signed(() => Read(file.Signed, copy));
        if (next.Version != current.Version + 1)
        {
            string detail = string.Create(CultureInfo.InvariantCulture, $"site root: version {next.Version}, kept is {current.Version}");
            throw new RefusedException(next.Version <= current.Version ? Refusal.SiteRootKnown : Refusal.SiteRootGap, detail);
        }

        Statement.Signed(() => SignatureRule.RequireThreshold(file, next.Keys, "site root"));
        SignatureRule.RequireNoOther(file, "site root", current.Keys, next.Keys);
        return next;
    }

    /// <summary>Reads what is signed: a claim. <see cref="ParseFirst"/> and <see cref="Follow(SiteRoot, ReadOnlySpan{byte})"/> make it more.</summary>
    internal static SiteRoot Read(JsonObject signed, ImmutableArray<byte> file)
    {
        JsonFields fields = Statement.Fields(signed, Type, "site root", "keyids", "keys", "name", "threshold", "version");
        string name = fields.Text("name");
        if (name.Length is < 1 or > Limits.MaxSiteNameChars || name.Trim() != name || !name.EnumerateRunes().All(IsPrintable))
        {
            throw fields.Bad("name", "1 to 64 printable characters");
        }

        return new SiteRoot
        {
            Name = name,
            Version = (int)fields.Integer("version", 1, Limits.MaxRoots),
            Keys = ReadKeys(fields),
            File = file,
        };
    }

    /// <summary>The bytes to sign.</summary>
    internal byte[] Encode() => CanonicalJson.Write(new JsonObject(
        [
            .. Statement.Head(Type),
            ("keyids", new JsonArray(Keys.Keys.Select(k => new JsonString(k.KeyId)))),
            ("keys", new JsonObject(Keys.Keys.Select(k => (k.KeyId, (JsonValue)k.Form)))),
            ("name", new JsonString(Name)),
            ("threshold", new JsonInteger(Keys.Threshold)),
            ("version", new JsonInteger(Version)),
        ]));

    private static RoleKeys ReadKeys(JsonFields fields)
    {
        Dictionary<string, TufKey> keys = RoleKeys.ParseKeys(fields.Object("keys"), TufProfile.Device);
        RoleKeys role = RoleKeys.Parse(fields, keys, TufProfile.Device);
        return role.Keys.Length == keys.Count ? role : throw fields.Bad("keyids", "all keys, each once");
    }

    // It stands on the screen: no control characters, nothing that turns the direction of what follows, no private letters.
    private static bool IsPrintable(System.Text.Rune rune) => System.Text.Rune.GetUnicodeCategory(rune)
        is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
            or UnicodeCategory.OtherNotAssigned or UnicodeCategory.PrivateUse or UnicodeCategory.Surrogate);
}
