using System.Text.Json.Nodes;

namespace Gatekeeper.Rig.Tests.Guests;

/// <summary>The main job: version 2 over version 1, from sticks that Debian's tools made.</summary>
[Trait("part", "rig")]
public sealed class InstallTests
{
    [Fact]
    public async Task Fat32_InstalledRestartedConfirmed_OldSetIntactAndBootable()
    {
        string image = await Lab.Fat32Async(await Lab.ReleaseAsync("2.0.0"));
        string digest = await Stick.DigestAsync(image);
        await using Device device = await (await Lab.TemplateAsync()).StartAsync("install-fat32");
        await device.WaitIdleAsync();
        IReadOnlyList<string> blocks = await device.BlockDevicesAsync();
        string[] before = [await Flow.PartitionDigestAsync(device, "gk-esp-a"), await Flow.PartitionDigestAsync(device, "gk-sys-a")];

        await Flow.InstallAsync(device, image, 1, "2.0.0", "b");

        IReadOnlyDictionary<string, JsonObject> slots = await device.SlotsAsync();
        Assert.Equal(("2.0.0", "kept"), ((string?)slots["b"]["version"], (string?)slots["b"]["state"]));
        Assert.Equal(("1.0.0", "kept"), ((string?)slots["a"]["version"], (string?)slots["a"]["state"]));
        Assert.Equal("2.0.0", (string?)(await device.StatusAsync())["floor"]);
        string[] after = [await Flow.PartitionDigestAsync(device, "gk-esp-a"), await Flow.PartitionDigestAsync(device, "gk-sys-a")];
        Assert.Equal(before, after);
        Assert.Equal(0, (await device.Shell.TryAsync("gatekeeper log verify")).ExitCode);
        await Bus.AssertUntouchedAsync(device, blocks);
        Assert.Equal(digest, await Stick.DigestAsync(image));

        await AssertOldSetBootsAsync(device);
    }

    [Fact]
    public async Task Exfat_InstalledRestartedConfirmed_ThenInstalledAlready()
    {
        string image = await Lab.ExfatAsync(await Lab.ReleaseAsync("2.0.0"));
        string digest = await Stick.DigestAsync(image);
        await using Device device = await (await Lab.TemplateAsync()).StartAsync("install-exfat");
        await device.WaitIdleAsync();
        IReadOnlyList<string> blocks = await device.BlockDevicesAsync();

        await Flow.InstallAsync(device, image, 1, "2.0.0", "b");
        await device.WaitIdleAsync();

        int mark = device.Qemu.Qmp.EventCount;
        await device.Qemu.PlugStickAsync(image, 2);
        await device.WaitStatusAsync("state refused", TimeSpan.FromSeconds(60), s => (string?)s["state"] == "refused");
        await Assert.ThrowsAsync<RigException>(() => device.Qemu.WaitResetAsync(mark, TimeSpan.FromSeconds(8)));
        await Bus.AssertUntouchedAsync(device, blocks);
        Assert.Equal(digest, await Stick.DigestAsync(image));
    }

    private static async Task AssertOldSetBootsAsync(Device device)
    {
        await Flow.StartOtherSetAsync(device, "a");
        JsonObject status = await device.StatusAsync();
        Assert.Equal(("1.0.0", "a"), ((string?)status["running"], (string?)status["set"]));
    }
}
