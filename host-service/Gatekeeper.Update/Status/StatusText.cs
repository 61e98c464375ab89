using System.Globalization;
using Gatekeeper.Release;

namespace Gatekeeper.Update.Status;

/// <summary>Rules for the texts of a status, checked again by whoever reads it: what crosses a process boundary is a claim.</summary>
internal static class StatusText
{
    /// <summary>True when every text is within its limit and holds no control character, and every number is in its range.</summary>
    public static bool IsAcceptable(StatusMessage status) =>
        status.PhasePercent is null or (>= 0 and <= 100)
        && status.SecondsLeft is null or >= 0
        && status.ServiceMinutes is null or (>= 0 and <= 60)
        && status.Set is null or "a" or "b"
        && (status.Language is null || IsLine(status.Language, Limits.MaxStatusLanguageChars))
        && IsLine(status.Product, Limits.MaxNameChars)
        && IsLine(status.Running, Limits.MaxVersionChars)
        && IsAcceptable(status.Release)
        && status.Ask is null or { Digits: >= 0 and <= Limits.MaxPinDigits, SecondsLeft: >= 0, TriesLeft: >= 0 and <= Limits.FreePinTries, WaitSeconds: >= 0 and <= Limits.LongestPinWaitSeconds }
        && IsAcceptable(status.Message)
        && status.Unprotected.All(finding => finding is not null && IsLine(finding, Limits.MaxStatusSentenceChars));

    private static bool IsAcceptable(StatusRelease? release) =>
        release is null
        || (IsLine(release.Product, Limits.MaxNameChars)
            && IsLine(release.Version, Limits.MaxVersionChars)
            && IsText(release.Notes, Limits.MaxNotesChars)
            && release.Bytes >= 0);

    private static bool IsAcceptable(StatusNotice? notice) =>
        notice is null
        || (IsLine(notice.Code, Limits.MaxStatusCodeChars)
            && IsLine(notice.Sentence, Limits.MaxStatusSentenceChars)
            && IsLine(notice.NextStep, Limits.MaxStatusSentenceChars)
            && IsAcceptable(notice.Facts));

    private static bool IsAcceptable(StatusFacts? facts) =>
        facts is null
        || new[] { facts.ReleaseProduct, facts.ReleaseVersion, facts.DeviceProduct, facts.DeviceHardware, facts.RunningVersion }
            .All(fact => fact is null || IsLine(fact, Limits.MaxStatusFactChars));

    /// <summary>
    /// Notes as they may be sent: without the marks that <see cref="IsPlain"/> refuses. They are signed and need not be refused for
    /// that; a word processor leaves such marks behind.
    /// </summary>
    public static string Sendable(string notes) =>
        notes.All(c => c == '\n' || IsPlain(c)) ? notes : string.Concat(notes.Where(c => c == '\n' || IsPlain(c)));

    private static bool IsLine(string text, int most) => text.Length <= most && text.All(IsPlain);

    // Notes are the one text of several lines.
    private static bool IsText(string text, int most) => text.Length <= most && text.All(c => c == '\n' || IsPlain(c));

    // Also the separators and the marks that turn the reading direction by force: they could make a screen say what the bytes do not.
    private static bool IsPlain(char c) =>
        CharUnicodeInfo.GetUnicodeCategory(c) is not (UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator)
        && c is not ((>= '\u202a' and <= '\u202e') or (>= '\u2066' and <= '\u2069'));
}
