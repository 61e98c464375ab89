using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Gatekeeper.Release;
using Gatekeeper.Signing.Keys;
using Gatekeeper.Signing.Metadata;
using JsonArray = System.Text.Json.Nodes.JsonArray;
using JsonObject = System.Text.Json.Nodes.JsonObject;

namespace Gatekeeper.Signing.Commands;

/// <summary><c>root new</c> and <c>root sign</c>.</summary>
internal static class RootCommands
{
    private const string RoleExample = "targets=alice.pub.json,bob.pub.json:2";
    private const string PermitRole = "permit";

    internal static Command Build(CommandFrame frame)
    {
        return new Command("root", "the root: which keys may sign what, and how many of them must") { New(frame), Sign(frame) };
    }

    private static Command New(CommandFrame frame)
    {
        var folder = new Option<string>("--out") { Description = "folder of the roots; 1.root.json is made in it", Required = true, HelpName = "DIR" };
        var roles = new Option<string[]>("--role") { Description = "ROLE=KEY.pub.json[,KEY.pub.json...]:THRESHOLD, once for each of root, timestamp, snapshot, targets; permit, who signs permits, may be left out", Required = true, AllowMultipleArgumentsPerToken = true, HelpName = "ROLE" };
        var expires = new Option<string>("--expires") { Description = "2031-05-04 or 2031-05-04T03:02:01Z", Required = true, HelpName = "DATE" };
        var keys = new Option<string[]>("--sign") { Description = "private keys that sign it now; root sign adds others", AllowMultipleArgumentsPerToken = true, HelpName = "KEY" };
        Option<string[]> passphrases = CommandFrame.PassphraseFiles();
        var command = new Command("new", "make the first root") { folder, roles, expires, keys, passphrases };
        return frame.Does(command, parse =>
        {
            long end = Values.Moment("--expires", parse.GetRequiredValue(expires));
            Dictionary<string, RoleKeys> found = ReadRoles(parse.GetRequiredValue(roles));
            var root = new RootMetadata
            {
                Version = 1,
                Expires = end,
                Root = found["root"],
                Timestamp = found["timestamp"],
                Snapshot = found["snapshot"],
                Targets = found["targets"],
                Permit = found.GetValueOrDefault(PermitRole),
            };
            string file = Path.Combine(parse.GetRequiredValue(folder), "1.root.json");
            OutputFile.ExpectNew(file);
            using var signers = KeyRing.Read(parse.GetValue(keys) ?? [], frame.Passphrases(parse, passphrases));
            var signing = new RoleSigning("root", SignedMetadata.Parse(SignedMetadata.Encode(root.Encode(), [])), root.Root);
            RoleSigning.ExpectAllUsed(signers, signing.Add(signers), "a root");
            OutputFile.MakeFolderOf(file);
            OutputFile.WriteNew(file, signing.Encode());
            return Describe(file, root, signing);
        });
    }

    private static Command Sign(CommandFrame frame)
    {
        var file = new Argument<string>("root") { Description = "the root, for example 1.root.json" };
        var keys = new Option<string[]>("--key") { Description = "private keys", Required = true, AllowMultipleArgumentsPerToken = true, HelpName = "KEY" };
        Option<string[]> passphrases = CommandFrame.PassphraseFiles();
        var command = new Command("sign", "add signatures to a root") { file, keys, passphrases };
        return frame.Does(command, parse =>
        {
            string path = parse.GetRequiredValue(file);
            (SignedMetadata metadata, RootMetadata root) = RootFolder.Read(path);
            var signing = new RoleSigning("root", metadata, root.Root);
            using var signers = KeyRing.Read(parse.GetRequiredValue(keys), frame.Passphrases(parse, passphrases));
            RoleSigning.ExpectAllUsed(signers, signing.Add(signers), "a root");
            byte[] bytes = signing.Encode();
            OutputFile.Replace(path, output => output.Write(bytes));
            return Describe(path, root, signing);
        });
    }

    /// <summary>What a root says and who signed it: a person who signs reads this first.</summary>
    internal static Report Describe(string file, RootMetadata root, RoleSigning signing)
    {
        Report report = new Report().Line($"{file}: root version {root.Version}, expires {TufTime.Format(root.Expires)}");
        var roles = new JsonObject();
        (string, RoleKeys)[] permit = root.Permit is null ? [] : [(PermitRole, root.Permit)];
        foreach ((string name, RoleKeys role) in new[] { ("root", root.Root), ("timestamp", root.Timestamp), ("snapshot", root.Snapshot), ("targets", root.Targets) }.Concat(permit))
        {
            report.Line($"  {name,-10} {role.Threshold} of {string.Join(", ", role.Keys.Select(k => RoleSigning.Short(k.KeyId)))}");
            roles[name] = new JsonObject { ["threshold"] = role.Threshold, ["keys"] = new JsonArray([.. role.Keys.Select(k => (JsonNode)k.KeyId)]) };
        }

        return report
            .Line("  signed by  " + signing.Words())
            .Fact("root", file)
            .Fact("root_version", root.Version)
            .Fact("expires", TufTime.Format(root.Expires))
            .Fact("keys", roles)
            .Fact("complete", signing.IsComplete)
            .Fact("roles", new JsonArray(signing.Facts()));
    }

    private static Dictionary<string, RoleKeys> ReadRoles(IReadOnlyList<string> texts)
    {
        string[] names = ["root", "timestamp", "snapshot", "targets"];
        var roles = new Dictionary<string, RoleKeys>(StringComparer.Ordinal);
        foreach (string text in texts)
        {
            (string name, string value) = Values.Pair("--role", text, RoleExample);
            if (!names.Append(PermitRole).Contains(name) || !roles.TryAdd(name, ReadRole($"--role {text}", value, $"--role {RoleExample}")))
            {
                throw new ToolException(ExitCode.Usage, $"--role {text} names no role, or one that was given already", "the roles are root, timestamp, snapshot and targets, each once, and permit");
            }
        }

        string[] missing = [.. names.Where(n => !roles.ContainsKey(n))];
        return missing.Length == 0
            ? roles
            : throw new ToolException(ExitCode.Usage, $"no keys for role {string.Join(", ", missing)}", $"add --role {missing[0]}=KEY.pub.json:1");
    }

    /// <summary>Reads <c>KEY.pub.json,KEY.pub.json:THRESHOLD</c>.</summary>
    /// <param name="given">The option as it was typed.</param>
    /// <param name="value">The part of it that names keys and threshold.</param>
    /// <param name="example">A good one.</param>
    internal static RoleKeys ReadRole(string given, string value, string example)
    {
        int colon = value.LastIndexOf(':');
        if (colon < 1 || !int.TryParse(value.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int threshold) || threshold < 1)
        {
            throw new ToolException(ExitCode.Usage, $"{given} has no threshold", $"use for example {example}");
        }

        TufKey[] keys = [.. value[..colon].Split(',').Select(KeyFiles.ReadPublic)];
        if (SignatureRule.Distinct(keys) != keys.Length)
        {
            throw new ToolException(ExitCode.Usage, $"{given} names a key twice", "each person has a key of their own");
        }

        return threshold <= keys.Length
            ? new RoleKeys([.. keys], threshold)
            : throw new ToolException(ExitCode.Usage, $"{given} asks for {threshold} signatures of {keys.Length} keys", "name more keys or lower the threshold");
    }
}
