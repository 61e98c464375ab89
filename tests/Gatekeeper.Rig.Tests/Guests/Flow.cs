using System.Globalization;
using System.Text.Json.Nodes;

namespace Gatekeeper.Rig.Tests.Guests;

/// <summary>The main job, step by step, as several tests need it.</summary>
internal static class Flow
{
    /// <summary>Which set the firmware starts once: there from the switch to the restart.</summary>
    public const string BootNext = "/sys/firmware/efi/efivars/BootNext-8be4df61-93ca-11d2-aa0d-00e098032b8c";

    /// <summary>Plugs a stick with a good release and waits until the device runs it, kept. The stick is pulled as soon as the device restarts.</summary>
    public static async Task InstallAsync(Device device, string stick, int port, string version, string set)
    {
        await WaitKeptAfterRestartAsync(device, await device.Qemu.PlugStickAsync(stick, port), version, set);
    }

    /// <summary>The rest of <see cref="InstallAsync"/>, with the stick in the port.</summary>
    public static async Task WaitKeptAfterRestartAsync(Device device, Plugged plugged, string version, string set)
    {
        // An install takes many seconds, so no reset can have come between the plug and this mark.
        await device.Qemu.WaitResetOrExplainAsync(device, device.Qemu.Qmp.EventCount, TimeSpan.FromMinutes(4));
        await device.Qemu.UnplugAsync(plugged);
        await WaitKeptAsync(device, version, set);
    }

    /// <summary>Waits until a version is confirmed in a set.</summary>
    public static async Task<JsonObject> WaitKeptAsync(Device device, string version, string set)
    {
        await device.WaitServiceAsync(TimeSpan.FromSeconds(120));
        return await device.WaitStatusAsync(
            $"version {version} kept in set {set}", TimeSpan.FromSeconds(120),
            s => (string?)s["running"] == version && (string?)s["set"] == set && !(bool)s["trial"]!);
    }

    /// <summary>Waits for a reset; on a miss the failure has the device's state.</summary>
    public static async Task<QmpEvent> WaitResetOrExplainAsync(this Qemu qemu, Device device, int mark, TimeSpan limit)
    {
        try
        {
            return await qemu.WaitResetAsync(mark, limit);
        }
        catch (RigException late)
        {
            throw new RigException($"{late.Message}; {await device.DescribeAsync()}", late);
        }
    }

    /// <summary>Waits until a plugged stick has been asked this many further commands: it is in the middle of being read.</summary>
    public static Task WaitReadingAsync(Device device, int commandsBefore, int further)
        => Wait.UntilAsync(
            $"{further} commands to the stick", TimeSpan.FromSeconds(60),
            () => Task.FromResult(device.Qemu.Trace.Commands().Count >= commandsBefore + further), TimeSpan.FromMilliseconds(20));

    /// <summary>The firmware is asked once, as a repair man would, to start a set.</summary>
    public static async Task StartOtherSetAsync(Device device, string set)
    {
        int mark = device.Qemu.Qmp.EventCount;
        string entry = set == "a" ? @"\000\001" : @"\001\001"; // Boot0100 or Boot0101, little-endian behind four bytes of attributes
        await device.Shell.RunAsync($@"printf '\007\000\000\000{entry}' > {BootNext}");
        await device.SignalInitAsync("INT");
        await device.WaitRestartAsync(mark, TimeSpan.FromSeconds(60));
    }

    /// <summary>A checksum of a partition's content as the guest reads it.</summary>
    public static async Task<string> PartitionDigestAsync(Device device, string name)
        => await device.Shell.RunAsync($"md5sum < {await device.PartitionAsync(name)}", TimeSpan.FromSeconds(120));

    /// <summary>Does something while gatekeeperd is not there, and waits until init has started it again.</summary>
    public static async Task WithServiceAwayAsync(Device device, string command)
    {
        const string program = "/usr/lib/gatekeeper/gatekeeperd";
        await device.Shell.RunAsync($"""
            mv {program} {program}.away
            {GuestScripts.ForEachService("", "kill -9 $p")}
            sleep 1
            {command}
            sync
            echo 3 > /proc/sys/vm/drop_caches
            mv {program}.away {program}
            """, TimeSpan.FromSeconds(60));
        await device.WaitServiceAsync();
        await device.WaitIdleAsync();
    }

    /// <summary>Plugs a stick that must be refused with nothing begun, and pulls it.</summary>
    /// <param name="device">The device.</param>
    /// <param name="port">The port.</param>
    /// <param name="stick">The stick's image.</param>
    /// <param name="reason">Why.</param>
    /// <param name="picture">A name, when the screen is to be kept.</param>
    /// <param name="idle">Whether the device is idle afterwards.</param>
    public static async Task RefusedAsync(Device device, int port, string stick, Release.Refusal reason, string? picture = null, bool idle = true)
    {
        long since = await device.NextAuditAsync();
        Plugged plugged = await device.Qemu.PlugStickAsync(stick, port);
        AuditRecord verdict = await device.WaitAuditAsync($"verdict, {reason}", since, TimeSpan.FromSeconds(60), r => r.Code is not null);
        Assert.Equal(Release.RefusalCatalogue.Of(reason).Code, verdict.Code);
        if (picture is not null)
        {
            await Task.Delay(TimeSpan.FromSeconds(2));
            (await device.Screen.WaitStillAsync(TimeSpan.FromSeconds(15))).Save(picture);
        }
        Assert.DoesNotContain(await device.AuditAsync(since), r => r.Event is "install" or "try");
        await device.Qemu.UnplugAsync(plugged);
        if (idle)
        {
            await device.WaitIdleAsync();
        }
    }

    /// <summary>Seconds since the guest's start, by its own clock.</summary>
    public static async Task<double> UptimeAsync(Device device)
        => double.Parse(await device.Shell.RunAsync("cut -d ' ' -f 1 /proc/uptime"), CultureInfo.InvariantCulture);

    /// <summary>Plugs a stick with a release of ours after many other devices: it is accepted within <see cref="Release.Limits.VerdictSeconds"/>.</summary>
    /// <param name="device">The device.</param>
    /// <param name="stick">Its image.</param>
    /// <param name="port">Its port.</param>
    /// <param name="since">A mark in the audit log behind the last stick that was accepted.</param>
    /// <param name="from">From when on the seconds count; see <see cref="UptimeAsync"/>.</param>
    /// <returns>The stick, still plugged, and the seconds.</returns>
    public static async Task<(Plugged Stick, double Seconds)> AcceptedInTimeAsync(Device device, string stick, int port, long since, double from)
    {
        Plugged plugged = await device.Qemu.PlugStickAsync(stick, port);
        AuditRecord accepted = await device.WaitAuditAsync("accepted", since, TimeSpan.FromSeconds(90), r => r.Event == "accepted");
        double seconds = accepted.Uptime.TotalSeconds - from;
        Assert.InRange(seconds, 0, Release.Limits.VerdictSeconds);
        return (plugged, seconds);
    }

    /// <summary>A press of the machine's power button, outside service mode.</summary>
    public static async Task EnterServiceModeAsync(Device device)
    {
        await device.Qemu.PressPowerButtonAsync();
        await device.WaitStatusAsync("service mode", TimeSpan.FromSeconds(20), s => s["service_minutes"] is not null);
    }

    /// <summary>The same in service mode.</summary>
    public static async Task LeaveServiceModeAsync(Device device)
    {
        await device.Qemu.PressPowerButtonAsync();
        await device.WaitStatusAsync("service mode left", TimeSpan.FromSeconds(20), s => s["service_minutes"] is null);
    }

    /// <summary>Plugs a stick that brings something else than a release, waits until that is said, keeps the screen and pulls the stick.</summary>
    public static async Task TakenAsync(Device device, int port, string stick, string picture)
    {
        Plugged plugged = await device.Qemu.PlugStickAsync(stick, port);
        await device.WaitStatusAsync("taken", TimeSpan.FromSeconds(60), s => (string?)s["state"] == "taken");
        (await device.Screen.WaitStillAsync(TimeSpan.FromSeconds(15))).Save(picture);
        await device.Qemu.UnplugAsync(plugged);
    }

    /// <summary>What gatekeeperd itself holds: what is shared with its children does not count.</summary>
    public static async Task<ServiceHold> ServiceHoldAsync(Device device)
    {
        string[] words = (await device.Shell.RunAsync(GuestScripts.ForEachService(
            "", @"sed -n 's/^Private_Dirty: *\([0-9]*\) kB/\1/p' /proc/$p/smaps_rollup; ls /proc/$p/fd | wc -l; ls /proc/$p/task | wc -l"))).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        int[] numbers = [.. words.Select(word => int.Parse(word, CultureInfo.InvariantCulture))];
        return new ServiceHold(numbers[0], numbers[1], numbers[2]);
    }
}

/// <summary>What a process holds.</summary>
/// <param name="KiB">Private memory.</param>
/// <param name="Handles">Open descriptors.</param>
/// <param name="Threads">Threads.</param>
internal readonly record struct ServiceHold(int KiB, int Handles, int Threads);
