using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Gatekeeper.Update.Control;

namespace Gatekeeper.Cli;

/// <summary>The commands of <c>gatekeeper</c>. Each asks gatekeeperd one question and prints the answer; nothing is decided here.</summary>
public static partial class CommandTree
{
    /// <summary>Builds the commands.</summary>
    /// <param name="output">Where answers go.</param>
    /// <param name="errors">Where <c>error:</c> and <c>hint:</c> lines go.</param>
    /// <param name="ask">How gatekeeperd is asked.</param>
    /// <param name="readPin">How a person is asked for a PIN: the question in, the PIN or null out.</param>
    public static RootCommand Build(TextWriter output, TextWriter errors, Func<ControlRequest, ControlAnswer> ask, Func<string, string?> readPin)
    {
        var json = new Option<bool>("--json") { Description = "one JSON object, for scripts", Recursive = true };
        var root = new RootCommand(
            "Asks and tells gatekeeperd on this device.\n\nExit codes: 0 done; 1 command line or a file on it not usable; 2 refused; 3 gatekeeperd does not answer; 4 something to mend.");
        root.Options.Add(json);

        var frame = new Frame(output, errors, ask, json);
        root.Subcommands.Add(frame.Query("status", "what runs here and what happens now", ControlCommands.Status, a => a.Status, ControlJson.Default.DeviceReport, Reports.Status));
        root.Subcommands.Add(Slots(frame));
        root.Subcommands.Add(Log(frame));
        root.Subcommands.Add(frame.Act("confirm", "answer the health check of a new version with yes", () => new ControlRequest { Format = 1, Command = ControlCommands.Confirm }, "confirmed"));
        root.Subcommands.Add(Provision(frame));
        root.Subcommands.Add(Challenge(frame));
        root.Subcommands.Add(Forget(frame));
        root.Subcommands.Add(Person(frame, readPin));
        root.Subcommands.Add(Language(frame));
        root.Subcommands.Add(Doctor(frame));
        return root;
    }

    private static Command Slots(Frame frame)
    {
        var command = new Command("slots", "both slot sets, and when the one that does not run was last checked");
        command.SetAction(parse => frame.Run(ControlCommands.Slots, answer =>
        {
            foreach (SlotReport slot in answer.Slots ?? [])
            {
                frame.Output.WriteLine(frame.IsJson(parse)
                    ? JsonSerializer.Serialize(slot, ControlJson.Default.SlotReport)
                    : Reports.Slot(slot));
            }

            if (!frame.IsJson(parse) && FallBackReport.Line(answer.Slots ?? []) is { } line)
            {
                frame.Output.WriteLine(line);
            }

            return ExitCodes.Good;
        }));
        return command;
    }

    private static Command Log(Frame frame)
    {
        var since = new Option<long>("--since") { Description = "first record wanted, by its number", DefaultValueFactory = _ => 1 };
        var command = new Command("log", "the audit log, oldest record first") { since };
        command.SetAction(parse => frame.Guard(() =>
        {
            long next = parse.GetValue(since);
            while (true)
            {
                ControlAnswer answer = frame.Ask(new ControlRequest { Format = 1, Command = ControlCommands.Log, Since = next });
                if (answer.Log is not { Length: > 0 } lines)
                {
                    return ExitCodes.Good;
                }

                foreach (LogLine line in lines)
                {
                    frame.Output.WriteLine(frame.IsJson(parse)
                        ? JsonSerializer.Serialize(line, ControlJson.Default.LogLine)
                        : Reports.Line(line));
                }

                next = lines[^1].Seq + 1;
            }
        }));

        var verify = new Command("verify", "walk the whole chain of records");
        verify.SetAction(parse => frame.Run(ControlCommands.LogVerify, answer =>
        {
            LogVerdict verdict = Frame.Given(answer.LogVerdict);
            frame.Output.WriteLine(frame.IsJson(parse)
                ? JsonSerializer.Serialize(verdict, ControlJson.Default.LogVerdict)
                : Reports.Verdict(verdict));
            return verdict.Whole ? ExitCodes.Good : ExitCodes.Findings;
        }));
        command.Subcommands.Add(verify);
        return command;
    }

    private static Command Provision(Frame frame)
    {
        var file = new Option<FileInfo>("--device") { Description = "device.json: id, model, hardware revision", Required = true };
        var command = new Command("provision", "give this device its facts, once, and the firmware its boot entries") { file };
        command.SetAction(parse => frame.Guard(() =>
        {
            FileInfo device = parse.GetRequiredValue(file);
            if (!device.Exists || device.Length > 64 * 1024)
            {
                throw new UnusableFileException($"{device.Name} is not there, or larger than 64 KiB", "name the device.json of this device");
            }

            frame.Ask(new ControlRequest { Format = 1, Command = ControlCommands.Provision, Device = File.ReadAllText(device.FullName) });
            frame.Output.WriteLine("provisioned");
            return ExitCodes.Good;
        }));
        return command;
    }

    private static Command Challenge(Frame frame)
    {
        var action = new Argument<string>("action") { Description = "provision, downgrade, site-root or peripheral" };
        var digest = new Option<string?>("--digest") { Description = "for downgrade: the release's digest, as gatekeeper-sign inspect names it" };
        var port = new Option<string?>("--port") { Description = "for peripheral: where the device is plugged, as gatekeeper log names it, such as 1-2" };
        var command = new Command("challenge", "open the challenge that a manufacturer's permit answers; in service mode only") { action, digest, port };
        command.SetAction(parse => frame.Guard(() =>
        {
            ControlAnswer answer = frame.Ask(new ControlRequest
            {
                Format = 1,
                Command = ControlCommands.Challenge,
                Action = parse.GetRequiredValue(action),
                Digest = parse.GetValue(digest),
                Port = parse.GetValue(port),
            });
            frame.Output.WriteLine(answer.Challenge);
            if (answer.Peripheral is { } peripheral)
            {
                frame.Output.WriteLine($"port {peripheral.Port} digest {peripheral.Digest}");
            }

            return ExitCodes.Good;
        }));
        return command;
    }

    private static Command Forget(Frame frame)
    {
        var port = new Argument<string>("port") { Description = "the port, as gatekeeper status names it, such as 1-2" };
        var command = new Command("forget", "take back what permits allowed at a port, and shut it; in service mode only") { port };
        command.SetAction(parse => frame.Do(() => new ControlRequest { Format = 1, Command = ControlCommands.Forget, Port = parse.GetRequiredValue(port) }, "forgotten"));
        return command;
    }

    private static Command Language(Frame frame)
    {
        var tag = new Argument<string?>("tag") { Description = "such as de or zh-Hans; left out: says which it is", Arity = ArgumentArity.ZeroOrOne };
        var command = new Command("language", "the language of this device's screen; set in service mode only") { tag };
        command.SetAction(parse => frame.Guard(() =>
        {
            ControlAnswer answer = frame.Ask(new ControlRequest { Format = 1, Command = ControlCommands.Language, Language = parse.GetValue(tag) });
            string language = Frame.Given(answer.Language);
            frame.Output.WriteLine(frame.IsJson(parse) ? JsonSerializer.Serialize(new LanguageReport(language), ControlJson.Default.LanguageReport) : language);
            return ExitCodes.Good;
        }));
        return command;
    }

    private static Command Doctor(Frame frame)
    {
        var command = new Command("doctor", "check the whole machine and say what to mend");
        command.SetAction(parse => frame.Run(ControlCommands.Doctor, answer =>
        {
            bool good = true;
            foreach (Finding finding in answer.Findings ?? [])
            {
                good &= finding.Good;
                frame.Output.WriteLine(frame.IsJson(parse)
                    ? JsonSerializer.Serialize(finding, ControlJson.Default.Finding)
                    : Reports.Finding(finding));
            }

            return good ? ExitCodes.Good : ExitCodes.Findings;
        }));
        return command;
    }

    /// <summary>What every command shares: asking, refusals, exit codes.</summary>
    private sealed class Frame(TextWriter output, TextWriter errors, Func<ControlRequest, ControlAnswer> ask, Option<bool> json)
    {
        internal TextWriter Output => output;

        internal bool IsJson(ParseResult parse) => parse.GetValue(json);

        internal ControlAnswer Ask(ControlRequest request)
        {
            ControlAnswer answer = ask(request);
            return answer.Error is null ? answer : throw new RequestRefusedException(answer.Error, answer.Hint ?? "see gatekeeper doctor");
        }

        /// <summary>A result that the answer must have.</summary>
        internal static T Given<T>(T? result)
            where T : class
            => result ?? throw new ControlException("gatekeeperd gave no answer", "look at its log");

        internal int Guard(Func<int> body)
        {
            try
            {
                return body();
            }
            catch (RequestRefusedException e)
            {
                return Complain(e.Message, e.Hint, ExitCodes.Refused);
            }
            catch (UnusableFileException e)
            {
                return Complain(e.Message, e.Hint, ExitCodes.Usage);
            }
            catch (ControlException e)
            {
                return Complain(e.Message, e.Hint, ExitCodes.NoService);
            }
        }

        internal int Run(string command, Func<ControlAnswer, int> print)
        {
            return Guard(() => print(Ask(new ControlRequest { Format = 1, Command = command })));
        }

        internal Command Query<T>(string name, string description, string wire, Func<ControlAnswer, T?> pick, JsonTypeInfo<T> type, Func<T, string> print)
            where T : class
        {
            var command = new Command(name, description);
            command.SetAction(parse => Run(wire, answer =>
            {
                T value = Given(pick(answer));
                output.WriteLine(IsJson(parse) ? JsonSerializer.Serialize(value, type) : print(value));
                return ExitCodes.Good;
            }));
            return command;
        }

        internal Command Act(string name, string description, Func<ControlRequest> request, string done)
        {
            var command = new Command(name, description);
            command.SetAction(_ => Do(request, done));
            return command;
        }

        /// <summary>Asks for a change and says that it is done.</summary>
        internal int Do(Func<ControlRequest> request, string done) => Guard(() =>
        {
            Ask(request());
            output.WriteLine(done);
            return ExitCodes.Good;
        });

        private int Complain(string error, string hint, int code)
        {
            errors.WriteLine($"error: {error}");
            errors.WriteLine($"hint: {hint}");
            return code;
        }
    }

    private sealed class UnusableFileException(string message, string hint) : Exception(message)
    {
        internal string Hint { get; } = hint;
    }

    private sealed class RequestRefusedException(string message, string hint) : Exception(message)
    {
        internal string Hint { get; } = hint;
    }
}
