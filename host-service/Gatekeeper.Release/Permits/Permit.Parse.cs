using System.Collections.Immutable;

namespace Gatekeeper.Release.Permits;

public sealed partial class Permit
{
    internal const string Type = "x-gatekeeper-permit";

    /// <summary>Reads what is signed: a claim until <see cref="Verify"/> counted the signatures.</summary>
    /// <exception cref="RefusedException">It does not follow FORMAT.md §10.</exception>
    internal static Permit Read(JsonObject signed)
    {
        JsonFields fields = Statement.Fields(signed, Type, "permit", "action", "challenge", "device", "digest", "peripheral", "product", "site_root");
        if (!Permits.Challenge.TryAction(fields.Text("action"), out PermitAction action))
        {
            throw new RefusedException(Refusal.PermitNeedsNewerReader, "permit: an action that this reader does not know");
        }

        // what a signer reads and what a device does are the same members.
        foreach (string other in new[] { "device", "digest", "peripheral", "site_root" })
        {
            if (fields.Has(other) != (other == SubjectOf(action)))
            {
                throw fields.Bad(other, "there for its own action, and for no other");
            }
        }

        return new Permit
        {
            Action = action,
            Product = Statement.Name(fields, "product", Limits.MaxNameChars),
            Challenge = fields.Has("challenge") || action != PermitAction.Provision ? ReadChallenge(fields.Object("challenge"), action) : null,
            Digest = action == PermitAction.Downgrade ? fields.Hex("digest", 32) : null,
            Device = action == PermitAction.Provision ? ReadDevice(fields.Object("device")) : null,
            SiteRoot = action == PermitAction.SiteRoot ? ReadSiteRoot(fields) : null,
            Peripheral = action == PermitAction.Peripheral ? ReadPeripheral(fields.Object("peripheral")) : null,
        };
    }

    /// <summary>The bytes to sign.</summary>
    internal byte[] Encode()
    {
        var members = new List<(string, JsonValue)>(Statement.Head(Type))
        {
            ("action", new JsonString(Permits.Challenge.NameOf(Action))),
            ("product", new JsonString(Product)),
            (SubjectOf(Action), Action switch
            {
                PermitAction.Downgrade => new JsonString(Digest!),
                PermitAction.SiteRoot => WriteSiteRoot(SiteRoot),
                PermitAction.Peripheral => Peripheral!.Encode(),
                _ => Device!.Encode(),
            }),
        };
        if (Challenge is not null)
        {
            members.Add(("challenge", new JsonObject(("device", new JsonString(Challenge.Device)), ("nonce", new JsonString(Challenge.Nonce)))));
        }

        return CanonicalJson.Write(new JsonObject(members));
    }

    internal static JsonValue WriteSiteRoot(ImmutableArray<byte>? siteRoot) => siteRoot is { } bytes ? CanonicalJson.Parse(bytes.AsSpan()) : JsonLiteral.Null;

    // The member that says what exactly is allowed.
    private static string SubjectOf(PermitAction action) => action switch
    {
        PermitAction.Downgrade => "digest",
        PermitAction.SiteRoot => "site_root",
        PermitAction.Peripheral => "peripheral",
        _ => "device",
    };

    //
    private static PermitChallenge ReadChallenge(JsonFields fields, PermitAction action)
    {
        fields.Only("device", "nonce");
        string device = fields.Text("device");
        bool isNone = device.Length == 0 && action == PermitAction.Provision;
        if (!isNone && !Permits.Challenge.IsDevice(device, mayBeNone: false))
        {
            throw fields.Bad("device", "a device id; empty only where facts are to come");
        }

        string nonce = fields.Text("nonce");
        return Permits.Challenge.TryNormalize(nonce, out string? normal) && normal == nonce
            ? new PermitChallenge(device, nonce)
            : throw fields.Bad("nonce", "20 characters of base32 in five groups");
    }

    //
    private static PermitDevice ReadDevice(JsonFields fields)
    {
        fields.Only("hardware_revision", "id", "keys", "model", "site_root");
        string id = Statement.Name(fields, "id", Limits.MaxDeviceIdChars);
        JsonArray keys = fields.Array("keys");
        if (id == Permits.Challenge.NoDevice || keys.Items.Length > Limits.MaxDeviceKeys
            || !keys.Items.All(k => k is JsonObject && CanonicalJson.Write(k).Length <= Limits.MaxDeviceKeyBytes))
        {
            throw fields.Bad("id and keys", "a name other than a dash, and at most 8 objects of at most MaxDeviceKeyBytes");
        }

        return new PermitDevice
        {
            Id = id,
            Model = Statement.Name(fields, "model", Limits.MaxNameChars),
            HardwareRevision = Statement.Name(fields, "hardware_revision", Limits.MaxHardwareRevisionChars),
            Keys = [.. keys.Items.Cast<JsonObject>()],
            SiteRoot = ReadSiteRoot(fields),
        };
    }

    //
    private static PermittedPeripheral ReadPeripheral(JsonFields fields)
    {
        fields.Only("digest", "port");
        return new PermittedPeripheral(fields.Hex("digest", 32), Statement.Name(fields, "port", Limits.MaxPortNameChars));
    }

    // verified here, so that a permit is never used up for a site root that nobody can use.
    private static ImmutableArray<byte>? ReadSiteRoot(JsonFields fields)
    {
        if (fields.Members.GetValueOrDefault("site_root") == JsonLiteral.Null)
        {
            return null;
        }

        byte[] bytes = CanonicalJson.Write(fields.Object("site_root").Value);
        _ = Permits.SiteRoot.ParseFirst(bytes);
        return [.. bytes];
    }
}
