using System.Text;

namespace Gatekeeper.Cli;

/// <summary>Reads a PIN from a terminal without showing it, twice, or from standard input, once.</summary>
public static class PinPrompt
{
    /// <summary>More than any PIN: what is longer is cut, and refused for its length.</summary>
    private const int MaxChars = 64;

    /// <summary>Asks for a PIN.</summary>
    /// <param name="question">Shown on a terminal.</param>
    /// <returns>What was typed; null when nothing was, or the two differ.</returns>
    public static string? Read(string question) => Console.IsInputRedirected
        ? FromStream(Console.In)
        : Twice(question, Console.Error, () => Console.ReadKey(intercept: true));

    /// <summary>The first line, without its end.</summary>
    internal static string? FromStream(TextReader input)
    {
        var text = new StringBuilder();
        for (int c = input.Read(); c is not (-1 or '\n'); c = input.Read())
        {
            if (text.Length < MaxChars && c != '\r')
            {
                text.Append((char)c);
            }
        }

        return text.Length == 0 ? null : text.ToString();
    }

    /// <summary>Both lines as they were typed; only what asks for them is written.</summary>
    internal static string? Twice(string question, TextWriter terminal, Func<ConsoleKeyInfo> readKey)
    {
        string first = Hidden(question, terminal, readKey);
        return first.Length > 0 && Hidden("Once more: ", terminal, readKey) == first ? first : null;
    }

    private static string Hidden(string question, TextWriter terminal, Func<ConsoleKeyInfo> readKey)
    {
        terminal.Write(question);
        var text = new StringBuilder();
        while (true)
        {
            ConsoleKeyInfo key = readKey();
            if (key.Key == ConsoleKey.Enter)
            {
                terminal.WriteLine();
                return text.ToString();
            }

            if (key.Key == ConsoleKey.Backspace)
            {
                text.Length = Math.Max(0, text.Length - 1);
            }
            else if (!char.IsControl(key.KeyChar) && text.Length < MaxChars)
            {
                text.Append(key.KeyChar);
            }
        }
    }
}
