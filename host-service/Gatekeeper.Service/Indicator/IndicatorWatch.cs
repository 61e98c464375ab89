using Gatekeeper.Linux.Indicator;
using Gatekeeper.Update.Status;

namespace Gatekeeper.Service.Indicator;

/// <summary>The thread that lets lamp and beeper follow the status. What they cannot do stops nothing; the doctor names it.</summary>
internal static class IndicatorWatch
{
    /// <summary>Resolution of the patterns, and how soon everything is dark when the device comes into use.</summary>
    private const int LookMs = 50;

    /// <summary>How long a lamp or beeper that is not there is left alone.</summary>
    private const int RetryMs = 5000;

    /// <summary>Heard well by most people, and easy for a piezo.</summary>
    private const int ToneHertz = 2000;

    /// <summary>Runs until told to stop; at once when the policy names neither.</summary>
    internal static void Run(IndicatorPolicy policy, Func<StatusMessage> status, CancellationToken stop)
    {
        Led? led = policy.Led is { } name ? new Led(name) : null;
        using Beeper? beeper = policy.Beeper is { } phys ? new Beeper(phys) : null;
        if (led is not null || beeper is not null)
        {
            Follow(status, on => led?.TrySet(on) ?? true, on => beeper?.TrySet(on ? ToneHertz : 0) ?? true, () => Environment.TickCount64, stop);
        }
    }

    /// <summary>The loop, with lamp and beeper as functions that say whether they did it.</summary>
    internal static void Follow(Func<StatusMessage> status, Func<bool, bool> lamp, Func<bool, bool> tone, Func<long> nowMs, CancellationToken stop)
    {
        // Both are set at the first look, whatever they are: a service that was killed left them on.
        var light = new Output(lamp);
        var sound = new Output(tone);
        IndicatorSign sign = IndicatorSign.Dark;
        long since = 0;
        while (!stop.IsCancellationRequested)
        {
            long now = nowMs();
            IndicatorSign next = IndicatorSign.Of(status());
            if (next != sign)
            {
                (sign, since) = (next, now);
            }

            light.Set(sign.IsLit(now - since), now);
            sound.Set(sign.Sounds(now - since), now);
            stop.WaitHandle.WaitOne(LookMs);
        }

        lamp(false);
        tone(false);
    }

    /// <summary>Sets what changed, and tries again later what failed.</summary>
    private sealed class Output(Func<bool, bool> set)
    {
        private bool? last;
        private long? failedAtMs;

        internal void Set(bool on, long nowMs)
        {
            if (last == on || nowMs - failedAtMs < RetryMs)
            {
                return;
            }

            last = set(on) ? on : null;
            failedAtMs = last is null ? nowMs : null;
        }
    }
}
