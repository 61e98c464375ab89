using System.Collections.Immutable;
using System.Globalization;
using Gatekeeper.Update.Control;

namespace Gatekeeper.Cli;

/// <summary>What this device falls back to when the running set fails, in words.</summary>
public static class FallBackReport
{
    private const long Minute = 60;
    private const long Hour = 60 * Minute;
    private const long Day = 24 * Hour;

    /// <summary>The line below the two sets; null when it is not known which set runs.</summary>
    public static string? Line(ImmutableArray<SlotReport> slots)
    {
        if (slots.FirstOrDefault(s => s.Running) is not { } running || slots.FirstOrDefault(s => !s.Running) is not { } idle)
        {
            return null;
        }

        if (idle.Version is null)
        {
            return $"no fall-back: set {idle.Set} is {idle.State}";
        }

        if (idle.BootPosition is null)
        {
            return $"no fall-back: set {idle.Set} holds {idle.Version}, which was not kept";
        }

        string ago = idle.CheckedSecondsAgo is { } seconds ? Ago(seconds) : "";
        return idle.CheckedWhole switch
        {
            null => $"fall-back {idle.Version}, never checked since start",
            true => $"fall-back {idle.Version}, checked {ago}",
            false => $"fall-back {idle.Version} is DAMAGED, found {ago}: plug a stick with {running.Version}, the release that runs; it is written to set {idle.Set}",
        };
    }

    /// <summary>An age for people: the largest unit that fits, rounded down.</summary>
    public static string Ago(long seconds) => seconds switch
    {
        < Minute => "less than a minute ago",
        < Hour => Units(seconds / Minute, "minute"),
        < 2 * Day => Units(seconds / Hour, "hour"),
        _ => Units(seconds / Day, "day"),
    };

    private static string Units(long count, string unit) => string.Create(CultureInfo.InvariantCulture, $"{count} {unit}{(count == 1 ? "" : "s")} ago");
}
