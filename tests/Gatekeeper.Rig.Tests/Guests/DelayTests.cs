using System.Globalization;

namespace Gatekeeper.Rig.Tests.Guests;

/// <summary>
/// What an update costs the device's own program: how late its 10 ms loop runs, alone, beside a stick that is checked while the device
/// is in use, and beside a whole install while it is not. Printed, not judged: under emulation the numbers are the emulator's.
/// </summary>
[Trait("part", "measure")]
[Trait("long", "true")]
public sealed class DelayTests
{
    private readonly List<string> figures = [];

    [Fact]
    public async Task WorstDelayOfTheDevicesProgram_IdleInUseAndBesideAnInstall()
    {
        await using Device device = await (await Lab.TemplateAsync()).StartAsync("delay", TimeSpan.FromMinutes(15));
        await device.WaitIdleAsync();
        await AssertLimitedAsync(device);
        string release = await Lab.ReleaseAsync("2.0.0");

        await AppInGuest.FiguresAsync(device);
        await Task.Delay(TimeSpan.FromSeconds(30));
        await AddAsync(device, "idle, 30 s");

        await AppInGuest.UseAsync(device);
        await AppInGuest.FiguresAsync(device);
        await Task.Delay(TimeSpan.FromSeconds(30));
        await AddAsync(device, "in use, nothing plugged, 30 s");
        long since = await device.NextAuditAsync();
        Plugged empty = await device.Qemu.PlugStickAsync(await Lab.EmptyAsync(), 1);
        Plugged plugged = await device.Qemu.PlugStickAsync(await Lab.Fat32Async(release), 2);
        await device.WaitAuditAsync("refused", since, TimeSpan.FromSeconds(90), r => r.Event == "refused");
        await device.WaitAuditAsync("accepted", since, TimeSpan.FromSeconds(90), r => r.Event == "accepted");
        await AddAsync(device, "in use, an empty stick and a release being checked");
        await device.Qemu.UnplugAsync(empty);

        int resets = device.Qemu.Qmp.EventCount;
        long slot = new FileInfo((await Lab.ImagesAsync("2.0.0")).System).Length / 512;
        await AppInGuest.FreeAsync(device);
        await device.WaitAuditAsync("staged", since, TimeSpan.FromMinutes(3), r => r.Event == "staged");
        await AddAsync(device, "not in use, copying to the stage");
        await AppInGuest.WatchAsync(device, $"[ $w -ge {slot * 8 / 10} ]", "gk-sys-b", "true");
        await AddAsync(device, "not in use, checking and installing");
        string memory = await device.Shell.RunAsync("""
            for g in service sticks kiosk; do
              echo "$g $(cat /sys/fs/cgroup/gatekeeper/$g/memory.peak) of $(cat /sys/fs/cgroup/gatekeeper/$g/memory.max), $(tr '\n' ' ' < /sys/fs/cgroup/gatekeeper/$g/memory.events)"
            done
            """);
        figures.AddRange(memory.Split('\n').Select(line => $"memory of a control group, most: {line}"));
        Figures.Add(figures);
        Assert.DoesNotMatch("oom_kill [1-9]", memory);

        await device.Qemu.WaitResetOrExplainAsync(device, resets, TimeSpan.FromMinutes(4));
        await device.Qemu.UnplugAsync(plugged);
        await Flow.WaitKeptAsync(device, "2.0.0", "b");
    }

    /// <summary>Each of our processes is where it belongs, and the doctor has nothing to mend there.</summary>
    private static async Task AssertLimitedAsync(Device device)
    {
        string places = await device.Shell.RunAsync("""
            for n in gatekeeperd gatekeeper-kiosk sample-app; do
              for p in $(pidof $n); do
                set -- $(tr '\0' ' ' < /proc/$p/cmdline)
                echo "$n ${2:--} $(cat /proc/$p/cgroup)"
              done
            done
            """);
        string[] lines = places.Split('\n');
        Assert.Contains("gatekeeperd - 0::/gatekeeper/service", lines);
        Assert.Contains("gatekeeperd stick-pump 0::/gatekeeper/sticks", lines);
        Assert.Contains("gatekeeperd stick-walker 0::/gatekeeper/sticks", lines);
        Assert.Contains("gatekeeper-kiosk - 0::/gatekeeper/kiosk", lines);
        Assert.Contains("sample-app - 0::/app", lines);
        Assert.Contains("good   control groups", (await device.Shell.TryAsync("gatekeeper doctor", TimeSpan.FromSeconds(90))).Output, StringComparison.Ordinal);
    }

    private async Task AddAsync(Device device, string when)
    {
        AppFigures seen = await AppInGuest.FiguresAsync(device);
        figures.Add(string.Create(CultureInfo.InvariantCulture,
            $"10 ms loop of the device's program, {when}: worst {seen.WorstMs:0.0} ms late, 99.9 % within {seen.P999Ms:0.0} ms ({seen.Rounds} rounds)"));
    }
}
