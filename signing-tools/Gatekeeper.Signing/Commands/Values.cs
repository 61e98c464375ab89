using Gatekeeper.Release;

namespace Gatekeeper.Signing.Commands;

/// <summary>Values of options that several commands take. Each miss says which option and what it takes.</summary>
internal static class Values
{
    /// <summary>A moment: <c>2031-05-04</c> (its first second) or <c>2031-05-04T03:02:01Z</c>; seconds since 1970-01-01 UTC.</summary>
    internal static long Moment(string option, string text)
    {
        string full = text.Length == 10 ? text + "T00:00:00Z" : text;
        return TufTime.TryParse(full, out long seconds)
            ? seconds
            : throw new ToolException(ExitCode.Usage, $"{option} {text} is no date", "use 2031-05-04 or 2031-05-04T03:02:01Z, in UTC");
    }

    /// <summary>A version.</summary>
    internal static ReleaseVersion Version(string option, string text) =>
        ReleaseVersion.TryParse(text, out ReleaseVersion version)
            ? version
            : throw new ToolException(ExitCode.Usage, $"{option} {text} is no version", "use three numbers such as 4.2.1");

    /// <summary>A pair <c>name=value</c>.</summary>
    internal static (string Name, string Value) Pair(string option, string text, string example)
    {
        int equals = text.IndexOf('=', StringComparison.Ordinal);
        return equals > 0 && equals < text.Length - 1
            ? (text[..equals], text[(equals + 1)..])
            : throw new ToolException(ExitCode.Usage, $"{option} {text} has no name and value", $"use for example {option} {example}");
    }
}
