using System.Diagnostics;
using System.Globalization;
using Gatekeeper.Release;
using JsonObject = System.Text.Json.Nodes.JsonObject;

namespace Gatekeeper.Rig.Tests.Guests;

public sealed class ServiceModeDevice() : DeviceFixture("service-mode");

/// <summary>Service mode, entered with the machine's own keys: what is silent outside it is told in it (I09).</summary>
[Trait("part", "rig")]
public sealed class ServiceModeTests(ServiceModeDevice fixture) : GuestTests(fixture), IClassFixture<ServiceModeDevice>
{
    [Fact]
    public async Task I09_PowerButton_TellsEachRefusal_AndLeavesNoPixelBehind()
    {
        ScreenImage before = await Device.StillScreenAsync();
        long since = await Device.NextAuditAsync();
        await Device.Qemu.PressPowerButtonAsync();
        await Device.WaitStatusAsync("service mode", TimeSpan.FromSeconds(20), s => (int?)s["service_minutes"] == 15);
        ScreenImage page = await Device.Screen.WaitChangeAsync(before, TimeSpan.FromSeconds(20), pixels: 2000);
        page = await Device.Screen.WaitStillAsync(TimeSpan.FromSeconds(15));
        page.Save("service-mode");

        await AssertToldAsync(page, "keyboard", Refusal.DeviceNotAllowed, () => Device.Qemu.PlugAsync("usb-kbd", NewPort()));
        await AssertToldAsync(page, "empty", Refusal.NoRelease, async () => await Device.Qemu.PlugStickAsync(await Lab.EmptyAsync(), NewPort()));
        await AssertToldAsync(page, "ext4", Refusal.NoFileSystem, async () => await Device.Qemu.PlugStickAsync(await Lab.ForeignAsync(), NewPort()));

        await Flow.LeaveServiceModeAsync(Device);
        await Device.Screen.WaitAsync("device's own screen again, each pixel", TimeSpan.FromSeconds(30), now => now.Difference(before) == 0);
        IReadOnlyList<AuditRecord> log = await Device.AuditAsync(since);
        Assert.Single(log, r => r.Event == "service-mode");
        Assert.Single(log, r => r.Event == "service-mode-end");
    }

    [Fact]
    public async Task KeyOfTheBoard_CountsWhenItIsHeld()
    {
        await Device.Qemu.HoldKeyAsync("f12", TimeSpan.FromMilliseconds(500));
        await Task.Delay(TimeSpan.FromSeconds(4));
        Assert.Null((await Device.StatusAsync())["service_minutes"]);

        await Device.Qemu.HoldKeyAsync("f12", TimeSpan.FromSeconds(5));
        await Device.WaitStatusAsync("service mode", TimeSpan.FromSeconds(20), s => s["service_minutes"] is not null);
        await Device.Qemu.HoldKeyAsync("f12", TimeSpan.FromSeconds(5));
        await Device.WaitStatusAsync("service mode left", TimeSpan.FromSeconds(20), s => s["service_minutes"] is null);
    }

    [Fact]
    public async Task Language_IsTheDevicesOwn_SetInServiceModeOnly()
    {
        Assert.Equal(2, (await Device.Shell.TryAsync("gatekeeper language ar")).ExitCode);
        ScreenImage before = await Device.StillScreenAsync();
        await Device.Qemu.PressPowerButtonAsync();
        await Device.Screen.WaitChangeAsync(before, TimeSpan.FromSeconds(30), pixels: 2000);
        ScreenImage english = await Device.Screen.WaitStillAsync(TimeSpan.FromSeconds(15));

        Assert.Equal("ar", (await Device.Shell.RunAsync("gatekeeper language ar")).Trim());
        await Device.Screen.WaitChangeAsync(english, TimeSpan.FromSeconds(20), pixels: 2000);
        (await Device.Screen.WaitStillAsync(TimeSpan.FromSeconds(15))).Save("service-mode-language");

        Assert.Equal("en", (await Device.Shell.RunAsync("gatekeeper language en")).Trim());
        await Device.Screen.WaitAsync("page in English again", TimeSpan.FromSeconds(20), now => now.Difference(english) < 2000);
        await Flow.LeaveServiceModeAsync(Device);
        await Device.Screen.WaitAsync("device's own screen again, each pixel", TimeSpan.FromSeconds(30), now => now.Difference(before) == 0);
    }

    [Fact]
    public async Task WhatIsPluggedAlready_IsToldOnEntering()
    {
        long since = await Device.NextAuditAsync();
        await Device.Qemu.PlugStickAsync(await Lab.ForeignAsync(), NewPort());
        await Device.WaitAuditAsync("verdict", since, TimeSpan.FromSeconds(40), r => r.Code is not null);
        await Device.Qemu.PressPowerButtonAsync();
        await WaitToldAsync(Refusal.NoFileSystem);
        await Flow.LeaveServiceModeAsync(Device);
    }

    private async Task AssertToldAsync(ScreenImage page, string name, Refusal reason, Func<Task<Plugged>> plug)
    {
        Stopwatch time = Stopwatch.StartNew();
        Plugged plugged = await plug();
        await Device.Screen.WaitChangeAsync(page, TimeSpan.FromSeconds(30), pixels: 2000);
        Figures.Add(string.Create(CultureInfo.InvariantCulture, $"service mode, plug to the reason on the screen, {name}: {time.Elapsed.TotalSeconds:0.0} s (aim 5)"));
        await WaitToldAsync(reason);
        (await Device.Screen.WaitStillAsync(TimeSpan.FromSeconds(15))).Save($"service-mode-{name}");
        await Device.Qemu.UnplugAsync(plugged);
        await Device.WaitPluggedAsync(0);
        await Device.WaitStatusAsync("sentence gone", TimeSpan.FromSeconds(30), s => (string?)s["state"] == "idle");
        await Device.Screen.WaitAsync("page of service mode again", TimeSpan.FromSeconds(20), now => now.Difference(page) < 2000);
    }

    private Task<JsonObject> WaitToldAsync(Refusal reason)
        => Device.WaitStatusAsync(
            $"{reason} told", TimeSpan.FromSeconds(30),
            s => ((string?)s["message"])?.StartsWith(RefusalCatalogue.Of(reason).Code, StringComparison.Ordinal) == true);
}
