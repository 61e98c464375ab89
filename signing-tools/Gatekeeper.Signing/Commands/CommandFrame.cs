using System.CommandLine;
using Gatekeeper.Signing.Keys;

namespace Gatekeeper.Signing.Commands;

/// <summary>What all commands share: the console, <c>--json</c>, and how an answer becomes an exit code.</summary>
internal sealed class CommandFrame(ToolConsole console, Option<bool> json, Option<string[]> pinFiles)
{
    /// <summary>Where the command speaks.</summary>
    internal ToolConsole Console => console;

    /// <summary>The option that names passphrase files, a new one for each command.</summary>
    internal static Option<string[]> PassphraseFiles() => new("--passphrase-file")
    {
        Description = "file whose first line is the passphrase; once for all keys, or once for each key in their order",
        HelpName = "FILE",
    };

    /// <summary>Gives a command its work.</summary>
    internal Command Does(Command command, Func<ParseResult, Report> work)
    {
        command.SetAction(parse =>
        {
            work(parse).Print(console, parse.GetValue(json));
            return (int)ExitCode.Done;
        });
        return command;
    }

    /// <summary>The source of passphrases and PINs for one command line.</summary>
    internal Passphrases Passphrases(ParseResult parse, Option<string[]>? files = null) => new(console, files is null ? [] : parse.GetValue(files) ?? [], parse.GetValue(pinFiles) ?? []);
}
