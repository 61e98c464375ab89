using Gatekeeper.Release;

namespace Gatekeeper.Rig.Tests.Guests;

/// <summary>A device whose policy allows hubs at some places. QEMU's hub is a full-speed one, so it is on bus 1.</summary>
public sealed class HubDevice() : DeviceFixture("hub", async () => await Lab.TemplateAsync(new ImageVariant(Policy: await PolicyAsync(), Name: "hub")), minutes: 25)
{
    /// <summary>Where a hub is allowed for the storm: three with another one in the eighth port of each.</summary>
    internal static readonly string[] StormHubs = ["1-4", "1-4.8", "1-5", "1-5.8", "1-6", "1-6.8"];

    private static Task<string> PolicyAsync()
    {
        IEnumerable<string> rules = StormHubs.Prepend("1-1").Select(port => $"""
            "allow with-interface 09:00:00 via-port \"{port}\""
            """);
        return Lab.PolicyAsync("hub", text => text.Replace("\"rules\": []", $"\"rules\": [{string.Join(", ", rules)}]", StringComparison.Ordinal));
    }
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

    [Fact]
    public async Task I10_StormOnAllowedHubs_OpensNothingButHubs_AndTheNextStickHasItsVerdict()
    {
        IReadOnlyList<string> blocks = await Device.BlockDevicesAsync();
        HubStorm storm = await HubStorm.PrepareAsync(Device);
        PortWatch watch = await PortWatch.StartAsync(Device, "hub-storm", HubDevice.StormHubs);
        long first = await Device.NextAuditAsync();

        // Once in full: everything is judged before it is pulled.
        await storm.PlugAsync();
        await Bus.WaitCountAsync(Device, storm.Count, TimeSpan.FromMinutes(3));
        IReadOnlyDictionary<string, string> codes = await Bus.WaitVerdictsAsync(Device, first, storm.Judged, TimeSpan.FromMinutes(5));
        string notAllowed = RefusalCatalogue.Of(Refusal.DeviceNotAllowed).Code;
        Assert.All(storm.Inputs, port => Assert.Equal(notAllowed, codes[port]));
        // A stick that has to share full speed with fifty may take too long for one command.
        Assert.All(storm.Sticks, port => Assert.Contains(codes[port], new[] { Refusal.NoRelease, Refusal.StickTimeout }.Select(r => RefusalCatalogue.Of(r).Code)));
        await Wait.UntilAsync("only hubs authorized", TimeSpan.FromSeconds(30), async () =>
            (await Device.PluggedAsync()).Where(n => n.Authorized).Select(n => n.Name).Order(StringComparer.Ordinal).SequenceEqual(HubDevice.StormHubs));
        await storm.PullAsync();
        await Bus.WaitCountAsync(Device, 0, TimeSpan.FromSeconds(60));
        Growth before = await Growth.LookAsync(Device);

        // Then as fast as it goes, pulled while the kernel still counts them and while they are judged.
        long since = first;
        double end = 0;
        foreach (TimeSpan plugged in new[] { TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(8), TimeSpan.FromSeconds(15) })
        {
            await storm.PlugAsync();
            await Task.Delay(plugged);
            since = await Device.NextAuditAsync(since);
            await storm.PullAsync();
            end = await Flow.UptimeAsync(Device);
            if (plugged < TimeSpan.FromSeconds(15))
            {
                await Bus.WaitCountAsync(Device, 0, TimeSpan.FromSeconds(60));
                await Task.Delay(TimeSpan.FromSeconds(6)); // one that was pulled before its names were read is another identity, which within two seconds closes the port
            }
        }

        // Behind the last storm at once. Its release is damaged in the middle: accepted like any other, and never installed.
        (Plugged stick, double seconds) = await Flow.AcceptedInTimeAsync(Device, await Lab.Fat32Async(await Lab.DamagedAsync("2.0.0")), 3, since, end);
        await Device.Qemu.UnplugAsync(stick);
        await Bus.WaitCountAsync(Device, 0, TimeSpan.FromSeconds(60));
        Growth after = await Growth.LookAsync(Device);
        PortFigures ports = await watch.EndAsync();
        Figures.Add(string.Create(System.Globalization.CultureInfo.InvariantCulture,
            $"storm of {storm.Count} devices on hubs, four times: end of the storm to verdict, release on FAT32: {seconds:0.0} s; {before} after the first, {after} at the end; {ports}"));
        after.AssertAsBefore(before);
        Assert.Empty((await Device.StatusAsync())["unprotected"]!.AsArray());
        await Bus.AssertNoPortDisabledAsync(Device, first);
        Assert.Equal(blocks, await Device.BlockDevicesAsync());
        Bus.AssertNoForeignDriver(Device.Qemu);
        Bus.AssertOnlyAllowedCommands(Device.Qemu);
        Assert.Equal(0, (await Device.Shell.TryAsync("gatekeeper log verify", TimeSpan.FromSeconds(60))).ExitCode);
    }
}
