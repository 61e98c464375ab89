using Gatekeeper.Release;

namespace Gatekeeper.Rig.Tests.Guests;

public sealed class PeripheralDevice() : DeviceFixture("peripheral");

/// <summary>A keyboard that is needed after all: refused, asked for in service mode, allowed by the manufacturer's permit at its port, and forgotten again.</summary>
[Trait("part", "rig")]
[Trait("long", "true")]
public sealed class PeripheralPermitTests(PeripheralDevice fixture) : MachineStateBench(fixture), IClassFixture<PeripheralDevice>
{
    [Fact]
    public async Task Keyboard_IsAllowedAtItsPortByAPermit_AndNowhereElse_UntilItIsForgotten()
    {
        long since = await Device.NextAuditAsync();
        int port = NewPort();
        Plugged keyboard = await Device.Qemu.PlugAsync("usb-kbd", port);
        string name = (await Device.WaitAuditAsync("refusal", since, TimeSpan.FromSeconds(20), r => r.Code == Code(Refusal.DeviceNotAllowed))).Port!;
        Assert.Equal(2, (await Device.Shell.TryAsync($"gatekeeper challenge peripheral --port {name}")).ExitCode);

        await Flow.EnterServiceModeAsync(Device);
        string[] answer = (await Device.Shell.RunAsync($"gatekeeper challenge peripheral --port {name}")).Trim().ReplaceLineEndings("\n").Split('\n');
        string[] words = answer[1].Split(' ');
        Assert.Equal(("port", name, "digest"), (words[0], words[1], words[2]));
        string permit = await (await Lab.VendorAsync()).PermitAsync(
            Lab.At("peripheral.gkp"), ["--challenge", .. answer[0].Split(' '), "--product", Vendor.Product, "--port", name, "--digest", words[3]]);
        await Flow.TakenAsync(Device, NewPort(), await Lab.Fat32Async("peripheral-permit", permit), "peripheral-taken");

        // Another port, then its own: there it is opened with every interface, for whatever driver an image has.
        await Device.Qemu.UnplugAsync(keyboard);
        since = await Device.NextAuditAsync();
        Plugged elsewhere = await Device.Qemu.PlugAsync("usb-kbd", NewPort());
        await Device.WaitAuditAsync("refusal at another port", since, TimeSpan.FromSeconds(20), r => r.Code == Code(Refusal.DeviceNotAllowed) && r.Port != name);
        await Device.Qemu.UnplugAsync(elsewhere);
        keyboard = await Device.Qemu.PlugAsync("usb-kbd", port);
        AuditRecord allowed = await Device.WaitAuditAsync("allowed", since, TimeSpan.FromSeconds(20), r => r.Event == "allowed");
        Assert.Equal(name, allowed.Port);
        Assert.Equal("1\n1", (await Device.Shell.RunAsync($"cd /sys/bus/usb/devices; cat {name}/authorized {name}:1.0/authorized")).Trim().ReplaceLineEndings("\n"));

        Assert.Equal(0, (await Device.Shell.TryAsync($"gatekeeper forget {name}")).ExitCode);
        // The refusal is the one of half a minute ago and is counted, not written again: what counts is the port.
        await Wait.UntilAsync("shut port", TimeSpan.FromSeconds(20), async () => (await Device.PluggedAsync()).Single(p => p.Name == name) is { Authorized: false });
        await Device.Qemu.UnplugAsync(keyboard);
        await Device.Qemu.PressPowerButtonAsync();
        await Device.WaitIdleAsync();
    }

    private static string Code(Refusal refusal) => RefusalCatalogue.Of(refusal).Code;
}
