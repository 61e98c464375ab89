using Gatekeeper.Release;

namespace Gatekeeper.Rig.Tests.Guests;

/// <summary>A device whose policy allows a hub on one port. QEMU's hub is a full-speed one, so it is on bus 1.</summary>
public sealed class HubDevice() : DeviceFixture("hub", async () => await Lab.TemplateAsync(new ImageVariant(Policy: await PolicyAsync(), Name: "hub")))
{
    private static Task<string> PolicyAsync()
        => Lab.PolicyAsync("hub", text => text.Replace("\"rules\": []", """ "rules": ["allow with-interface 09:00:00 via-port \"1-1\""]""", StringComparison.Ordinal));
}

/// <summary>A hub that a rule allows passes sticks on, each judged by itself; one that no rule names passes on nothing.</summary>
[Trait("part", "rig")]
[Trait("long", "true")]
public sealed class HubTests(HubDevice fixture) : GuestTests(fixture), IClassFixture<HubDevice>
{
    [Fact]
    public async Task AllowedHub_StickBehindItIsRead_KeyboardBehindItIsDenied()
    {
        long since = await Device.NextAuditAsync();
        Plugged hub = await Device.Qemu.PlugAsync("usb-hub", 1);
        await Device.WaitAuditAsync("rule for the hub", since, TimeSpan.FromSeconds(30), r => r is { Event: "allowed", Port: "1-1" });
        await Wait.UntilAsync("the hub's driver", TimeSpan.FromSeconds(20), async () => (await Device.UsbAsync()).Any(n => n is { Name: "1-1:1.0", Driver: "hub" }));

        Plugged stick = await Device.Qemu.PlugStickAsync(await Lab.EmptyAsync(), "1.2");
        AuditRecord verdict = await Device.WaitAuditAsync("verdict on the stick", since, TimeSpan.FromSeconds(60), r => r.Port == "1-1.2" && r.Code is not null);
        Assert.Equal(RefusalCatalogue.Of(Refusal.NoRelease).Code, verdict.Code);
        Plugged keyboard = await Device.Qemu.PlugAsync("usb-kbd", "1.3");
        verdict = await Device.WaitAuditAsync("verdict on the keyboard", since, TimeSpan.FromSeconds(60), r => r.Port == "1-1.3" && r.Code is not null);
        Assert.Equal(RefusalCatalogue.Of(Refusal.DeviceNotAllowed).Code, verdict.Code);

        await Wait.UntilAsync("only the hub authorized", TimeSpan.FromSeconds(10), async () =>
            (await Device.PluggedAsync()).Where(n => n.Authorized).Select(n => n.Name).SequenceEqual(["1-1"]));
        Assert.Empty((await Device.StatusAsync())["unprotected"]!.AsArray());
        Bus.AssertNoForeignDriver(Device.Qemu);
        Bus.AssertOnlyAllowedCommands(Device.Qemu);

        // The stick first: a hub that goes takes everything with it.
        await Device.Qemu.UnplugAsync(keyboard);
        await Device.Qemu.UnplugAsync(stick);
        await Device.Qemu.UnplugAsync(hub);
    }

    [Fact]
    public async Task HubThatNoRuleNames_PassesNothingOn()
    {
        long since = await Device.NextAuditAsync();
        Plugged hub = await Device.Qemu.PlugAsync("usb-hub", 2);
        AuditRecord verdict = await Device.WaitAuditAsync("verdict on the hub", since, TimeSpan.FromSeconds(30), r => r.Code is not null);
        Assert.Equal(("1-2", RefusalCatalogue.Of(Refusal.DeviceNotAllowed).Code), (verdict.Port, verdict.Code));

        int commands = Device.Qemu.Trace.Commands().Count;
        Plugged stick = await Device.Qemu.PlugStickAsync(await Lab.EmptyAsync(), "2.1");
        await Task.Delay(TimeSpan.FromSeconds(4));
        Assert.Equal("1-2", Assert.Single(await Device.PluggedAsync()).Name);
        Assert.Equal(commands, Device.Qemu.Trace.Commands().Count);
        await Device.Qemu.UnplugAsync(stick);
        await Device.Qemu.UnplugAsync(hub);
    }
}
