using System.Globalization;
using System.Text.RegularExpressions;

namespace Gatekeeper.Rig.Tests.Guests;

/// <summary>A program in the guest that looks about every 10 ms at what is authorized and bound, and writes down what must never be (Gatekeeper.Rig/Guest/watch-ports.c).</summary>
internal sealed partial class PortWatch
{
    private const string Log = "/tmp/ports.log";
    private readonly Device device;

    private PortWatch(Device device) => this.device = device;

    /// <summary>Starts it.</summary>
    /// <param name="device">The guest.</param>
    /// <param name="name">Names its folder on the host.</param>
    /// <param name="hubs">Devices that a rule allows, as sysfs names them: 1-4.</param>
    public static async Task<PortWatch> StartAsync(Device device, string name, params string[] hubs)
    {
        string program = await GuestProgram.PutAsync(device, "watch-ports", Lab.At(name));
        await device.Shell.RunAsync($"{program} {Log} {string.Join(' ', hubs)} > /dev/null 2>&1 &");
        await Wait.UntilAsync("watch of the ports", TimeSpan.FromSeconds(10), async () => (await device.Shell.TryAsync($"[ -e {Log} ]")).ExitCode == 0);
        return new PortWatch(device);
    }

    /// <summary>Ends it and fails when it has seen anything that must never be.</summary>
    public async Task<PortFigures> EndAsync()
    {
        string[] lines = (await device.Shell.RunAsync(
            $"kill $(pidof watch-ports) && until grep -q ^END {Log}; do sleep 0.1; done; cat {Log}", TimeSpan.FromSeconds(60))).Split('\n');
        string[] bad = [.. lines.Where(line => line.StartsWith("BAD", StringComparison.Ordinal))];
        Assert.Empty(bad);
        Match end = End().Match(lines[^1]);
        Assert.True(end.Success, lines[^1]);
        long Number(string name) => long.Parse(end.Groups[name].ValueSpan, CultureInfo.InvariantCulture);
        return new PortFigures(Number("samples"), Number("gap"), Number("with"), Number("gone"), Number("open"));
    }

    [GeneratedRegex(@"^END samples (?<samples>\d+) longest_gap_ms (?<gap>\d+) with_stick (?<with>\d+) service_gone (?<gone>\d+) longest_open_ms (?<open>\d+) bad 0$")]
    private static partial Regex End();
}

/// <summary>What <see cref="PortWatch"/> saw.</summary>
/// <param name="Samples">How often it looked.</param>
/// <param name="LongestGapMs">Between two looks.</param>
/// <param name="WithStick">How often a stick was authorized.</param>
/// <param name="ServiceGone">How often no gatekeeperd ran.</param>
/// <param name="LongestOpenMs">The longest that the stick of the moment stayed authorized while none ran (I01, I10).</param>
internal sealed record PortFigures(long Samples, long LongestGapMs, long WithStick, long ServiceGone, long LongestOpenMs)
{
    public override string ToString()
        => $"{Samples} looks at the ports, at most {LongestGapMs} ms apart, {WithStick} of them with a stick authorized; gatekeeperd was away {ServiceGone} times, a stick stayed authorized without it for at most {LongestOpenMs} ms";
}
