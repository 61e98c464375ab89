namespace Gatekeeper.Signing.Keys.Tokens;

/// <summary>Where PINs come from, in this order: <c>pin-source</c> in the URI, <c>--pin-file</c>, the environment, a prompt. Never the command line.</summary>
/// <param name="console">The prompt and the environment.</param>
/// <param name="files">One file for all tokens, or one for each token in the order in which they are first named; may be empty.</param>
internal sealed class Pins(ToolConsole console, IReadOnlyList<string> files)
{
    /// <summary>The environment variable that is read.</summary>
    internal const string Variable = "GATEKEEPER_PIN";

    private int _tokens;

    /// <summary>The PIN of the next token, and where it came from.</summary>
    /// <param name="uri">May name a file.</param>
    /// <param name="token">The token's label.</param>
    /// <param name="lastTry">The next wrong PIN locks the token: only a person who reads that may go on.</param>
    internal (string Pin, string Source) ForToken(TokenUri uri, string token, bool lastTry)
    {
        int index = _tokens++;
        if (lastTry)
        {
            string? typed = console.AskSecret?.Invoke($"LAST TRY before the token {token} is locked; its PIN");
            return (Given(typed) ?? throw new ToolException(ExitCode.Passphrase, $"one more wrong PIN locks the token {token}, so its PIN is taken from a prompt only", "run the command at a terminal"), "the prompt");
        }

        if (uri.PinFile is string source)
        {
            return (Read(source), source);
        }

        if (files.Count > 1 && index >= files.Count)
        {
            throw new ToolException(ExitCode.Usage, $"{files.Count} PIN files do not go with the tokens given", "give one --pin-file for all tokens, or one for each token in their order");
        }

        if (files.Count > 0)
        {
            string file = files[files.Count == 1 ? 0 : index];
            return (Read(file), file);
        }

        return Given(console.Environment(Variable)) is string value
            ? (value, Variable)
            : (Given(console.AskSecret?.Invoke($"PIN of the token {token}")) ?? throw new ToolException(ExitCode.Passphrase, $"no PIN for the token {token}", $"give --pin-file FILE, set {Variable}, or run it at a terminal"), "the prompt");
    }

    private static string? Given(string? text) => string.IsNullOrEmpty(text) ? null : text;

    private static string Read(string file)
    {
        string text = InputFile.ReadText(file, maxBytes: 4096, "a PIN file");
        int end = text.AsSpan().IndexOfAny('\r', '\n');
        return Given(end < 0 ? text : text[..end]) ?? throw new ToolException(ExitCode.Passphrase, $"the first line of {file} is empty", "write the PIN into it; nothing was tried");
    }
}
