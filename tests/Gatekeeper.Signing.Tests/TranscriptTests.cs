using System.Text;

namespace Gatekeeper.Signing.Tests;

/// <summary>
/// What was typed, what came out, exit code: every file in Transcripts is run from its first line to its last and must give itself.
/// Lines with <c>$ gatekeeper-sign</c> run our program, other <c>$</c> lines a shell; <c>X=</c> before the program sets the passphrase.
/// With GATEKEEPER_UPDATE_TRANSCRIPTS set to the folder of the sources, files are written anew in place of being compared.
/// </summary>
[Collection(CommandLineTests.Name)]
public class TranscriptTests
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Transcripts");

    public static TheoryData<string> Files => [.. Directory.GetFiles(Folder, "*.txt").Select(f => Path.GetFileName(f)).Order()];

    [Theory]
    [MemberData(nameof(Files))]
    public void Transcript_GivesItself(string file)
    {
        string expected = File.ReadAllText(Path.Combine(Folder, file));
        using var workshop = new Workshop();
        string actual = Replay(expected, workshop);
        if (Environment.GetEnvironmentVariable("GATEKEEPER_UPDATE_TRANSCRIPTS") is { Length: > 0 } sources)
        {
            File.WriteAllText(Path.Combine(sources, file), actual);
            return;
        }

        Assert.Equal(expected, actual);
    }

    [Fact]
    public void EveryExitCodeButOurOwnMistakes_IsInATranscript()
    {
        string all = string.Concat(Directory.GetFiles(Folder, "*.txt").Select(File.ReadAllText));
        foreach (ExitCode code in Enum.GetValues<ExitCode>().Where(c => c != ExitCode.Internal))
        {
            Assert.True(code == ExitCode.Done || all.Contains($"[exit {(int)code}]", StringComparison.Ordinal), $"no transcript ends with {code}");
        }
    }

    [Fact]
    public void EveryErrorInATranscript_HasAHintAndNoFullStop()
    {
        foreach (string file in Directory.GetFiles(Folder, "*.txt"))
        {
            string[] lines = File.ReadAllLines(file);
            for (int i = 0; i < lines.Length; i++)
            {
                if (lines[i].StartsWith("error: ", StringComparison.Ordinal))
                {
                    Assert.StartsWith("hint: ", lines[i + 1], StringComparison.Ordinal);
                    Assert.False(lines[i].EndsWith('.') || lines[i + 1].EndsWith('.'), lines[i]);
                    Assert.False(char.IsUpper(lines[i]["error: ".Length]), lines[i]);
                }
            }
        }
    }

    private static string Replay(string transcript, Workshop workshop)
    {
        var answer = new StringBuilder();
        bool comment = true;
        foreach (string line in transcript.Split('\n'))
        {
            if (line.StartsWith("$ ", StringComparison.Ordinal))
            {
                comment = false;
                answer.Append(line).Append('\n').Append(Type(line[2..], workshop));
            }
            else if (line.StartsWith('#') || (comment && line.Length > 0))
            {
                answer.Append(line).Append('\n');
            }
        }

        return answer.ToString();
    }

    private static string Type(string typed, Workshop workshop)
    {
        const string Program = "gatekeeper-sign ";
        const string Variable = "GATEKEEPER_PASSPHRASE=";
        string? passphrase = Workshop.Passphrase;
        if (typed.StartsWith(Variable, StringComparison.Ordinal))
        {
            string value = typed[Variable.Length..typed.IndexOf(' ', StringComparison.Ordinal)];
            passphrase = value.Length == 0 ? null : value;
            typed = typed[(typed.IndexOf(' ', StringComparison.Ordinal) + 1)..];
        }

        if (!typed.StartsWith(Program, StringComparison.Ordinal))
        {
            (int code, string output) = HostTool.Run(workshop.Folder, "bash", "-c", typed);
            return output + (code == 0 ? "" : $"[exit {code}]\n");
        }

        Outcome outcome = workshop.Run(typed[Program.Length..], passphrase);
        return outcome.Output + outcome.Errors + (outcome.Code == ExitCode.Done ? "" : $"[exit {(int)outcome.Code}]\n");
    }
}
