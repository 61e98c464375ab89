namespace Gatekeeper.Rig.Tests.Guests;

public sealed class KillDevice() : DeviceFixture("kill");

/// <summary>
/// <c>kill -9</c> of each process while a stick is read: what comes afterwards stays unauthorized (I01), the stick of the moment is
/// deauthorized (I10). The stick's release is damaged behind the place of the kill, so it never leads to an install.
/// </summary>
[Trait("part", "rig")]
public sealed class KillTests(KillDevice fixture) : GuestTests(fixture), IClassFixture<KillDevice>
{
    private const string Program = "/usr/lib/gatekeeper/gatekeeperd";

    [Fact]
    public async Task I01_ServiceKilled_NothingNewIsAuthorized_AndTheStickOfTheMomentIsDeauthorizedAtRestart()
    {
        IReadOnlyList<string> blocks = await Device.BlockDevicesAsync();
        Plugged stick = await PlugAndWaitForReadingAsync(commands: 12);

        await Device.Shell.RunAsync($"mv {Program} {Program}.away; {GuestScripts.ForEachService("", "kill -9 $p")}");
        int commands = Device.Qemu.Trace.Commands().Count;
        Plugged keyboard = await Device.Qemu.PlugAsync("usb-kbd", NewPort());
        Plugged second = await Device.Qemu.PlugStickAsync(await Stick.CopyAsync(await Lab.EmptyAsync(), stick.Image + ".second"), NewPort());
        await Device.WaitPluggedAsync(3);
        await Task.Delay(TimeSpan.FromSeconds(4));
        // The stick of the moment may still be authorized: nobody is there to take it back. Nothing else may be, and nobody reads.
        Assert.Equal(2, (await Device.PluggedAsync()).Count(node => !node.Authorized));
        Assert.InRange(Device.Qemu.Trace.Commands().Count, commands, commands + 4);
        Assert.Equal("0\n0", await Device.Shell.RunAsync("cat /sys/bus/usb/devices/usb*/authorized_default"));

        await Device.Shell.RunAsync($"mv {Program}.away {Program}");
        // Devices, not interfaces and not root hubs. Read by the shell itself, because the moment in which all are shut is short: the
        // stick is still plugged, so the new service judges it anew. init waits up to 16 s before it starts a program that keeps ending.
        await Device.Shell.RunAsync("""
            end=$(($(date +%s) + 60))
            while [ $(date +%s) -lt $end ]; do
              for i in 0 1 2 3 4 5 6 7 8 9; do
                open=0
                for d in /sys/bus/usb/devices/[0-9]*-[0-9]*; do
                  case $d in *:*) continue ;; esac
                  read -r a < $d/authorized && [ "$a" = 1 ] && open=1
                done
                [ $open = 0 ] && exit 0
                usleep 20000
              done
            done
            exit 1
            """, TimeSpan.FromSeconds(80));
        await Device.WaitServiceAsync();

        foreach (Plugged plugged in new[] { stick, keyboard, second })
        {
            await Device.Qemu.UnplugAsync(plugged);
        }
        await Device.WaitPluggedAsync(0);
        await Device.WaitIdleAsync();
        await Bus.AssertUntouchedAsync(Device, blocks);
    }

    [Theory]
    [InlineData("stick-pump")]
    [InlineData("stick-walker")]
    public async Task I10_ChildKilled_TheStickIsDeauthorized_AndTheNextOneIsRead(string child)
    {
        IReadOnlyList<string> blocks = await Device.BlockDevicesAsync();
        long since = await Device.NextAuditAsync();
        Plugged stick;
        if (child == "stick-walker")
        {
            // Its work takes a moment that can be missed. Stopped before its stick comes, the one that waits for it is killed in the middle for sure.
            await Wait.UntilAsync("stopped walker", TimeSpan.FromSeconds(30), () => TryAsync(GuestScripts.ForEachService(child, "kill -STOP $p")));
            stick = await PlugAndWaitForReadingAsync(commands: 3);
            await Task.Delay(TimeSpan.FromSeconds(1));
        }
        else
        {
            stick = await PlugAndWaitForReadingAsync(commands: 12);
        }

        await Device.Shell.RunAsync(GuestScripts.ForEachService(child, "kill -9 $p"));

        await Device.WaitAuditAsync("verdict", since, TimeSpan.FromSeconds(90), r => r.Code is not null);
        await Wait.UntilAsync("deauthorized stick", TimeSpan.FromSeconds(10), async () => (await Device.PluggedAsync()) is [{ Authorized: false }]);
        await Device.Qemu.UnplugAsync(stick);
        await Device.WaitPluggedAsync(0);
        await Device.WaitIdleAsync();

        since = await Device.NextAuditAsync();
        Plugged next = await Device.Qemu.PlugStickAsync(await Lab.EmptyAsync(), NewPort());
        AuditRecord verdict = await Device.WaitAuditAsync("verdict on the next stick", since, TimeSpan.FromSeconds(40), r => r.Code is not null);
        Assert.Equal(Release.RefusalCatalogue.Of(Release.Refusal.NoRelease).Code, verdict.Code);
        await Device.Qemu.UnplugAsync(next);
        await Device.WaitPluggedAsync(0);
        await Bus.AssertUntouchedAsync(Device, blocks);
    }

    private async Task<bool> TryAsync(string command) => await Device.Shell.RunAsync($"if {{ {command}; }}; then echo yes; fi") == "yes";

    private async Task<Plugged> PlugAndWaitForReadingAsync(int commands)
    {
        string image = await Lab.Fat32Async(await Lab.DamagedAsync("2.0.0"));
        int before = Device.Qemu.Trace.Commands().Count;
        Plugged plugged = await Device.Qemu.PlugStickAsync(image, NewPort());
        await Flow.WaitReadingAsync(Device, before, commands);
        Assert.Contains(await Device.PluggedAsync(), node => node.Authorized);
        return plugged;
    }
}
