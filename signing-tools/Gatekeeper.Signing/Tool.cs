using System.CommandLine;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using Gatekeeper.Release;
using Gatekeeper.Signing.Commands;
using JsonObject = System.Text.Json.Nodes.JsonObject;

namespace Gatekeeper.Signing;

/// <summary>The program <c>gatekeeper-sign</c>, callable in-process: arguments in, exit code out.</summary>
public static class Tool
{
    /// <summary>Runs one command.</summary>
    /// <param name="args">As typed, without the program's name.</param>
    /// <param name="console">Where it speaks.</param>
    /// <returns>An <see cref="ExitCode"/>.</returns>
    public static int Run(IReadOnlyList<string> args, ToolConsole console)
    {
        ParseResult parse = CommandTree.Build(console).Parse(args);
        bool json = args.Contains("--json");
        try
        {
            if (parse.Action is ParseErrorAction)
            {
                throw UsageError(parse);
            }

            return parse.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false, Output = console.Out, Error = console.Error });
        }
        catch (ToolException e)
        {
            return Fail(console, json, e);
        }
        catch (RefusedException e)
        {
            return Fail(console, json, new ToolException(ExitCode.Input, $"the file changed while it was read: {e.Detail}", "run the command again when nothing writes to it"));
        }
        catch (IOException e)
        {
            return Fail(console, json, new ToolException(ExitCode.Input, $"reading failed: {e.Message.TrimEnd('.')}", "check the medium the files lie on"));
        }
    }

    private static ToolException UsageError(ParseResult parse)
    {
        string message = string.Join(' ', parse.Errors[0].Message.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)).TrimEnd('.');
        var words = new List<string>();
        for (SymbolResult? at = parse.CommandResult; at is CommandResult command; at = at.Parent)
        {
            words.Insert(0, command.Parent is null ? "gatekeeper-sign" : command.Command.Name);
        }

        return new ToolException(ExitCode.Usage, char.ToLowerInvariant(message[0]) + message[1..], $"{string.Join(' ', words)} --help");
    }

    private static int Fail(ToolConsole console, bool json, ToolException e)
    {
        if (json)
        {
            var facts = new JsonObject { ["ok"] = false, ["exit_code"] = (int)e.Code, ["error"] = e.Message, ["hint"] = e.Hint };
            if (e.RefusalCode is not null)
            {
                facts["refusal"] = e.RefusalCode;
            }

            console.Out.WriteLine(facts.ToJsonString(Report.JsonStyle));
        }

        console.Error.WriteLine("error: " + e.Message);
        console.Error.WriteLine("hint: " + e.Hint);
        return (int)e.Code;
    }
}
