using System.CommandLine;
using System.Text.Json;
using Gatekeeper.Update.Control;

namespace Gatekeeper.Cli;

/// <summary>The commands on people who confirm installs with a PIN. Each in service mode only: somebody has to stand at the device.</summary>
public static partial class CommandTree
{
    private static Command Person(Frame frame, Func<string, string?> readPin)
    {
        var command = new Command("person", "the people whose PIN confirms an install; in service mode only");
        command.Subcommands.Add(PersonAdd(frame, readPin));
        command.Subcommands.Add(PersonList(frame));
        command.Subcommands.Add(PersonRemove(frame));
        return command;
    }

    private static Command PersonAdd(Frame frame, Func<string, string?> readPin)
    {
        var name = new Argument<string>("name") { Description = "as it shall stand in the audit log" };
        var command = new Command("add", "give a person a PIN of 6 to 12 digits, which is asked for, or read from standard input") { name };
        command.SetAction(parse => frame.Do(
            () => new ControlRequest
            {
                Format = 1,
                Command = ControlCommands.PersonAdd,
                Name = parse.GetRequiredValue(name),
                Pin = readPin($"PIN of {parse.GetRequiredValue(name)}: ") ?? throw new UnusableFileException("no PIN was given, or two that differ", "type the same PIN twice"),
            },
            "added"));
        return command;
    }

    private static Command PersonList(Frame frame)
    {
        var command = new Command("list", "the names of all who have a PIN");
        command.SetAction(parse => frame.Run(ControlCommands.PersonList, answer =>
        {
            foreach (string name in answer.People ?? [])
            {
                frame.Output.WriteLine(frame.IsJson(parse)
                    ? JsonSerializer.Serialize(new PersonReport(name), ControlJson.Default.PersonReport)
                    : name);
            }

            return ExitCodes.Good;
        }));
        return command;
    }

    private static Command PersonRemove(Frame frame)
    {
        var name = new Argument<string>("name") { Description = "as gatekeeper person list has it" };
        var command = new Command("remove", "take a person's PIN back") { name };
        command.SetAction(parse => frame.Do(() => new ControlRequest { Format = 1, Command = ControlCommands.PersonRemove, Name = parse.GetRequiredValue(name) }, "removed"));
        return command;
    }
}
