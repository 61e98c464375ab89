using System.CommandLine;
using Gatekeeper.Signing.Keys;

namespace Gatekeeper.Signing.Commands;

/// <summary>What all commands share: the console, <c>--json</c>, warnings of dates, and how an answer becomes an exit code.</summary>
internal sealed class CommandFrame(ToolConsole console, RootCommand root)
{
    /// <summary>Days before something expires that commands warn of it, when the command line does not say.</summary>
    internal const int WarnDays = 90;

    private readonly Option<bool> _json = Everywhere(root, new Option<bool>("--json") { Description = "answer with one JSON object, for scripts", Recursive = true });

    private readonly Option<int> _warnDays = Everywhere(root, new Option<int>("--warn-days")
    {
        Description = "warn of what expires within so many days; 0: only of what has expired",
        DefaultValueFactory = _ => WarnDays,
        HelpName = "DAYS",
        Recursive = true,
    });

    private readonly Option<string?> _now = Everywhere(root, new Option<string?>("--now")
    {
        Description = "the time that warnings go by, in place of this machine's clock; nothing else does",
        HelpName = "DATE",
        Recursive = true,
    });

    private readonly Option<string[]> _pinFiles = Everywhere(root, new Option<string[]>("--pin-file")
    {
        Description = "file whose first line is a token's PIN; once for all tokens, or once for each in their order",
        HelpName = "FILE",
        Recursive = true,
    });

    /// <summary>Where the command speaks.</summary>
    internal ToolConsole Console => console;

    /// <summary>The option that names passphrase files, a new one for each command.</summary>
    internal static Option<string[]> PassphraseFiles() => new("--passphrase-file")
    {
        Description = "file whose first line is the passphrase; once for all keys, or once for each key in their order",
        HelpName = "FILE",
    };

    /// <summary>The option that answers the question before signing.</summary>
    internal static Option<bool> YesOption() => new("--yes") { Description = "sign without being asked" };

    /// <summary>Gives a command its work.</summary>
    internal Command Does(Command command, Func<ParseResult, Report> work)
    {
        command.SetAction(parse =>
        {
            int days = parse.GetValue(_warnDays);
            if (days < 0)
            {
                throw new ToolException(ExitCode.Usage, $"--warn-days {days} is below 0", "give days, such as 90");
            }

            long? now = parse.GetValue(_now) is { } text ? Values.Moment("--now", text) : console.Clock?.Invoke();
            return (int)work(parse).Print(console, parse.GetValue(_json), now, days);
        });
        return command;
    }

    /// <summary>The source of passphrases and PINs for one command line.</summary>
    internal Passphrases Passphrases(ParseResult parse, Option<string[]>? files = null) => new(console, files is null ? [] : parse.GetValue(files) ?? [], parse.GetValue(_pinFiles) ?? []);

    private static T Everywhere<T>(RootCommand root, T option)
        where T : Option
    {
        root.Options.Add(option);
        return option;
    }
}
