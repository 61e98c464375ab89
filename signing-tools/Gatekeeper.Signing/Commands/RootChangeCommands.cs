using System.CommandLine;
using System.Globalization;
using Gatekeeper.Release;
using Gatekeeper.Signing.Ceremony;
using Gatekeeper.Signing.Keys;
using Gatekeeper.Signing.Metadata;

namespace Gatekeeper.Signing.Commands;

/// <summary><c>root rotate</c>, <c>key revoke</c> and <c>role threshold</c>: each makes a request for the next root, which its old and its new people sign.</summary>
internal static class RootChangeCommands
{
    internal static Command Rotate(CommandFrame frame)
    {
        var add = new Option<string[]>("--add") { Description = "ROLE=KEY.pub.json[,KEY.pub.json...], keys that come", AllowMultipleArgumentsPerToken = true, HelpName = "ROLE" };
        var remove = new Option<string[]>("--remove") { Description = "ROLE=KEY[,KEY...], keys that go; KEY is a name, the beginning of an id or a .pub.json file", AllowMultipleArgumentsPerToken = true, HelpName = "ROLE" };
        var replace = new Option<string[]>("--replace") { Description = "KEY=NEW.pub.json, a new key in every role of an old one", AllowMultipleArgumentsPerToken = true, HelpName = "KEY" };
        var thresholds = new Option<string[]>("--threshold") { Description = "ROLE=N", AllowMultipleArgumentsPerToken = true, HelpName = "ROLE" };
        var names = new Option<string[]>("--name") { Description = "KEY=NAME, what people call a key; a new key's file's name when not given", AllowMultipleArgumentsPerToken = true, HelpName = "NAME" };
        var common = new Common();
        var command = new Command("rotate", "begin the next root: other keys, thresholds or a later date") { add, remove, replace, thresholds, names };
        return common.Does(frame, command, (parse, draft) =>
        {
            string[] called = parse.GetValue(names) ?? [];
            var labels = new KeyLabels(called);
            foreach (string text in parse.GetValue(replace) ?? [])
            {
                (string old, string file) = Values.Pair("--replace", text, "alice=alice-2.pub.json");
                draft.RemoveEverywhere(draft.Find(old), labels.Read(file), labels.NameOf(file));
            }

            foreach ((string role, string key) in Keys("--remove", parse.GetValue(remove)))
            {
                draft.Remove(role, draft.Find(key));
            }

            foreach ((string role, string file) in Keys("--add", parse.GetValue(add)))
            {
                draft.Add(role, labels.Read(file), labels.NameOf(file));
            }

            foreach (string text in called)
            {
                (string key, string name) = Values.Pair("--name", text, "alice=\"Alice Example\"");
                draft.Name(draft.Find(key), name);
            }

            SetThresholds(draft, "--threshold", parse.GetValue(thresholds) ?? []);
        });
    }

    internal static Command Revoke(CommandFrame frame)
    {
        var keys = new Argument<string[]>("key") { Description = "keys that go from every role: names, beginnings of ids or .pub.json files", Arity = ArgumentArity.OneOrMore };
        var common = new Common();
        var command = new Command("revoke", "begin a root without a key that was lost or stolen") { keys };
        return common.Does(frame, command, (parse, draft) =>
        {
            foreach (TufKey key in parse.GetRequiredValue(keys).Select(draft.Find).ToArray())
            {
                draft.RemoveEverywhere(key);
            }
        });
    }

    internal static Command BuildRole(CommandFrame frame)
    {
        var changes = new Argument<string[]>("change") { Description = "ROLE=N, for example targets=2", Arity = ArgumentArity.OneOrMore };
        var common = new Common();
        var command = new Command("threshold", "begin a root in which another number of people must sign") { changes };
        common.Does(frame, command, (parse, draft) => SetThresholds(draft, "", parse.GetRequiredValue(changes)));
        return new Command("role", "what a role asks for") { command };
    }

    private static void SetThresholds(RootDraft draft, string option, IEnumerable<string> texts)
    {
        foreach (string text in texts)
        {
            (string role, string value) = Values.Pair(option, text, "targets=2");
            draft.SetThreshold(role, int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number is >= 1 and <= Limits.MaxSignatures
                ? number
                : throw new ToolException(ExitCode.Usage, $"{text} has no threshold", $"a threshold is a number from 1 to {Limits.MaxSignatures}"));
        }
    }

    private static IEnumerable<(string Role, string Key)> Keys(string option, string[]? texts)
    {
        foreach (string text in texts ?? [])
        {
            (string role, string keys) = Values.Pair(option, text, "targets=dave.pub.json");
            foreach (string key in keys.Split(','))
            {
                yield return (role, key);
            }
        }
    }

    /// <summary>What the three have in common.</summary>
    private sealed class Common
    {
        private readonly Option<string> _folder = new("--root-dir") { Description = "folder of 1.root.json, 2.root.json, ...; nothing is written there yet", Required = true, HelpName = "DIR" };
        private readonly Option<string?> _expires = new("--expires") { Description = "when the new root expires; as the one before when not given", HelpName = "DATE" };
        private readonly Option<string> _output = new("--out") { Description = "the signing request to make, X.gks", Required = true, HelpName = "FILE" };
        private readonly Option<string[]> _keys = new("--sign") { Description = "private keys that sign it now; request sign adds others", AllowMultipleArgumentsPerToken = true, HelpName = "KEY" };
        private readonly Option<string[]> _passphrases = CommandFrame.PassphraseFiles();

        internal Command Does(CommandFrame frame, Command command, Action<ParseResult, RootDraft> change)
        {
            command.Add(_folder);
            command.Add(_expires);
            command.Add(_output);
            command.Add(_keys);
            command.Add(_passphrases);
            return frame.Does(command, parse =>
            {
                string output = parse.GetRequiredValue(_output);
                OutputFile.ExpectNew(output);
                RootChain chain = RootFolder.ReadAll(parse.GetRequiredValue(_folder));
                var draft = new RootDraft(chain);
                if (parse.GetValue(_expires) is { } text)
                {
                    draft.Expires = Values.Moment("--expires", text);
                }

                change(parse, draft);
                SigningRequest request = SigningRequest.For(chain, draft.Finish(), output);
                using KeyRing ring = KeyRing.Read(parse.GetValue(_keys) ?? [], frame.Passphrases(parse, _passphrases));
                chain.ShowTo(ring);
                RoleSigning.ExpectAllUsed(ring, [.. request.Roles.SelectMany(r => r.Add(ring))], "this root");
                RequestOnDisk.Create(output, request);
                using var made = new RequestOnDisk(output);
                return RequestCommands.Show(made, null);
            });
        }
    }
}
