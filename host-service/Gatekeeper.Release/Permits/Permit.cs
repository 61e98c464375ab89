using System.Collections.Immutable;

namespace Gatekeeper.Release.Permits;

/// <summary>The challenge that a permit answers, as the permit states it.</summary>
/// <param name="Device">The device's id; empty for a device that has none.</param>
/// <param name="Nonce">The nonce's text, as <see cref="Permits.Challenge.Text"/> makes it.</param>
public sealed record PermitChallenge(string Device, string Nonce);

/// <summary>What a device knows when it judges a permit.</summary>
/// <param name="Product">Product name of the running image.</param>
/// <param name="Device">The device's id; empty when it has no facts.</param>
/// <param name="Open">The challenge that is open, or null. One that was used is not open any more.</param>
/// <param name="NeverProvisioned">True for a device that never had facts: it takes its first ones without a challenge.</param>
public sealed record PermitSituation(string Product, string Device, Challenge? Open, bool NeverProvisioned);

/// <summary>
/// A manufacturer's permit (<c>.gkp</c>, FORMAT.md §10), verified: it allows one device one thing, once. Only <see cref="Verify"/> makes one.
/// <code>
/// Verify    outer form → the permit role's threshold                                   class (b), silent
///           kind, format, critical → members of its action → site root in it          class (c)
/// Judge     product → facts there already → device → challenge open → action asked for
/// </code>
/// </summary>
public sealed partial class Permit
{
    internal Permit()
    {
    }

    /// <summary>What it allows.</summary>
    public required PermitAction Action { get; init; }

    /// <summary>The product of the device.</summary>
    public required string Product { get; init; }

    /// <summary>The challenge it answers; null only for a first provisioning.</summary>
    public PermitChallenge? Challenge { get; init; }

    /// <summary>For <see cref="PermitAction.Downgrade"/>: the release's digest, 64 lower-case hex digits.</summary>
    public string? Digest { get; init; }

    /// <summary>For <see cref="PermitAction.Provision"/>: the facts.</summary>
    public PermitDevice? Device { get; init; }

    /// <summary>For <see cref="PermitAction.SiteRoot"/>: the new site root, good for <see cref="Permits.SiteRoot.ParseFirst"/>; null removes the one there is.</summary>
    public ImmutableArray<byte>? SiteRoot { get; init; }

    /// <summary>For <see cref="PermitAction.Peripheral"/>: the device and its port.</summary>
    public PermittedPeripheral? Peripheral { get; init; }

    /// <summary>Verifies a permit.</summary>
    /// <param name="file">Hostile bytes.</param>
    /// <param name="trust">The device's trust, after the roots that came with it were walked: a withdrawn permit key permits nothing.</param>
    /// <exception cref="RefusedException">Class (b) before the permit role's threshold was met, class (c) after; <see cref="Refusal.State"/> when <paramref name="trust"/> is not readable.</exception>
    public static Permit Verify(ReadOnlySpan<byte> file, TrustState trust)
    {
        RoleKeys role = Verifier.TrustedRoot(trust).Permit
            ?? throw new RefusedException(Refusal.SignatureMissing, "permit: the root names nobody who may sign one");
        SignedMetadata metadata = Statement.Open(file, Limits.MaxPermitBytes, "permit");
        SignatureRule.Require(metadata, role, "permit");
        return Statement.Signed(() => Read(metadata.Signed));
    }

    /// <summary>Refuses a permit that this device did not ask for. What is left to the device: to compare <see cref="Digest"/> or <see cref="Peripheral"/> with what it asked for, and to close the challenge before the effect .</summary>
    /// <exception cref="RefusedException"><see cref="Refusal.PermitOtherDevice"/>, <see cref="Refusal.ProvisionedAlready"/>, <see cref="Refusal.PermitNotAsked"/> or <see cref="Refusal.PermitForOther"/>: in this order .</exception>
    public void Judge(PermitSituation situation)
    {
        if (Product != situation.Product)
        {
            throw new RefusedException(Refusal.PermitOtherDevice, "permit: for another product");
        }

        if (Action == PermitAction.Provision && situation.Device.Length > 0)
        {
            throw new RefusedException(Refusal.ProvisionedAlready, "permit: the device has facts");
        }

        if (Challenge is null)
        {
            // the parser lets only a provisioning come without.
            if (!situation.NeverProvisioned)
            {
                throw new RefusedException(Refusal.PermitNotAsked, "permit: names no challenge, and this device had facts before");
            }

            return;
        }

        if (Challenge.Device != situation.Device)
        {
            throw new RefusedException(Refusal.PermitOtherDevice, "permit: for another device");
        }

        if (situation.Open is not Challenge open || open.Device != situation.Device || !Permits.Challenge.IsSameNonce(open.Nonce, Challenge.Nonce))
        {
            throw new RefusedException(Refusal.PermitNotAsked, "permit: its challenge is not open");
        }

        if (open.Action != Action)
        {
            throw new RefusedException(Refusal.PermitForOther, "permit: the challenge asks for another action");
        }
    }
}

/// <summary>The facts that a permit gives a device, in the form of <c>device.json</c>.</summary>
public sealed class PermitDevice
{
    internal PermitDevice()
    {
    }

    /// <summary>The device's id.</summary>
    public required string Id { get; init; }

    /// <summary>Model, for example <c>PM200</c>.</summary>
    public required string Model { get; init; }

    /// <summary>Hardware revision, for example <c>C</c>.</summary>
    public required string HardwareRevision { get; init; }

    /// <summary>Public keys of the device, which nobody looks into here.</summary>
    public required ImmutableArray<JsonObject> Keys { get; init; }

    /// <summary><see cref="Keys"/> as JSON text that every JSON reader takes: a line feed, which canonical JSON leaves raw, stands as <c>\n</c>.</summary>
    public ImmutableArray<string> KeyTexts => [.. Keys.Select(k => System.Text.Encoding.UTF8.GetString(CanonicalJson.Write(k)).Replace("\n", "\\n", StringComparison.Ordinal))];

    /// <summary>The site root, good for <see cref="Permits.SiteRoot.ParseFirst"/>, or null when the device has none.</summary>
    public ImmutableArray<byte>? SiteRoot { get; init; }

    internal JsonObject Encode() => new(
        ("hardware_revision", new JsonString(HardwareRevision)),
        ("id", new JsonString(Id)),
        ("keys", new JsonArray(Keys)),
        ("model", new JsonString(Model)),
        ("site_root", Permit.WriteSiteRoot(SiteRoot)));
}
