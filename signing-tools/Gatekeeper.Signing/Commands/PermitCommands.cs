using System.CommandLine;
using Gatekeeper.Release;
using Gatekeeper.Release.Permits;
using Gatekeeper.Signing.Keys;
using Gatekeeper.Signing.Metadata;

namespace Gatekeeper.Signing.Commands;

/// <summary><c>permit new</c> and <c>permit sign</c>.</summary>
internal static class PermitCommands
{
    internal static Command Build(CommandFrame frame) => new("permit", "permits: one device may do one thing once") { New(frame), Sign(frame) };

    private static Command New(CommandFrame frame)
    {
        Option<string> roots = RootDir();
        var challenge = new Option<string[]>("--challenge") { Description = "the line the device shows: ACTION DEVICE-ID XXXX-XXXX-XXXX-XXXX-XXXX; only a device that never had facts takes a permit without", AllowMultipleArgumentsPerToken = true, HelpName = "TEXT" };
        var action = new Option<string?>("--action") { Description = "provision, downgrade, site-root or peripheral; the challenge says it, too", HelpName = "ACTION" };
        var product = new Option<string?>("--product") { Description = "the device's product; --release says it, too", HelpName = "NAME" };
        var release = new Option<string?>("--release") { Description = "downgrade: the release to allow, X.gku", HelpName = "FILE" };
        var digest = new Option<string?>("--digest") { Description = "downgrade: its digest, where the file is not at hand; peripheral: the device's, as the challenge shows it", HelpName = "HEX" };
        var port = new Option<string?>("--port") { Description = "peripheral: the port, as the challenge shows it", HelpName = "PORT" };
        var device = new Option<string?>("--device") { Description = "provision: the device's facts, device.json", HelpName = "FILE" };
        var siteRoot = new Option<string?>("--site-root") { Description = "site-root, provision: the site root to set, N.site.gka", HelpName = "FILE" };
        var remove = new Option<bool>("--remove-site-root") { Description = "site-root: remove it, so that releases need no approval any more" };
        var keys = new Option<string[]>("--key") { Description = "private keys of the permit role; permit sign adds others", AllowMultipleArgumentsPerToken = true, HelpName = "KEY" };
        var output = new Option<string>("--out") { Description = "the permit to make, X.gkp", Required = true, HelpName = "FILE" };
        Option<string[]> passphrases = CommandFrame.PassphraseFiles();
        var command = new Command("new", "make a permit that answers a device's challenge; says what it allows before it asks for a passphrase")
        {
            roots, challenge, action, product, release, digest, port, device, siteRoot, remove, keys, output, passphrases,
        };
        return frame.Does(command, parse =>
        {
            Signers role = Role(parse.GetRequiredValue(roots));
            var request = new PermitRequest
            {
                Challenge = string.Join(' ', parse.GetValue(challenge) ?? []) is { Length: > 0 } line ? line : null,
                Action = parse.GetValue(action),
                Product = parse.GetValue(product),
                ReleaseFile = parse.GetValue(release),
                Digest = parse.GetValue(digest),
                Port = parse.GetValue(port),
                DeviceFile = parse.GetValue(device),
                SiteRootFile = parse.GetValue(siteRoot),
                RemoveSiteRoot = parse.GetValue(remove),
            };
            string path = parse.GetRequiredValue(output);
            ExpectName(path);
            OutputFile.ExpectNew(path);
            Permit permit = request.Make();
            frame.Console.Error.WriteLine("this permit " + StatementWords.Of(permit));
            var signing = StatementSigning.Begin(permit.Encode(), role);
            using KeyRing ring = KeyRing.Read(parse.GetValue(keys) ?? [], frame.Passphrases(parse, passphrases));
            signing.Add(ring, "a permit");
            OutputFile.WriteNew(path, signing.Encode());
            return Answer(path, permit, signing);
        });
    }

    private static Command Sign(CommandFrame frame)
    {
        var file = new Argument<string>("permit") { Description = "the permit, X.gkp" };
        Option<string> roots = RootDir();
        var keys = new Option<string[]>("--key") { Description = "private keys of the permit role", Required = true, AllowMultipleArgumentsPerToken = true, HelpName = "KEY" };
        Option<string[]> passphrases = CommandFrame.PassphraseFiles();
        var command = new Command("sign", "add signatures to a permit; says what it allows before it asks for a passphrase") { file, roots, keys, passphrases };
        return frame.Does(command, parse =>
        {
            string path = parse.GetRequiredValue(file);
            StatementOnDisk read = StatementOnDisk.Read(path);
            if (read.Content is not Permit permit)
            {
                throw new ToolException(ExitCode.Input, $"{path} is no permit", "site sign adds signatures to what a site signs");
            }

            var signing = new StatementSigning(read.Metadata, Role(parse.GetRequiredValue(roots)));
            frame.Console.Error.WriteLine("this permit " + read.Words);
            using KeyRing ring = KeyRing.Read(parse.GetRequiredValue(keys), frame.Passphrases(parse, passphrases));
            signing.Add(ring, "a permit");
            byte[] bytes = signing.Encode();
            OutputFile.Replace(path, output => output.Write(bytes));
            return Answer(path, permit, signing);
        });
    }

    private static Option<string> RootDir() => new("--root-dir") { Description = "folder of 1.root.json, 2.root.json, ...; the newest names who signs permits", Required = true, HelpName = "DIR" };

    private static Signers Role(string folder)
    {
        RootMetadata newest = RootFolder.ReadAll(folder).Newest.Root;
        return newest.Permit is { } role
            ? new Signers("permit", role)
            : throw new ToolException(ExitCode.Signatures, $"root {newest.Version} in {folder} names nobody who signs permits", "a root made with --role permit=KEY.pub.json:1 does, and devices have to have it");
    }

    private static void ExpectName(string path)
    {
        if (!path.EndsWith(".gkp", StringComparison.Ordinal))
        {
            throw new ToolException(ExitCode.Usage, $"--out {path} does not end in .gkp", "devices look for permits by that ending");
        }
    }

    private static Report Answer(string path, Permit permit, StatementSigning signing) => signing.Describe(
        new Report().Line($"{path}: {StatementWords.Of(permit)}")
            .Fact("permit", path)
            .Fact("action", Challenge.NameOf(permit.Action))
            .Fact("product", permit.Product)
            .Fact("device", permit.Challenge?.Device ?? permit.Device?.Id)
            .Fact("nonce", permit.Challenge?.Nonce)
            .Fact("digest", permit.Digest ?? permit.Peripheral?.Digest)
            .Fact("port", permit.Peripheral?.Port)
            .Fact("words", StatementWords.Of(permit)),
        $"gatekeeper-sign permit sign {path} --root-dir DIR --key KEY");
}
