namespace Gatekeeper.Rig.Tests.Guests;

/// <summary>What every test of a cut does: a device on a disk with a volatile cache, a cut, a start, the next attempt.</summary>
internal static class PowerCut
{
    /// <summary>
    /// Cuts while version 2 is staged or installed, starts again, and installs. Nothing was switched at the cut: the complete old system runs,
    /// and the idle set is not offered to the firmware.
    /// </summary>
    /// <param name="name">Names the guest's logs.</param>
    /// <param name="when">From the disk's partitions to the moment.</param>
    public static async Task AssertSurvivesAsync(string name, Func<IReadOnlyDictionary<string, DiskRange>, CutRule> when)
    {
        (string disk, Machine machine) = await (await Lab.TemplateAsync()).RawCopyAsync(name);
        using VolatileDisk medium = new(disk);
        await using (NbdServer server = new(medium))
        await using (Device device = await StartAsync(machine, server))
        {
            // After the cut a patient is connected, so that the device stays as it comes up until it was looked at.
            await device.Shell.RunAsync("touch /data/app/patient && sync");
            server.CutWhen(when(DiskMap.Read(disk)));
            await device.Qemu.PlugStickAsync(await StickAsync(disk), 1);
            await server.WhenCut.WaitAsync(TimeSpan.FromMinutes(4));
            await device.Qemu.PowerOffAsync();
            Assert.Null(server.Fault);
        }
        await using NbdServer again = new(medium);
        await using Device after = await StartAsync(machine with { Name = $"{name}-2" }, again);

        // Nothing was switched: the complete old system runs, and the idle set is not offered to the firmware.
        System.Text.Json.Nodes.JsonObject status = await after.StatusAsync();
        Assert.Equal(("1.0.0", "a", false), ((string?)status["running"], (string?)status["set"], (bool)status["trial"]!));
        Assert.NotEqual("kept", (string?)(await after.SlotsAsync())["b"]["state"]);

        // A whole stage may be on the data partition: then the device goes on by itself; else the stick is plugged again.
        Plugged plugged = await after.Qemu.PlugStickAsync(await StickAsync(disk), 2);
        await after.Shell.RunAsync("rm /data/app/patient && " + AppInGuest.Disconnect);
        await Flow.WaitKeptAfterRestartAsync(after, plugged, "2.0.0", "b");
    }

    /// <summary>Starts a device whose disk is the server.</summary>
    public static async Task<Device> StartAsync(Machine machine, NbdServer server)
    {
        Device device = await Device.StartAsync(machine with { NbdSocket = server.SocketPath, Lifetime = TimeSpan.FromMinutes(10) });
        await device.WaitStatusAsync("state", TimeSpan.FromSeconds(60), s => s["state"] is not null);
        return device;
    }

    /// <summary>A stick with version 2 of its own for this disk.</summary>
    public static async Task<string> StickAsync(string disk)
        => await Stick.CopyAsync(await Lab.Fat32Async(await Lab.ReleaseAsync("2.0.0")), disk + ".stick");
}
