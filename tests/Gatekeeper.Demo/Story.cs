using System.Text.Json.Nodes;
using Gatekeeper.Rig;

namespace Gatekeeper.Demo;

/// <summary>The main job, told once: what must be silent is silent, what must be said is said, and the signed stick updates the device.</summary>
internal sealed class Story(Workshop workshop, Timeline timeline)
{
    private readonly Album album = new();
    private int port;
    private int steps;

    private Device Device => workshop.Device;

    /// <summary>Tells it.</summary>
    /// <exception cref="RigException">Something did not happen as it must; the message says what.</exception>
    public async Task TellAsync()
    {
        Keep(await Device.StillScreenAsync(), "demo-1-device", "Version 1 runs. The screen is the device's own.");
        await SilentAsync("an empty stick", async p => await Device.Qemu.PlugStickAsync(await workshop.StickAsync("empty"), p));
        await SilentAsync("a keyboard", p => Device.Qemu.PlugAsync("usb-kbd", p));
        await SilentAsync("a release signed by a stranger", async p => await Device.Qemu.PlugStickAsync(await workshop.StickAsync("stranger"), p));
        await SentenceAsync("a release with a damaged payload", "damaged");
        await UpdateAsync();

        timeline.Chapter("Pictures");
        foreach (string picture in album.Files)
        {
            timeline.Detail(picture);
        }
        (string page, string sheet) = album.Bind();
        timeline.Detail($"logs: {Path.Combine(Repository.Out, "rig", "demo")}");
        timeline.Say("the whole update in pictures");
        timeline.Detail($"{page} (with words and times)");
        timeline.Detail($"{sheet} (one picture)");
        timeline.Say("done");
    }

    private async Task SilentAsync(string what, Func<int, Task<Plugged>> plug)
    {
        ScreenImage before = await Device.StillScreenAsync();
        long since = await Device.NextAuditAsync();
        timeline.Say($"plugged in: {what}");
        Plugged plugged = await plug(++port);
        AuditRecord line = await Device.WaitAuditAsync("verdict", since, TimeSpan.FromSeconds(40), r => r.Code is not null);
        await Task.Delay(TimeSpan.FromSeconds(2));

        int changed = (await Device.Screen.ShotAsync()).Difference(before);
        if (changed != 0)
        {
            throw new RigException($"{what}: {changed} pixels changed, none should");
        }
        if ((await Device.PluggedAsync()) is not [{ Authorized: false }])
        {
            throw new RigException($"{what}: it is still authorized");
        }
        timeline.Say("nothing happened; no pixel changed; the audit log says");
        timeline.Detail($"{line.Seq} {line.Event} {line.Code} port {line.Port}: {line.Detail}");
        await Device.Qemu.UnplugAsync(plugged);
        await Device.WaitPluggedAsync(0);
    }

    private async Task SentenceAsync(string what, string stick)
    {
        string image = await workshop.StickAsync(stick);
        ScreenImage before = await Device.StillScreenAsync();
        timeline.Say($"plugged in: {what}");
        Plugged plugged = await Device.Qemu.PlugStickAsync(image, ++port);
        JsonObject status = await Device.WaitStatusAsync("state refused", TimeSpan.FromSeconds(90), s => (string?)s["state"] == "refused");
        await Device.Screen.WaitChangeAsync(before, TimeSpan.FromSeconds(20), pixels: 2000);
        Keep(await Device.Screen.WaitStillAsync(TimeSpan.FromSeconds(15)), $"demo-2-{stick}", $"Plugged in: {what}.");
        timeline.Say("the screen says");
        timeline.Detail((string?)status["message"] ?? "(see the picture)");
        await Device.Qemu.UnplugAsync(plugged);
        await Device.WaitIdleAsync();
    }

    private async Task UpdateAsync()
    {
        string image = await workshop.StickAsync("fat32");
        int mark = Device.Qemu.Qmp.EventCount;
        timeline.Say("plugged in: the signed release 2.0.0, on FAT32");
        Plugged plugged = await Device.Qemu.PlugStickAsync(image, ++port);
        await WatchAsync(await Device.Screen.ShotAsync(), Device.Qemu.WaitResetAsync(mark, TimeSpan.FromMinutes(4)));
        timeline.Say("the device restarts");
        await Device.Qemu.UnplugAsync(plugged);
        timeline.Say("the stick is pulled out");

        await Device.WaitServiceAsync(TimeSpan.FromSeconds(120));
        timeline.Say("started again");
        await WatchAsync(await Device.Screen.ShotAsync(), Device.WaitStatusAsync(
            "version 2.0.0 confirmed and told", TimeSpan.FromSeconds(120), s => (string?)s["running"] == "2.0.0" && !(bool)s["trial"]! && (string?)s["state"] == "done"));
        ScreenImage done = await Device.Screen.WaitStillAsync(TimeSpan.FromSeconds(15));
        Keep(done, "demo-4-done", "Version 2 passed its test and is kept.");
        JsonObject status = await Device.WaitIdleAsync(TimeSpan.FromSeconds(120));
        timeline.Say($"confirmed: version {status["running"]} runs from set {status["set"]}, the floor is {status["floor"]}");
        await Device.Screen.WaitChangeAsync(done, TimeSpan.FromSeconds(20), pixels: 2000);
        Keep(await Device.StillScreenAsync(), "demo-5-version-2", "The device has its screen back: version 2 runs.");
        foreach ((string set, JsonObject slot) in await Device.SlotsAsync())
        {
            timeline.Detail($"set {set}: version {slot["version"]}, {slot["state"]}");
        }
    }

    /// <summary>Says each new state until something else has happened, and keeps a picture of each, and of the middle of those that take long.</summary>
    private async Task WatchAsync(ScreenImage shown, Task until)
    {
        string? last = null;
        bool middle = false;
        Task<JsonObject?> asked = Device.TryStatusAsync();
        while (await Task.WhenAny(until, asked) != until)
        {
            JsonObject? status = await asked;
            string? state = (string?)status?["state"];
            if (state is not null && state != last)
            {
                timeline.Say(state);
                shown = await ChangedAsync(shown);
                if (state is not ("idle" or "self_test" or "done"))
                {
                    Keep(shown, $"demo-3-{++steps}-{state}", $"{state}.");
                }
                (last, middle) = (state, false);
            }
            else if (!middle && (int?)status?["phase_percent"] is > 40 and < 100)
            {
                middle = true;
                Keep(await Device.Screen.ShotAsync(), $"demo-3-{++steps}-{state}-{status["phase_percent"]}", $"{state}, {status["phase_percent"]} %.");
            }
            asked = Device.TryStatusAsync();
        }
        await until;
        await asked; // it may have been asked of a system that is gone: that shell is not used again before this has ended
    }

    /// <summary>The screen as soon as it shows something else, or after a second.</summary>
    private async Task<ScreenImage> ChangedAsync(ScreenImage before)
    {
        ScreenImage now = before;
        for (int i = 0; i < 20 && now.Difference(before) < 2000; i++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50));
            now = await Device.Screen.ShotAsync();
        }
        return now;
    }

    private void Keep(ScreenImage picture, string name, string words) => album.Add(picture, name, words);
}
