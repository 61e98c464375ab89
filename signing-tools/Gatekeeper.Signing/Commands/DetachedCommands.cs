using System.CommandLine;
using System.Text;
using System.Text.Json.Nodes;
using Gatekeeper.Release;
using Gatekeeper.Signing.Ceremony;
using Gatekeeper.Signing.Metadata;
using JsonArray = System.Text.Json.Nodes.JsonArray;
using JsonObject = System.Text.Json.Nodes.JsonObject;

namespace Gatekeeper.Signing.Commands;

/// <summary><c>to-sign</c> and <c>add-signature</c> of releases, roots and requests: the exact bytes go out to any signing device or program, its raw signature comes back.</summary>
internal static class DetachedCommands
{
    private const int MaxSignatureBytes = 64 * 1024;
    private const string SignatureEnding = ".sig";

    internal static Command ToSign(CommandFrame frame, string kind)
    {
        var file = new Argument<string>(kind) { Description = "the file that lacks signatures" };
        var folder = new Option<string>("--out") { Description = "a new folder for the bytes to sign", Required = true, HelpName = "DIR" };
        var command = new Command("to-sign", "write the exact bytes to sign for each role and key that may still sign, for any signing device or program") { file, folder };
        return frame.Does(command, parse =>
        {
            using SignedFile opened = Open(parse.GetRequiredValue(file), kind);
            string output = parse.GetRequiredValue(folder);
            OutputFile.ExpectNew(output);
            OutputFile.MakeFolderOf(Path.Combine(output, "x"));

            // What the bytes say goes with them: whoever holds the signing device reads it there.
            OutputFile.WriteNew(Path.Combine(output, "what-is-signed.txt"), Encoding.UTF8.GetBytes(string.Join('\n', opened.Words) + "\n"));
            Report report = new Report().Lines(opened.Words).Expires(opened.Expiries);
            var files = new JsonArray();
            foreach (RoleSigning role in opened.Roles)
            {
                foreach (TufKey key in role.MaySign.Where(k => k.IsKnown))
                {
                    files.Add((JsonNode)Write(report, output, role, key, opened.Names));
                }
            }

            return report.Line($"then: gatekeeper-sign {kind} add-signature {opened.FilePath} --signature {Path.Combine(output, "ROLE.KEY" + SignatureEnding)}")
                .Fact("folder", output)
                .Fact("files", files);
        });
    }

    internal static Command AddSignature(CommandFrame frame, string kind)
    {
        var file = new Argument<string>(kind) { Description = "the file that gets the signatures" };
        var signatures = new Option<string[]>("--signature") { Description = "raw signatures, in files named ROLE.KEY.sig like the files that to-sign wrote", Required = true, AllowMultipleArgumentsPerToken = true, HelpName = "FILE" };
        var role = new Option<string?>("--role") { Description = "the role, where the one signature file has another name", HelpName = "ROLE" };
        var by = new Option<string?>("--by") { Description = "the key, by its name or the beginning of its id, where the one signature file has another name", HelpName = "KEY" };
        var command = new Command("add-signature", "take raw signatures back, each checked before anything is written") { file, signatures, role, by };
        return frame.Does(command, parse =>
        {
            using SignedFile opened = Open(parse.GetRequiredValue(file), kind);
            string[] paths = parse.GetRequiredValue(signatures);
            (string? roleName, string? keyName) = (parse.GetValue(role), parse.GetValue(by));
            if ((roleName is null) != (keyName is null) || (roleName is not null && paths.Length > 1))
            {
                throw new ToolException(ExitCode.Usage, "--role and --by go together, with one --signature", "or name the files ROLE.KEY.sig");
            }

            foreach (string path in paths)
            {
                (string toRole, string toKey) = roleName is null ? FromName(path) : (roleName, keyName!);
                Add(opened, path, toRole, toKey);
            }

            SigningFlow.Save(frame, opened);
            return SigningFlow.Answer(opened);
        });
    }

    private static JsonObject Write(Report report, string folder, RoleSigning role, TufKey key, KeyNames names)
    {
        string stem = Path.Combine(folder, $"{role.Name}.{RoleSigning.Short(key.KeyId)}");
        (string input, string output) = (stem + ".to-sign", stem + SignatureEnding);
        OutputFile.WriteNew(input, role.Metadata.SignedBytes.AsSpan());
        report.Line($"{input}: {role.Metadata.SignedBytes.Length} bytes of {role.Name}, for {names.Word(key.KeyId)}")
            .Line($"  {key.Scheme}: {RawSignature.Expected(key.Scheme)}");
        if (RawSignature.OpenSsl(key.Scheme, input, output) is { } example)
        {
            report.Line("  " + example);
        }

        return new JsonObject { ["role"] = role.Name, ["key"] = key.KeyId, ["scheme"] = key.Scheme, ["to_sign"] = input, ["signature"] = output };
    }

    private static void Add(SignedFile file, string path, string roleName, string keyName)
    {
        RoleSigning role = file.Roles.FirstOrDefault(r => r.Name == roleName)
            ?? throw new ToolException(ExitCode.Usage, $"{roleName} is not signed in {file.FilePath}", $"its roles are {string.Join(", ", file.Roles.Select(r => r.Name))}");
        TufKey[] keys = [.. role.Keys.Where(k => file.Names.Of(k.KeyId) == keyName || (keyName.Length >= 8 && k.KeyId.StartsWith(keyName, StringComparison.Ordinal)))];
        if (keys.Length != 1)
        {
            throw new ToolException(ExitCode.Signatures, $"{keyName} is {(keys.Length == 0 ? "no key" : "more than one key")} of {roleName}", "inspect shows the keys of each role");
        }

        byte[] raw = InputFile.ReadBytes(path, MaxSignatureBytes, "a signature");
        byte[] signature = RawSignature.Take(keys[0], role.Metadata.SignedBytes.AsSpan(), raw, path);
        role.Add(new MetadataSignature(keys[0].KeyId, [.. signature]));
    }

    private static (string Role, string Key) FromName(string path)
    {
        string[] parts = Path.GetFileName(path).Split('.');
        return parts.Length == 3 && "." + parts[2] == SignatureEnding
            ? (parts[0], parts[1])
            : throw new ToolException(ExitCode.Usage, $"{path} does not say whose signature it is", "name it ROLE.KEY.sig, such as targets.7ab6b86cb2c9.sig, or give --role and --by");
    }

    private static SignedFile Open(string path, string kind)
    {
        SignedFile file = SignedFile.Open(path);
        if (kind == (file switch { ReleaseOnDisk => "release", RootOnDisk => "root", _ => "request" }))
        {
            return file;
        }

        file.Dispose();
        throw new ToolException(ExitCode.Usage, $"{path} is not a {kind}", "releases end in .gku, roots in .root.json, requests in .gks");
    }
}
