using System.Diagnostics;
using System.Globalization;

namespace Gatekeeper.SampleApp;

/// <summary>How long Gatekeeper took to answer when the lease was last taken, and to give the screen back. For tests.</summary>
internal sealed class LeaseTimes
{
    private readonly Stopwatch time = new();
    private long uptimeMs;
    private double? answer;
    private double? screen;

    /// <summary>The wish is about to be sent.</summary>
    internal void Asked()
    {
        (answer, screen) = (null, null);
        uptimeMs = Environment.TickCount64;
        time.Restart();
    }

    internal void Answered() => answer ??= time.Elapsed.TotalMilliseconds;

    /// <summary>The screen is drawn again by this program.</summary>
    internal void ScreenBack() => screen ??= answer is null ? null : time.Elapsed.TotalMilliseconds;

    /// <summary>One line: milliseconds of the machine's uptime when it was asked, and milliseconds since then; "-" where it did not happen.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"asked_at_ms {uptimeMs} answer_ms {Text(answer)} screen_ms {Text(screen)}");

    private static string Text(double? value) => value?.ToString("0.0", CultureInfo.InvariantCulture) ?? "-";
}
