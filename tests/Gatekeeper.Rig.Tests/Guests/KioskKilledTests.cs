using Gatekeeper.Release;
using Gatekeeper.Update.Status;

namespace Gatekeeper.Rig.Tests.Guests;

/// <summary>The kiosk is a picture of what goes on and no part of it: killed on every page, the update ends the same, and a new kiosk picks up.</summary>
[Trait("part", "kiosk")]
[Trait("long", "true")]
public sealed class KioskKilledTests
{
    private const string Kill = "kill -9 $(pidof gatekeeper-kiosk)";

    [Fact]
    public async Task KilledOnEveryPageOfAnUpdate_TheUpdateEndsTheSame()
    {
        await using Device device = await (await Lab.TemplateAsync()).StartAsync("kiosk-killed", TimeSpan.FromMinutes(12));
        await device.WaitIdleAsync();
        ScreenImage own = await device.StillScreenAsync();
        string killer = await GuestProgram.PutAsync(device, "kill-at-states", Path.Combine(Repository.Out, "rig-work", "kiosk-killed"));
        await device.Shell.RunAsync($"{killer} {StatusProtocol.SocketPath} /data/killed > /tmp/killer.log 2>&1 &");
        int mark = device.Qemu.Qmp.EventCount;
        Plugged plugged = await device.Qemu.PlugStickAsync(await Lab.Fat32Async(await Lab.ReleaseAsync("2.0.0")), 1);

        // Meanwhile: a new kiosk shows what goes on.
        Task<QmpEvent> reset = device.Qemu.WaitResetOrExplainAsync(device, mark, TimeSpan.FromMinutes(5));
        bool pickedUp = false;
        while (!reset.IsCompleted)
        {
            pickedUp |= (await device.Screen.ShotAsync()).Difference(own) > 2000;
            await Task.Delay(TimeSpan.FromMilliseconds(300));
        }
        await reset;
        await device.Qemu.UnplugAsync(plugged);
        await device.WaitServiceAsync(TimeSpan.FromSeconds(120));
        await device.WaitStatusAsync("done", TimeSpan.FromSeconds(120), s => (string?)s["state"] == "done");
        await device.Shell.RunAsync(Kill);
        await device.Screen.WaitAsync("the page again, from a new kiosk", TimeSpan.FromSeconds(30), now => now.Difference(own) > 2000);

        Assert.Equal(["found", "copying", "checking", "installing", "restarting"], (await device.Shell.RunAsync("cat /data/killed")).Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.True(pickedUp, "no new kiosk was seen to draw");
        await Flow.WaitKeptAsync(device, "2.0.0", "b");
        Assert.Equal("kept", (string?)(await device.SlotsAsync())["b"]["state"]);
        Assert.Equal(0, (await device.Shell.TryAsync("gatekeeper log verify")).ExitCode);
        await device.WaitIdleAsync();
        await device.Screen.WaitAsync("device's own screen", TimeSpan.FromSeconds(30), now => now.Difference(own) < 2000);
    }

    [Fact]
    public async Task KilledOnEveryOtherPage_ANewOneShowsItAgain()
    {
        await using Device device = await (await Lab.TemplateAsync()).StartAsync("kiosk-killed-sentences", TimeSpan.FromMinutes(10));
        await device.WaitIdleAsync();
        ScreenImage own = await device.StillScreenAsync();

        Plugged plugged = await device.Qemu.PlugStickAsync(await Lab.Fat32Async(await Lab.OtherProductAsync()), 1);
        await AssertShownAgainAsync(device, own, "refused");
        await device.Qemu.UnplugAsync(plugged);
        await device.WaitIdleAsync();

        await Flow.EnterServiceModeAsync(device);
        await AssertShownAgainAsync(device, own, "service mode");
        plugged = await device.Qemu.PlugStickAsync(await Lab.ForeignAsync(), 2);
        await device.WaitStatusAsync(
            "sentence", TimeSpan.FromSeconds(40), s => s.ToJsonString().Contains(RefusalCatalogue.Of(Refusal.NoFileSystem).Code, StringComparison.Ordinal));
        await AssertShownAgainAsync(device, own, "refused in service mode");
        await device.Qemu.UnplugAsync(plugged);
        await Flow.LeaveServiceModeAsync(device);
        await device.Screen.WaitAsync("device's own screen, each pixel", TimeSpan.FromSeconds(30), now => now.Difference(own) == 0);
    }

    /// <summary>The page that is there is there again after the kiosk was killed, each pixel; between them is the moment in which nobody draws.</summary>
    private static async Task AssertShownAgainAsync(Device device, ScreenImage own, string what)
    {
        await device.Screen.WaitChangeAsync(own, TimeSpan.FromSeconds(30), pixels: 2000);
        ScreenImage page = await device.Screen.WaitStillAsync(TimeSpan.FromSeconds(15));
        string before = await device.Shell.RunAsync("pidof gatekeeper-kiosk");
        await device.Shell.RunAsync(Kill);
        await Wait.UntilAsync($"new kiosk ({what})", TimeSpan.FromSeconds(20), async () => (await device.Shell.TryAsync("pidof gatekeeper-kiosk")) is { ExitCode: 0 } found && found.Output.Trim() != before);
        await device.Screen.WaitAsync($"the page again ({what})", TimeSpan.FromSeconds(30), now => now.Difference(page) == 0);
    }
}
