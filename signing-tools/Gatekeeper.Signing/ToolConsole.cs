namespace Gatekeeper.Signing;

/// <summary>All the tool has of the outside beside files: its streams, its environment and, at a terminal, a person. A test hands in its own.</summary>
public sealed class ToolConsole
{
    /// <summary>Results: text, or one JSON object with <c>--json</c>.</summary>
    public required TextWriter Out { get; init; }

    /// <summary>Progress, prompts, <c>error:</c> and <c>hint:</c> lines.</summary>
    public required TextWriter Error { get; init; }

    /// <summary>Reads an environment variable; null when it is not set.</summary>
    public required Func<string, string?> Environment { get; init; }

    /// <summary>Asks for a line that is not shown; null where nobody can be asked.</summary>
    public Func<string, string?>? AskSecret { get; init; }

    /// <summary>Asks a question and reads a line; null where nobody can be asked.</summary>
    public Func<string, string?>? Ask { get; init; }

    /// <summary>The time, seconds since 1970-01-01 UTC, for warnings of what expires and nothing else; null where there is none.</summary>
    public Func<long>? Clock { get; init; }

    /// <summary>True when <see cref="Error"/> is a terminal that can show progress.</summary>
    public bool ShowProgress { get; init; }

    /// <summary>The process's own console.</summary>
    public static ToolConsole System() => new()
    {
        Out = Console.Out,
        Error = Console.Error,
        Environment = global::System.Environment.GetEnvironmentVariable,
        AskSecret = Console.IsInputRedirected || Console.IsErrorRedirected ? null : AskAtTerminal,
        Ask = Console.IsInputRedirected || Console.IsErrorRedirected ? null : AskLine,
        Clock = () => DateTimeOffset.UtcNow.ToUnixTimeSeconds(),
        ShowProgress = !Console.IsErrorRedirected,
    };

    private static string? AskLine(string question)
    {
        Console.Error.Write(question + ": ");
        return Console.ReadLine();
    }

    private static string? AskAtTerminal(string prompt)
    {
        Console.Error.Write(prompt + ": ");
        var typed = new global::System.Text.StringBuilder();
        while (true)
        {
            ConsoleKeyInfo key = Console.ReadKey(intercept: true);
            if (key.Key == ConsoleKey.Enter)
            {
                Console.Error.WriteLine();
                return typed.ToString();
            }

            if (key.Key == ConsoleKey.Backspace)
            {
                typed.Length = Math.Max(0, typed.Length - 1);
            }
            else if (!char.IsControl(key.KeyChar))
            {
                typed.Append(key.KeyChar);
            }
        }
    }
}
