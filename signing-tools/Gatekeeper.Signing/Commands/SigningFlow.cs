using Gatekeeper.Signing.Keys;
using Gatekeeper.Signing.Metadata;

namespace Gatekeeper.Signing.Commands;

/// <summary>How every command signs: say what it is, ask, sign, save, say who is missing.</summary>
internal static class SigningFlow
{
    /// <summary>The answer to the question, so that nobody signs by pressing one key too many.</summary>
    internal const string Yes = "yes";

    /// <summary>Signs with these keys.</summary>
    /// <param name="frame">The command's frame.</param>
    /// <param name="file">What is signed.</param>
    /// <param name="extra">Lines that are said with its words.</param>
    /// <param name="consent">Whether the command line agreed, and what to do where nobody can be asked.</param>
    /// <param name="keys">Opens the keys; not before the question was answered.</param>
    internal static Report Sign(CommandFrame frame, SignedFile file, IEnumerable<string> extra, Consent consent, Func<KeyRing> keys)
    {
        Ask(frame, [.. file.Words, .. extra, .. file.Standing.Select(s => "  signatures " + s)], consent);
        using KeyRing ring = keys();
        file.Sign(ring);
        Save(frame, file);
        return Answer(file);
    }

    /// <summary>Writes a file that has new signatures.</summary>
    internal static void Save(CommandFrame frame, SignedFile file) => Progress.Show(frame.Console, "writing", file.Length, file.Save);

    /// <summary>Who signed and who is missing.</summary>
    internal static Report Answer(SignedFile file)
    {
        Report report = new Report().Line($"{file.FilePath}: {file.Words[0]}");
        foreach (string line in file.Standing)
        {
            report.Line("  " + line);
        }

        return report
            .Fact("file", file.FilePath)
            .Fact("complete", file.IsSigned)
            .Fact("roles", file.StandingFacts)
            .Expires(file.Expiries);
    }

    private static void Ask(CommandFrame frame, IReadOnlyList<string> words, Consent consent)
    {
        if (consent == Consent.Given || (frame.Console.Ask is null && consent == Consent.NotNeededInScripts))
        {
            return;
        }

        if (frame.Console.Ask is null)
        {
            throw new ToolException(ExitCode.Usage, "nobody can be asked whether to sign this", "run it at a terminal, or read what request show says and give --yes; nothing was signed");
        }

        foreach (string line in words)
        {
            frame.Console.Error.WriteLine(line);
        }

        if (frame.Console.Ask($"sign this? type {Yes} to sign it")?.Trim() != Yes)
        {
            throw new ToolException(ExitCode.Signatures, "not signed", "nothing was written");
        }
    }
}

/// <summary>What the command line says to the question before signing.</summary>
internal enum Consent
{
    /// <summary>Nothing: somebody must answer.</summary>
    Ask,

    /// <summary>Nothing, but the file was made here: a person at a terminal is asked, a script is not.</summary>
    NotNeededInScripts,

    /// <summary><c>--yes</c>.</summary>
    Given,
}
