using System.CommandLine;
using Gatekeeper.Release;
using Gatekeeper.Release.Permits;
using Gatekeeper.Signing.Keys;
using Gatekeeper.Signing.Metadata;

namespace Gatekeeper.Signing.Commands;

/// <summary><c>site init</c>, <c>site rotate</c> and <c>site sign</c>.</summary>
internal static class SiteCommands
{
    private const string KeysExample = "--keys alice.pub.json,bob.pub.json:2";

    internal static Command Build(CommandFrame frame) => new("site", "a hospital's own keys: they decide which releases its devices install") { Init(frame), Rotate(frame), Sign(frame) };

    private static Command Init(CommandFrame frame)
    {
        var folder = new Option<string>("--out") { Description = "folder of the site; 1.site.gka is made in it, approvals go there too", Required = true, HelpName = "DIR" };
        var name = new Option<string>("--name") { Description = "the site's name, as devices show it", Required = true, HelpName = "NAME" };
        Option<string> keys = Keys();
        Option<string[]> signers = Signers();
        Option<string[]> passphrases = CommandFrame.PassphraseFiles();
        var command = new Command("init", "make the first site root; a permit or the provisioning token brings it onto devices") { folder, name, keys, signers, passphrases };
        return frame.Does(command, parse =>
        {
            var root = new SiteRoot { Name = parse.GetRequiredValue(name), Version = 1, Keys = ReadKeys(parse.GetRequiredValue(keys)) };
            using KeyRing ring = KeyRing.Read(parse.GetValue(signers) ?? [], frame.Passphrases(parse, passphrases));
            return Make(parse.GetRequiredValue(folder), root, null, ring);
        });
    }

    private static Command Rotate(CommandFrame frame)
    {
        var folder = new Argument<string>("site") { Description = "folder of the site" };
        var name = new Option<string?>("--name") { Description = "another name; without it, the name stays", HelpName = "NAME" };
        Option<string> keys = Keys();
        Option<string[]> signers = Signers();
        Option<string[]> passphrases = CommandFrame.PassphraseFiles();
        var command = new Command("rotate", "make the next site root, with other keys; the old keys and the new ones sign it, and any stick brings it") { folder, name, keys, signers, passphrases };
        return frame.Does(command, parse =>
        {
            string home = parse.GetRequiredValue(folder);
            SiteRoot before = SiteFolder.Read(home).Newest;
            var root = new SiteRoot { Name = parse.GetValue(name) ?? before.Name, Version = before.Version + 1, Keys = ReadKeys(parse.GetRequiredValue(keys)) };
            using KeyRing ring = KeyRing.Read(parse.GetValue(signers) ?? [], frame.Passphrases(parse, passphrases));
            return Make(home, root, before, ring);
        });
    }

    private static Command Sign(CommandFrame frame)
    {
        var file = new Argument<string>("file") { Description = "a site root, an approval or a withdrawal, X.gka" };
        var site = new Option<string?>("--site") { Description = "folder of the site; without it, the folder the file lies in", HelpName = "DIR" };
        var keys = new Option<string[]>("--key") { Description = "private keys of the site", Required = true, AllowMultipleArgumentsPerToken = true, HelpName = "KEY" };
        Option<string[]> passphrases = CommandFrame.PassphraseFiles();
        var command = new Command("sign", "add signatures to what a site signs; says what it is before it asks for a passphrase") { file, site, keys, passphrases };
        return frame.Does(command, parse =>
        {
            string path = parse.GetRequiredValue(file);
            string home = parse.GetValue(site) ?? Path.GetDirectoryName(Path.GetFullPath(path))!;
            StatementOnDisk read = StatementOnDisk.Read(path);
            StatementSigning signing = read.Content switch
            {
                SiteRoot { Version: 1 } root => SiteFolder.Signing(read, root, null),
                SiteRoot root => SiteFolder.Signing(read, root, Before(home, root)),
                SiteApproval => new StatementSigning(read.Metadata, new Signers("site", SiteFolder.Read(home).Newest.Keys)),
                _ => throw new ToolException(ExitCode.Input, $"{path} is a permit", "permit sign adds signatures to it"),
            };
            frame.Console.Error.WriteLine($"this {(read.Content is SiteRoot ? "site root is " : "")}{read.Words}");
            using KeyRing ring = KeyRing.Read(parse.GetRequiredValue(keys), frame.Passphrases(parse, passphrases));
            signing.Add(ring, "it");
            byte[] bytes = signing.Encode();
            OutputFile.Replace(path, output => output.Write(bytes));
            return Answer(path, read.Words, signing);
        });
    }

    /// <summary>What was made or signed, and where its signatures stand.</summary>
    internal static Report Answer(string path, string words, StatementSigning signing) => signing.Describe(
        new Report().Line($"{path}: {words}").Fact("file", path).Fact("words", words),
        $"gatekeeper-sign site sign {path} --key KEY");

    private static SiteRoot Before(string home, SiteRoot root)
    {
        SiteRoot newest = SiteFolder.Read(home).Newest;
        return newest.Version == root.Version - 1
            ? newest
            : throw new ToolException(ExitCode.Input, $"site root {root.Version} does not come behind site root {newest.Version} in {home}", "a site root is signed before the next one is made");
    }

    private static Report Make(string folder, SiteRoot root, SiteRoot? before, KeyRing ring)
    {
        byte[] bytes = root.Encode();
        try
        {
            SiteRoot.Read((JsonObject)CanonicalJson.Parse(bytes), []);
        }
        catch (RefusedException e)
        {
            throw new ToolException(ExitCode.Usage, $"no device would take this site root: {e.Detail}", "check --name and --keys");
        }

        string path = SiteFolder.RootFile(folder, root.Version);
        OutputFile.ExpectNew(path);
        var signing = StatementSigning.Begin(bytes, SiteFolder.Roles(root, before));
        signing.Add(ring, "this site root");
        OutputFile.MakeFolderOf(path);
        OutputFile.WriteNew(path, signing.Encode());
        return Answer(path, StatementWords.Of(root), signing);
    }

    private static Option<string> Keys() => new("--keys") { Description = "KEY.pub.json[,KEY.pub.json...]:THRESHOLD, who signs for the site and how many of them must", Required = true, HelpName = "KEYS" };

    private static Option<string[]> Signers() => new("--sign") { Description = "private keys that sign it now; site sign adds others", AllowMultipleArgumentsPerToken = true, HelpName = "KEY" };

    private static RoleKeys ReadKeys(string text) => RootCommands.ReadRole($"--keys {text}", text, KeysExample);
}
