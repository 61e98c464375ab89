using System.Diagnostics;
using System.Globalization;

namespace Gatekeeper.SampleApp;

/// <summary>
/// A control loop that wants to run every 10 ms, as a device's would, and keeps how late it ran: what an update next to it costs.
/// An ordinary thread on purpose: what is asked is whether Gatekeeper leaves a plain program alone. A loop that may not be late needs
/// SCHED_FIFO whether there is an update or not, and then is not disturbed by ordinary processes like ours at all.
/// </summary>
internal sealed class Pulse
{
    private const int PeriodMs = 10;
    private const int BucketMicroseconds = 100;

    private readonly Lock gate = new();
    private int[] buckets = new int[20_000]; // to 2 s; what is later counts as that, and in full as the worst
    private long worst;
    private long rounds;

    /// <summary>Starts the thread.</summary>
    internal void Start() => new Thread(Run) { IsBackground = true, Name = "pulse" }.Start();

    /// <summary>What was seen since it was last asked, on one line, and starts anew.</summary>
    internal string Take()
    {
        int[] seen;
        long count;
        long most;
        lock (gate)
        {
            (seen, buckets) = (buckets, new int[buckets.Length]);
            (count, rounds) = (rounds, 0);
            (most, worst) = (worst, 0);
        }

        return string.Create(CultureInfo.InvariantCulture, $"rounds {count} worst_us {most} p999_us {Percentile(seen, count, 0.999)} p50_us {Percentile(seen, count, 0.5)}");
    }

    /// <summary>The upper end of the bucket that holds this part of all rounds, microseconds.</summary>
    internal static long Percentile(ReadOnlySpan<int> counts, long all, double part)
    {
        long wanted = (long)Math.Ceiling(all * part);
        long seen = 0;
        for (int i = 0; i < counts.Length; i++)
        {
            seen += counts[i];
            if (seen >= wanted && seen > 0)
            {
                return (i + 1L) * BucketMicroseconds;
            }
        }

        return 0;
    }

    // Each round is due a period after the last one was due, not after it ran; rounds that were missed are not made up.
    private void Run()
    {
        long period = Stopwatch.Frequency * PeriodMs / 1000;
        long due = Stopwatch.GetTimestamp() + period;
        while (true)
        {
            long wait = due - Stopwatch.GetTimestamp();
            if (wait > 0)
            {
                Thread.Sleep(TimeSpan.FromSeconds((double)wait / Stopwatch.Frequency));
            }

            long late = Math.Max(0, (Stopwatch.GetTimestamp() - due) * 1_000_000 / Stopwatch.Frequency);
            lock (gate)
            {
                rounds++;
                worst = Math.Max(worst, late);
                buckets[Math.Min(late / BucketMicroseconds, buckets.Length - 1)]++;
            }

            due = Math.Max(due + period, Stopwatch.GetTimestamp());
        }
    }
}
