using System.Collections.Immutable;
using Gatekeeper.Release;
using Gatekeeper.Release.Permits;
using Gatekeeper.Signing.Metadata;

namespace Gatekeeper.Signing.Commands;

/// <summary>What the command line asks a permit for, not judged yet.</summary>
internal sealed record PermitRequest
{
    internal required string? Challenge { get; init; }

    internal required string? Action { get; init; }

    internal required string? Product { get; init; }

    internal required string? ReleaseFile { get; init; }

    internal required string? Digest { get; init; }

    internal required string? Port { get; init; }

    internal required string? DeviceFile { get; init; }

    internal required string? SiteRootFile { get; init; }

    internal required bool RemoveSiteRoot { get; init; }

    /// <summary>The permit, read once more by the device's own reader.</summary>
    /// <exception cref="ToolException">The options do not make one.</exception>
    internal Permit Make()
    {
        Challenge? challenge = ReadChallenge();
        PermitAction action = ReadAction(challenge);
        ExpectOnly(action);
        (string? product, string? digest) = action == PermitAction.Downgrade ? ReleaseArgument.Read(ReleaseFile, Digest, Product) : (Product, null);
        ImmutableArray<byte>? siteRoot = SiteRootFile is null ? null : ReadSiteRoot(SiteRootFile);
        var permit = new Permit
        {
            Action = action,
            Product = product ?? throw new ToolException(ExitCode.Usage, "the permit names no product", "give --product NAME, as in the device's image"),
            Challenge = challenge is null ? null : new PermitChallenge(challenge.Device, challenge.Nonce),
            Digest = digest,
            Device = action == PermitAction.Provision ? DeviceJson.Read(DeviceFile!, siteRoot) : null,
            SiteRoot = action == PermitAction.SiteRoot ? siteRoot : null,
            Peripheral = action == PermitAction.Peripheral ? new PermittedPeripheral(Digest!, Port!) : null,
        };
        try
        {
            return Permit.Read((JsonObject)CanonicalJson.Parse(permit.Encode()));
        }
        catch (RefusedException e)
        {
            throw new ToolException(ExitCode.Input, $"no device would take this permit: {e.Detail}", "check the options and the files they name");
        }
    }

    private Challenge? ReadChallenge() => Challenge is null ? null
        : Release.Permits.Challenge.TryParse(Challenge, out Challenge? challenge) ? challenge
        : throw new ToolException(ExitCode.Usage, $"--challenge {Challenge} is no challenge", "type the whole line that the device shows, such as downgrade SN-0001 0123-4567-89AB-CDEF-GHJK");

    private PermitAction ReadAction(Challenge? challenge)
    {
        if (Action is null && challenge is null)
        {
            throw new ToolException(ExitCode.Usage, "neither --challenge nor --action is given", "give --challenge with the line that the device shows");
        }

        PermitAction action = challenge?.Action ?? default;
        if (Action is not null && !Release.Permits.Challenge.TryAction(Action, out action))
        {
            throw new ToolException(ExitCode.Usage, $"--action {Action} is no action", "use provision, downgrade, site-root or peripheral");
        }

        return challenge is not null && challenge.Action != action
            ? throw new ToolException(ExitCode.Usage, $"the challenge asks for {Release.Permits.Challenge.NameOf(challenge.Action)}, not for {Action}", "leave --action out, or ask for a new challenge")
            : challenge is null && action != PermitAction.Provision
            ? throw new ToolException(ExitCode.Usage, $"{Action} needs a challenge", "service mode on the device shows one: give its line with --challenge")
            : challenge is { Device.Length: 0 } && action != PermitAction.Provision
            ? throw new ToolException(ExitCode.Usage, "a device without facts can only be given facts", "ask it for a provision challenge")
            : action;
    }

    // What an action has no use for is a mistake, not a thing to pass over: who typed it thought that it counts.
    private void ExpectOnly(PermitAction action)
    {
        (string Name, bool Given, bool Used)[] options =
        [
            ("--release", ReleaseFile is not null, action == PermitAction.Downgrade),
            ("--digest", Digest is not null, action is PermitAction.Downgrade or PermitAction.Peripheral),
            ("--port", Port is not null, action == PermitAction.Peripheral),
            ("--device", DeviceFile is not null, action == PermitAction.Provision),
            ("--site-root", SiteRootFile is not null, action is PermitAction.SiteRoot or PermitAction.Provision),
            ("--remove-site-root", RemoveSiteRoot, action == PermitAction.SiteRoot),
        ];
        string name = Release.Permits.Challenge.NameOf(action);
        if (Array.Find(options, o => o.Given && !o.Used).Name is { } wrong)
        {
            throw new ToolException(ExitCode.Usage, $"{wrong} has no meaning for {name}", "leave it out, or ask for another challenge");
        }

        if (action == PermitAction.Provision && DeviceFile is null)
        {
            throw new ToolException(ExitCode.Usage, "no facts are given", "add --device device.json");
        }

        if (action == PermitAction.Peripheral && (Digest is null || Port is null))
        {
            throw new ToolException(ExitCode.Usage, "the permit names no device", "give --digest and --port, as gatekeeper challenge on the device shows them");
        }

        if (action == PermitAction.SiteRoot && RemoveSiteRoot == (SiteRootFile is not null))
        {
            throw new ToolException(ExitCode.Usage, "give either --site-root or --remove-site-root", "the permit sets a site root or removes it");
        }
    }

    private static ImmutableArray<byte> ReadSiteRoot(string path)
    {
        try
        {
            return SiteRoot.ParseFirst(InputFile.ReadBytes(path, Limits.MaxSiteRootBytes, "a site root")).File;
        }
        catch (RefusedException e)
        {
            throw new ToolException(ExitCode.Input, $"{path} is no site root that a device takes: {e.Detail}", "give the N.site.gka file of site init or site rotate, signed by its own keys");
        }
    }
}
