using System.Diagnostics;
using System.Globalization;
using Gatekeeper.Rig.Tests.Hostile;
using Gatekeeper.Rig.UsbRedir;

namespace Gatekeeper.Rig.Tests.Guests;

/// <summary>
/// The catalogue of devices that misbehave in a random order, empty sticks and damaged releases between them, while gatekeeperd, a pump or a walker is
/// killed every one to four seconds. What becomes of each device is left open; that nothing is ever authorized or bound that must not be is not.
/// </summary>
[Trait("part", "rig")]
[Trait("long", "true")]
public sealed class RandomKillTests
{
    private static readonly TimeSpan Time = TimeSpan.FromMinutes(12);

    // Port 1 is left to honest sticks; what closes its port (I10) has two for itself, because a service that was started anew does not open them again.
    private const int HonestPort = 1;
    private static readonly int[] OrdinaryPorts = [2, 3, 4, 5, 6];
    private static readonly int[] ClosingPorts = [7, 8];

    [Fact]
    public async Task I01_I10_KilledAtRandom_NothingIsAuthorizedThatShouldNotBe()
    {
        int seed = Random.Shared.Next(1, int.MaxValue);
        Figures.Add($"killed at random: seed {seed}");
        Random random = new(seed);
        string update = await Lab.Fat32Async(await Lab.ReleaseAsync("2.0.0"));
        string[] honest = [await Stick.CopyAsync(await Lab.EmptyAsync(), Lab.At("random-kill-empty.img")), await Lab.Fat32Async(await Lab.DamagedAsync("2.0.0"))];
        using ImageData empty = new(await Lab.EmptyAsync());
        await using Device device = await (await Lab.TemplateAsync()).StartAsync("random-kill", TimeSpan.FromMinutes(35));
        await device.WaitIdleAsync();
        IReadOnlyList<string> blocks = await device.BlockDevicesAsync();
        PortWatch watch = await PortWatch.StartAsync(device, "random-kill-watch");
        string killer = await GuestProgram.PutAsync(device, "kill-at-random", Lab.At("random-kill"));
        await device.Shell.RunAsync($"{killer} {seed} /tmp/kills.log > /dev/null 2>&1 &");

        Stopwatch clock = Stopwatch.StartNew();
        int done = 0;
        foreach (HostileDevice hostile in HostileDevices.All.OrderBy(_ => random.Next()))
        {
            if (clock.Elapsed > Time)
            {
                break;
            }
            int[] ports = hostile.ClosesThePort ? ClosingPorts : OrdinaryPorts;
            RedirPlug plug = await device.Qemu.PlugRedirAsync(hostile.Make(empty), ports[done % ports.Length]);
            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(1500, 6500)));
            await device.Qemu.UnplugAsync(plug);
            if (++done % 3 == 0)
            {
                Plugged stick = await device.Qemu.PlugStickAsync(honest[done / 3 % honest.Length], HonestPort);
                await Task.Delay(TimeSpan.FromMilliseconds(random.Next(2000, 9000)));
                await device.Qemu.UnplugAsync(stick);
            }
            await Bus.WaitCountAsync(device, 0, TimeSpan.FromSeconds(40));
        }

        // What is plugged at the end is shut once nobody is killed any more, whatever was going on.
        Plugged last = await device.Qemu.PlugStickAsync(honest[0], HonestPort);
        Plugged keyboard = await device.Qemu.PlugAsync("usb-kbd", OrdinaryPorts[0]);
        await Task.Delay(TimeSpan.FromSeconds(3));
        string kills = (await device.Shell.RunAsync(
            "kill $(pidof kill-at-random) && until grep -q ^END /tmp/kills.log; do sleep 0.1; done; grep ^END /tmp/kills.log", TimeSpan.FromSeconds(30))).Trim();
        await device.WaitServiceAsync();
        await Wait.UntilAsync("nothing authorized in three looks", TimeSpan.FromSeconds(90), () => ThriceShutAsync(device), TimeSpan.FromSeconds(1));
        await device.Qemu.UnplugAsync(last);
        await device.Qemu.UnplugAsync(keyboard);
        await Bus.WaitCountAsync(device, 0, TimeSpan.FromSeconds(40));
        await device.WaitIdleAsync();
        PortFigures seen = await watch.EndAsync();
        Figures.Add(string.Create(CultureInfo.InvariantCulture, $"killed at random during {done} of {HostileDevices.All.Count} hostile devices, {clock.Elapsed.TotalMinutes:0.0} minutes: {kills}; {seen}"));

        Assert.True(seen.WithStick > 0 && seen.ServiceGone > 0, $"nothing was tried: {seen}");
        await Bus.AssertUntouchedAsync(device, blocks);
        Assert.Equal(0, (await device.Shell.TryAsync("gatekeeper log verify", TimeSpan.FromSeconds(60))).ExitCode);
        Assert.Equal("0", await device.Shell.RunAsync("gatekeeper log --json | grep -c '\"event\":\"install\"' || true", TimeSpan.FromSeconds(120)));
        await Flow.InstallAsync(device, update, HonestPort, "2.0.0", "b");
    }

    // A stick that is judged is open for seconds, and between two looks nothing else was plugged.
    private static async Task<bool> ThriceShutAsync(Device device)
    {
        for (int look = 0; look < 3; look++)
        {
            if ((await device.PluggedAsync()).Any(p => p.Authorized))
            {
                return false;
            }
            await Task.Delay(TimeSpan.FromSeconds(1));
        }
        return true;
    }
}
