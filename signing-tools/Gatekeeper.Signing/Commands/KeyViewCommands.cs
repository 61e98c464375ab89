using System.CommandLine;
using Gatekeeper.Release;
using Gatekeeper.Signing.Keys;
using Gatekeeper.Signing.Keys.Lms;
using Gatekeeper.Signing.Keys.Tokens;
using Gatekeeper.Signing.Metadata;
using Net.Pkcs11Interop.HighLevelAPI;
using JsonArray = System.Text.Json.Nodes.JsonArray;
using JsonObject = System.Text.Json.Nodes.JsonObject;

namespace Gatekeeper.Signing.Commands;

/// <summary><c>key show</c>, <c>key list</c> and <c>key advance</c>.</summary>
internal static class KeyViewCommands
{
    /// <summary><c>key show</c>.</summary>
    internal static Command Show(CommandFrame frame)
    {
        var key = new Argument<string>("key") { Description = "NAME.pem, NAME.pub.json or a pkcs11: URI" };
        var output = new Option<string>("--out") { Description = "write the public key to this file, NAME.pub.json", HelpName = "FILE" };
        Option<string[]> passphrases = CommandFrame.PassphraseFiles();
        var command = new Command("show", "which key it is; its public key; signatures left") { key, output, passphrases };
        return frame.Does(command, parse =>
        {
            string name = parse.GetRequiredValue(key);
            Passphrases secrets = frame.Passphrases(parse, passphrases);
            (TufKey shown, Report report) = TokenUri.Is(name) ? FromToken(TokenUri.Parse(name), secrets) : FromFile(name, secrets);
            if (parse.GetValue(output) is string file)
            {
                OutputFile.ExpectNew(file);
                OutputFile.MakeFolderOf(file);
                OutputFile.WriteNew(file, KeyFiles.WritePublic(shown));
                report.Line($"public key  {file}").Fact("public_key", file);
            }

            return report;
        });
    }

    /// <summary><c>key list</c>.</summary>
    internal static Command List(CommandFrame frame)
    {
        var uri = new Option<string>("--token") { Description = "pkcs11:token=...?module-path=...", Required = true, HelpName = "URI" };
        var command = new Command("list", "the keys in a token") { uri };
        return frame.Does(command, parse =>
        {
            var wanted = TokenUri.Parse(parse.GetRequiredValue(uri));
            using TokenShelf tokens = frame.Passphrases(parse).OpenTokens();
            Token token = tokens.Token(wanted);
            var report = new Report();
            var all = new JsonArray();
            foreach (IObjectHandle handle in token.PrivateKeys(wanted))
            {
                all.Add(Row(token, handle, report));
            }

            if (all.Count == 0)
            {
                report.Line($"the token {token.Label} has no private key that matches");
            }

            return report.Fact("token", token.Label).Fact("keys", all);
        });
    }

    /// <summary><c>key advance</c>.</summary>
    internal static Command Advance(CommandFrame frame)
    {
        var file = new Argument<string>("key") { Description = "NAME.pem of an x-ed25519+lms key" };
        var seen = new Option<uint>("--index-seen") { Description = "the highest index that the key signed with, or a higher one", Required = true, HelpName = "N" };
        Option<string[]> passphrases = CommandFrame.PassphraseFiles();
        var command = new Command("advance", "count all indexes up to one as used: after a backup was restored; never goes back") { file, seen, passphrases };
        return frame.Does(command, parse =>
        {
            string name = parse.GetRequiredValue(file);
            using PrivateKey key = KeyFiles.Decrypt(name, 0, frame.Passphrases(parse, passphrases));
            if (key is not Ed25519LmsPrivateKey tree)
            {
                throw new ToolException(ExitCode.Usage, $"{name} has no index: keys of its type sign without end", "only x-ed25519+lms keys count");
            }

            using var index = LmsIndex.Open(name, tree.Public.KeyId, tree.IndexMacKey, tree.Capacity, parse.GetRequiredValue(seen));
            return Counted(new Report().Describe(tree.Public), index, tree.Capacity);
        });
    }

    private static (TufKey Key, Report Report) FromToken(TokenUri uri, Passphrases secrets)
    {
        using TokenShelf tokens = secrets.OpenTokens();
        Token token = tokens.Token(uri);
        using TokenKey key = tokens.Key(uri);
        return (key.Public, new Report()
            .Line($"private key in the token {token.Label}{(key.NeverLeft ? ", which it never left" : "; it was not made there or may leave it")}")
            .Line($"in the token {key.Name}")
            .Describe(key.Public)
            .Fact("token", token.Label)
            .Fact("token_key", key.Name)
            .Fact("never_left", key.NeverLeft));
    }

    private static (TufKey Key, Report Report) FromFile(string name, Passphrases secrets)
    {
        if (name.EndsWith(".json", StringComparison.Ordinal))
        {
            TufKey open = KeyFiles.ReadPublic(name);
            return (open, new Report().Describe(open));
        }

        using PrivateKey key = KeyFiles.Decrypt(name, 0, secrets);
        Report report = new Report().Describe(key.Public);
        if (key is Ed25519LmsPrivateKey tree)
        {
            using var index = LmsIndex.Open(name, tree.Public.KeyId, tree.IndexMacKey, tree.Capacity);
            Counted(report, index, tree.Capacity);
        }

        return (key.Public, report);
    }

    private static Report Counted(Report report, LmsIndex index, uint capacity) => report
        .Line($"signatures  {index.Left} of {capacity} left; index {index.Next} comes next")
        .Fact("signatures_left", index.Left)
        .Fact("next_index", index.Next);

    private static JsonObject Row(Token token, IObjectHandle handle, Report report)
    {
        string name = TokenKey.NameOf(token, handle);
        try
        {
            using var key = new TokenKey(token, handle);
            report.Line($"{name}  {key.Public.Scheme}  {RoleSigning.Short(key.Public.KeyId)}  {(key.NeverLeft ? "never left the token" : "not made there, or may leave it")}");
            return new JsonObject { ["token_key"] = name, ["scheme"] = key.Public.Scheme, ["key_id"] = key.Public.KeyId, ["never_left"] = key.NeverLeft };
        }
        catch (FormatException e)
        {
            report.Line($"{name}  not usable: {e.Message}");
            return new JsonObject { ["token_key"] = name, ["unusable"] = e.Message };
        }
    }
}
