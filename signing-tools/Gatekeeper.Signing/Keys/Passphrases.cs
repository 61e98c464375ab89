using Gatekeeper.Signing.Keys.Tokens;

namespace Gatekeeper.Signing.Keys;

/// <summary>
/// Where passphrases come from, in this order: <c>--passphrase-file</c>, the environment, a prompt. Never the command line,
/// which every process of the machine can read.
/// </summary>
/// <param name="console">The prompt and the environment.</param>
/// <param name="files">One file for all keys, or one for each key in their order; may be empty.</param>
/// <param name="pinFiles">The same for the PINs of tokens.</param>
internal sealed class Passphrases(ToolConsole console, IReadOnlyList<string> files, IReadOnlyList<string>? pinFiles = null)
{
    /// <summary>The environment variable that is read.</summary>
    internal const string Variable = "GATEKEEPER_PASSPHRASE";

    /// <summary>Characters of a new passphrase at least: below it, the rounds of PBKDF2 do not hold a guesser up for long.</summary>
    internal const int MinimumLength = 12;

    private const string Hint = "give --passphrase-file FILE, set " + Variable + ", or run it at a terminal";

    /// <summary>The modules and tokens of one command, with PINs from here.</summary>
    internal TokenShelf OpenTokens() => new(console.Environment, new Pins(console, pinFiles ?? []));

    /// <summary>Tells the person what goes with a key, beside the answer of the command.</summary>
    internal void Note(string text) => console.Error.WriteLine("note: " + text);

    /// <summary>The passphrase of an existing key, the <paramref name="index"/>-th on the command line.</summary>
    internal string ForKey(string keyFile, int index)
    {
        if (files.Count > 1 && index >= files.Count)
        {
            throw new ToolException(ExitCode.Usage, $"{files.Count} passphrase files do not go with the keys given", "give one --passphrase-file for all keys, or one for each key in their order");
        }

        return FromFileOrEnvironment(index)
            ?? console.AskSecret?.Invoke($"passphrase for {keyFile}")
            ?? throw new ToolException(ExitCode.Passphrase, $"no passphrase for {keyFile}", Hint);
    }

    /// <summary>The passphrase of a new key: long enough, and typed twice when typed.</summary>
    internal string ForNewKey(string keyFile)
    {
        string? given = FromFileOrEnvironment(0);
        if (given is null)
        {
            given = console.AskSecret?.Invoke($"new passphrase for {keyFile}") ?? throw new ToolException(ExitCode.Passphrase, $"no passphrase for {keyFile}", Hint);
            if (console.AskSecret.Invoke("once more") != given)
            {
                throw new ToolException(ExitCode.Passphrase, "the two passphrases differ", "run the command again; nothing was written");
            }
        }

        return given.Length >= MinimumLength
            ? given
            : throw new ToolException(ExitCode.Passphrase, $"the passphrase has {given.Length} characters, a new key needs {MinimumLength}", "take several random words; nothing was written");
    }

    private string? FromFileOrEnvironment(int index)
    {
        if (files.Count > 0)
        {
            string file = files[files.Count == 1 ? 0 : index];
            string text = InputFile.ReadText(file, maxBytes: 4096, "a passphrase file");
            int end = text.AsSpan().IndexOfAny('\r', '\n');
            return end < 0 ? text : text[..end];
        }

        string? value = console.Environment(Variable);
        return string.IsNullOrEmpty(value) ? null : value;
    }
}
