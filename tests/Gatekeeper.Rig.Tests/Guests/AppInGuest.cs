using System.Globalization;
using System.Text.RegularExpressions;

namespace Gatekeeper.Rig.Tests.Guests;

/// <summary>The sample application in the guest: a patient comes and goes, and what it measured.</summary>
internal static partial class AppInGuest
{
    /// <summary>For a script in the guest: a patient is connected.</summary>
    public const string Connect = "kill -USR1 $(pidof sample-app)";

    /// <summary>For a script in the guest: the patient is gone.</summary>
    public const string Disconnect = "kill -USR2 $(pidof sample-app)";

    /// <summary>The patient is gone: the lease is given back.</summary>
    public static Task FreeAsync(Device device) => device.Shell.RunAsync(Disconnect);

    /// <summary>A patient is connected, and nothing else happens at the moment.</summary>
    public static async Task UseAsync(Device device)
    {
        await device.Shell.RunAsync(Connect);
        await device.WaitStatusAsync("in use", TimeSpan.FromSeconds(20), s => (bool)s["in_use"]! && (string?)s["lease"] == "held");
    }

    /// <summary>What the program measured since it was last asked.</summary>
    public static async Task<AppFigures> FiguresAsync(Device device)
    {
        string text = await device.Shell.RunAsync("""
            rm -f /run/home-904/figures
            kill -HUP $(pidof sample-app)
            until [ -e /run/home-904/figures ]; do sleep 0.1; done
            cat /run/home-904/figures
            """, TimeSpan.FromSeconds(30));
        Match match = Figures().Match(text);
        Assert.True(match.Success, text);
        double? Number(string name) => double.TryParse(match.Groups[name].Value, CultureInfo.InvariantCulture, out double value) ? value : null;
        return new AppFigures((long)Number("rounds")!.Value, Number("worst")!.Value / 1000, Number("p999")!.Value / 1000, (long)Number("asked")!.Value, Number("answer"), Number("screen"));
    }

    /// <summary>
    /// Waits in the guest until something was written or read, does something at once, and then watches for three seconds what is still written.
    /// In one script, because a question from outside takes a second under emulation.
    /// </summary>
    /// <param name="device">The guest.</param>
    /// <param name="until">A condition of the shell: <c>$w</c> and <c>$r</c> are the sectors written to and read from the watched partition since the script began, <c>$w0</c> those written since the kernel's start.</param>
    /// <param name="watched">The partition's name.</param>
    /// <param name="action">A command.</param>
    public static async Task<IReadOnlyList<WriteSample>> WatchAsync(Device device, string until, string watched, string action)
    {
        string node = Path.GetFileName(await device.PartitionAsync(watched));
        string lines = await device.Shell.RunAsync($$"""
            look() { read -r a b r0 c d e w0 rest < /sys/class/block/{{node}}/stat; r=$((r0 - rb)); w=$((w0 - wb)); }
            rb=0; wb=0; look; rb=$r0; wb=$w0; w=0; r=0
            until {{until}}; do sleep 0.02; look; done
            read -r up idle < /proc/uptime; look; echo "$up $w"
            {{action}}
            n=0; while [ $n -lt 100 ]; do look; read -r up idle < /proc/uptime; echo "$up $w"; sleep 0.03; n=$((n + 1)); done
            """, TimeSpan.FromMinutes(3));
        return [.. lines.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' ')).Where(f => f.Length == 2)
            .Select(f => new WriteSample((long)(double.Parse(f[0], CultureInfo.InvariantCulture) * 1000), long.Parse(f[1], CultureInfo.InvariantCulture)))];
    }

    [GeneratedRegex(@"rounds (?<rounds>\d+) worst_us (?<worst>\d+) p999_us (?<p999>\d+) p50_us \d+\s+asked_at_ms (?<asked>\d+) answer_ms (?<answer>[\d.]+|-) screen_ms (?<screen>[\d.]+|-)")]
    private static partial Regex Figures();
}

/// <summary>What the sample application says about itself.</summary>
/// <param name="Rounds">Rounds of its 10 ms loop.</param>
/// <param name="WorstMs">The latest of them.</param>
/// <param name="P999Ms">All but one of a thousand are below.</param>
/// <param name="AskedAtMs">Uptime when it last took the lease.</param>
/// <param name="AnswerMs">Until it was answered.</param>
/// <param name="ScreenMs">Until it had drawn again; null when the screen was its own, or is not back.</param>
internal sealed record AppFigures(long Rounds, double WorstMs, double P999Ms, long AskedAtMs, double? AnswerMs, double? ScreenMs);

/// <summary>How much was written at a moment.</summary>
/// <param name="UptimeMs">The machine's uptime; the kernel tells it in steps of 10 ms.</param>
/// <param name="Sectors">Sectors of 512 bytes since the watch began.</param>
internal readonly record struct WriteSample(long UptimeMs, long Sectors);
