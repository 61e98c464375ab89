using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Gatekeeper.Release;
using Gatekeeper.Signing.Keys;
using Gatekeeper.Signing.Metadata;
using JsonArray = System.Text.Json.Nodes.JsonArray;
using JsonObject = System.Text.Json.Nodes.JsonObject;

namespace Gatekeeper.Signing.Commands;

/// <summary><c>root new</c>, <c>root sign</c> and <c>root export</c>.</summary>
internal static class RootCommands
{
    private const string RoleExample = "targets=alice.pub.json,bob.pub.json:2";

    internal static Command Build(CommandFrame frame)
    {
        return new Command("root", "the root: which keys may sign what, and how many of them must")
        {
            New(frame), Sign(frame), RootChangeCommands.Rotate(frame), Export(frame), DetachedCommands.ToSign(frame, "root"), DetachedCommands.AddSignature(frame, "root"),
        };
    }

    private static Command New(CommandFrame frame)
    {
        var folder = new Option<string>("--out") { Description = "folder of the roots; 1.root.json is made in it", Required = true, HelpName = "DIR" };
        var roles = new Option<string[]>("--role") { Description = "ROLE=KEY.pub.json[,KEY.pub.json...]:THRESHOLD, once for each of root, timestamp, snapshot, targets; permit, who signs permits, may be left out", Required = true, AllowMultipleArgumentsPerToken = true, HelpName = "ROLE" };
        var expires = new Option<string>("--expires") { Description = "2031-05-04 or 2031-05-04T03:02:01Z", Required = true, HelpName = "DATE" };
        var names = new Option<string[]>("--name") { Description = "KEY.pub.json=NAME, what people call a key; its file's name when not given", AllowMultipleArgumentsPerToken = true, HelpName = "NAME" };
        var keys = new Option<string[]>("--sign") { Description = "private keys that sign it now; root sign adds others", AllowMultipleArgumentsPerToken = true, HelpName = "KEY" };
        Option<string[]> passphrases = CommandFrame.PassphraseFiles();
        var command = new Command("new", "make the first root") { folder, roles, expires, names, keys, passphrases };
        return frame.Does(command, parse =>
        {
            long end = Values.Moment("--expires", parse.GetRequiredValue(expires));
            var called = new KeyLabels(parse.GetValue(names) ?? []);
            Dictionary<string, RoleKeys> found = ReadRoles(parse.GetRequiredValue(roles), called);
            var root = new RootMetadata
            {
                Version = 1,
                Expires = end,
                Root = found["root"],
                Timestamp = found["timestamp"],
                Snapshot = found["snapshot"],
                Targets = found["targets"],
                Permit = found.GetValueOrDefault(RootRoles.Permit),
            };
            string file = RootFolder.PathOf(parse.GetRequiredValue(folder), 1);
            OutputFile.ExpectNew(file);
            using var signers = KeyRing.Read(parse.GetValue(keys) ?? [], frame.Passphrases(parse, passphrases));
            RoleSigning signing = RootChain.Empty.Next(RootFile.Read(SignedMetadata.Encode(called.AddTo(root.Encode()), [])), file);
            RoleSigning.ExpectAllUsed(signers, signing.Add(signers), "a root");
            OutputFile.MakeFolderOf(file);
            OutputFile.WriteNew(file, signing.Encode());
            using var made = new RootOnDisk(file);
            return Answer(made);
        });
    }

    private static Command Sign(CommandFrame frame)
    {
        var file = new Argument<string>("root") { Description = "the root, for example 1.root.json; the roots before it lie beside it" };
        var keys = new Option<string[]>("--key") { Description = "private keys", Required = true, AllowMultipleArgumentsPerToken = true, HelpName = "KEY" };
        Option<string[]> passphrases = CommandFrame.PassphraseFiles();
        Option<bool> yes = CommandFrame.YesOption();
        var command = new Command("sign", "add signatures to a root") { file, keys, passphrases, yes };
        return frame.Does(command, parse =>
        {
            using var root = new RootOnDisk(parse.GetRequiredValue(file));
            Consent consent = parse.GetValue(yes) ? Consent.Given : Consent.NotNeededInScripts;
            SigningFlow.Sign(frame, root, [], consent, () => KeyRing.Read(parse.GetRequiredValue(keys), frame.Passphrases(parse, passphrases)));
            return Answer(root);
        });
    }

    private static Command Export(CommandFrame frame)
    {
        var folder = new Option<string>("--root-dir") { Description = "folder of 1.root.json, 2.root.json, ...", Required = true, HelpName = "DIR" };
        var output = new Option<string>("--out") { Description = "the roots file to make, X.gkr", Required = true, HelpName = "FILE" };
        var command = new Command("export", "put all roots into one file, X.gkr, that spreads a rotation or revocation without a release") { folder, output };
        return frame.Does(command, parse =>
        {
            string file = parse.GetRequiredValue(output);
            if (Path.GetExtension(file) != ".gkr")
            {
                throw new ToolException(ExitCode.Usage, $"{file} is no name for a roots file", "let it end in .gkr: devices look for that ending");
            }

            OutputFile.ExpectNew(file);
            RootChain chain = RootFolder.ReadAll(parse.GetRequiredValue(folder));
            using var bytes = new MemoryStream();
            ReleaseFile.WriteRoots(bytes, chain.Files);
            OutputFile.MakeFolderOf(file);
            OutputFile.WriteNew(file, bytes.ToArray());
            return new Report()
                .Line($"{file}: roots 1 to {chain.Roots.Length}, {bytes.Length} bytes; a device takes it from a stick as it takes a release")
                .Fact("roots", file)
                .Fact("root_version", chain.Roots.Length)
                .Expires([($"root {chain.Roots.Length}", chain.Newest.Root.Expires)]);
        });
    }

    /// <summary>Adds what scripts want to know of a root.</summary>
    internal static Report AddRoot(Report report, RootFile file, KeyNames names)
    {
        var roles = new JsonObject();
        var called = new JsonObject();
        foreach ((string name, RoleKeys role) in RootRoles.Of(file))
        {
            roles[name] = new JsonObject { ["threshold"] = role.Threshold, ["keys"] = new JsonArray([.. role.Keys.Select(k => (JsonNode)k.KeyId)]) };
            foreach (TufKey key in role.Keys.Where(k => names.Of(k.KeyId) is not null))
            {
                called[key.KeyId] = names.Of(key.KeyId);
            }
        }

        return report
            .Fact("root_version", file.Root.Version)
            .Fact("expires", TufTime.Format(file.Root.Expires))
            .Fact("keys", roles)
            .Fact("names", called);
    }

    /// <summary>What a root says and who signed it: a person who signs reads this first.</summary>
    private static Report Answer(RootOnDisk root)
    {
        Report report = new Report()
            .Line($"{root.FilePath}: {root.Words[0]}")
            .Lines(root.Words.Skip(1))
            .Lines(root.Standing.Select(s => "  signed by  " + s))
            .Fact("root", root.FilePath)
            .Expires(root.Expiries);
        return AddRoot(report, root.File, root.Names).Fact("complete", root.IsSigned).Fact("roles", root.StandingFacts);
    }

    private static Dictionary<string, RoleKeys> ReadRoles(IReadOnlyList<string> texts, KeyLabels names)
    {
        string[] all = [.. RootRoles.TopLevel];
        var roles = new Dictionary<string, RoleKeys>(StringComparer.Ordinal);
        foreach (string text in texts)
        {
            (string name, string value) = Values.Pair("--role", text, RoleExample);
            if (!all.Append(RootRoles.Permit).Contains(name) || !roles.TryAdd(name, ReadRole($"--role {text}", value, $"--role {RoleExample}", names)))
            {
                throw new ToolException(ExitCode.Usage, $"--role {text} names no role, or one that was given already", "the roles are root, timestamp, snapshot and targets, each once, and permit");
            }
        }

        string[] missing = [.. all.Where(n => !roles.ContainsKey(n))];
        return missing.Length == 0
            ? roles
            : throw new ToolException(ExitCode.Usage, $"no keys for role {string.Join(", ", missing)}", $"add --role {missing[0]}=KEY.pub.json:1");
    }

    /// <summary>Reads <c>KEY.pub.json,KEY.pub.json:THRESHOLD</c>.</summary>
    /// <param name="given">The option as it was typed.</param>
    /// <param name="value">The part of it that names keys and threshold.</param>
    /// <param name="example">A good one.</param>
    /// <param name="names">Reads the keys and keeps their names; null where nobody asks for names.</param>
    internal static RoleKeys ReadRole(string given, string value, string example, KeyLabels? names = null)
    {
        int colon = value.LastIndexOf(':');
        if (colon < 1 || !int.TryParse(value.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int threshold) || threshold < 1)
        {
            throw new ToolException(ExitCode.Usage, $"{given} has no threshold", $"use for example {example}");
        }

        TufKey[] keys = [.. value[..colon].Split(',').Select(k => names is null ? KeyFiles.ReadPublic(k) : names.Read(k))];
        if (SignatureRule.Distinct(keys) != keys.Length)
        {
            throw new ToolException(ExitCode.Usage, $"{given} names a key twice", "each person has a key of their own");
        }

        return threshold <= keys.Length
            ? new RoleKeys([.. keys], threshold)
            : throw new ToolException(ExitCode.Usage, $"{given} asks for {threshold} signatures of {keys.Length} keys", "name more keys or lower the threshold");
    }
}
