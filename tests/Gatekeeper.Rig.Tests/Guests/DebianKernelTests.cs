using System.Globalization;
using System.Text.RegularExpressions;
using Gatekeeper.Release;

namespace Gatekeeper.Rig.Tests.Guests;

/// <summary>The device on Debian's packaged kernel, which has drivers for sticks and keyboards as modules.</summary>
public sealed class DebianKernelDevice() : DeviceFixture("debian-kernel", () => Lab.TemplateAsync(new ImageVariant(DebianKernel: true)), minutes: 45);

/// <summary>
/// A kernel that has class drivers: the bus binds none by itself, the port of an open stick is held, and whoever loads a driver or kills
/// the service at whatever moment gives it no stick (I01, I02).
/// </summary>
[Trait("part", "rig")]
[Trait("long", "true")]
public sealed partial class DebianKernelTests(DebianKernelDevice fixture) : GuestTests(fixture), IClassFixture<DebianKernelDevice>
{
    private const int Plugs = 500;
    private const int AtOnce = 4;
    private const byte ReadCapacity = 0x25;
    private const string Autoprobe = "/sys/bus/usb/drivers_autoprobe";

    [Fact]
    public async Task I02_DriversLoadedAndUnloaded_AndTheServiceKilled_During500Plugs_NothingIsBound()
    {
        await AssertAtRestAsync();
        string empty = await Lab.EmptyAsync();
        long since = await Device.NextAuditAsync();
        Plugged first = await Device.Qemu.PlugStickAsync(empty, 1);
        AuditRecord verdict = await Device.WaitAuditAsync("verdict on a stick", since, TimeSpan.FromSeconds(40), r => r.Code is not null);
        Assert.True(verdict.Code == RefusalCatalogue.Of(Refusal.NoRelease).Code, $"{verdict.Code} {verdict.Detail}");
        await Device.Qemu.UnplugAsync(first);
        string[] images = [.. await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(n => Stick.CopyAsync(empty, Lab.At($"debian-{n}.img"))))];
        const int seed = 20261128;
        Random random = new(seed);
        int readBefore = Device.Qemu.Trace.Commands().Count(c => c.Opcode == ReadCapacity);

        // Everything that a stick could be bound to comes and goes all the time.
        await Device.Shell.RunAsync("""
            (n=0; while [ ! -e /tmp/enough ]; do
              for m in usb-storage uas usbhid; do modprobe $m && n=$((n+1)); done; usleep 300000
              for m in uas usb-storage usbhid; do modprobe -r $m; done; usleep 100000
              echo $n > /tmp/loads
            done; echo ended > /tmp/ended) > /dev/null 2>&1 &
            """);
        int plugs = 0;
        int kills = 0;
        for (int port = 0; plugs < Plugs; port = (port + AtOnce) % 8)
        {
            Plugged[] sticks = await Task.WhenAll(images.Select((image, n) => Device.Qemu.PlugStickAsync(image, port + n + 1)));
            plugs += sticks.Length;
            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(1500, 5000)));
            if (random.Next(6) == 0)
            {
                kills += (await Device.Shell.TryAsync(GuestScripts.ForEachService("", "kill -9 $p"))).ExitCode == 0 ? 1 : 0;
                await Task.Delay(TimeSpan.FromMilliseconds(random.Next(200, 1500)));
            }

            foreach (Plugged stick in sticks)
            {
                await Device.Qemu.UnplugAsync(stick);
            }
        }

        await Device.Shell.RunAsync("touch /tmp/enough; until [ -e /tmp/ended ]; do usleep 100000; done", TimeSpan.FromSeconds(60));
        int loads = int.Parse(await Device.Shell.RunAsync("cat /tmp/loads"), CultureInfo.InvariantCulture);
        await Device.WaitServiceAsync(TimeSpan.FromSeconds(60));
        await Device.WaitPluggedAsync(0);
        await Device.WaitIdleAsync();
        // Each stick that was read was asked for its size; the log counts what repeats within a minute and does not write it again.
        int read = Device.Qemu.Trace.Commands().Count(c => c.Opcode == ReadCapacity) - readBefore;
        Figures.Add($"Debian kernel: {plugs} plugs, drivers loaded {loads} times, service killed {kills} times (seed {seed}): {read} sticks read, 0 binds");
        Assert.Empty(Binds());
        Assert.InRange(loads, 200, int.MaxValue);
        Assert.InRange(kills, 5, int.MaxValue);
        Assert.InRange(read, plugs / 4, plugs);
        await AssertAtRestAsync();
        Bus.AssertOnlyAllowedCommands(Device.Qemu);
        Assert.Equal(0, (await Device.Shell.TryAsync("gatekeeper log verify")).ExitCode);

        // That a bind would have been seen: the same kernel, the same stick, and what the service holds let go.
        await Device.Shell.RunAsync($"modprobe usb-storage; echo 1 > {Autoprobe}");
        Plugged bound = await Device.Qemu.PlugStickAsync(images[0], 1);
        await Device.WaitPluggedAsync(1);
        await Device.Shell.RunAsync("for d in /sys/bus/usb/devices/[12]-[1-8]; do echo 1 > $d/authorized; echo 1 > $d:1.0/authorized; echo $(basename $d):1.0 > /sys/bus/usb/drivers_probe; done; true");
        await Wait.UntilAsync("a bind, when it is let", TimeSpan.FromSeconds(20), () => Task.FromResult(Binds().Count > 0));
        await Device.Qemu.UnplugAsync(bound);
        await Device.Shell.RunAsync($"echo 0 > {Autoprobe}");
    }

    /// <summary>Ports shut, nothing to mend, and the bus binds nothing by itself.</summary>
    private async Task AssertAtRestAsync()
    {
        Assert.Equal("0", await Device.Shell.RunAsync($"cat {Autoprobe}"));
        Assert.Equal("0\n0", await Device.Shell.RunAsync("cat /sys/bus/usb/devices/usb*/authorized_default"));
        Assert.Empty((await Device.StatusAsync())["unprotected"]!.AsArray());
    }

    // What the kernel says of itself, from its start on: a bind that lasted a moment is there too.
    private List<string> Binds() => [.. Bound().Matches(Device.Qemu.Serial.Text).Select(m => m.Value)];

    [GeneratedRegex(@"USB Mass Storage device detected.*|scsi host\d+: (?:usb-storage|uas).*|hid-generic .*|\bsd [0-9:]+ .*")]
    private static partial Regex Bound();
}
