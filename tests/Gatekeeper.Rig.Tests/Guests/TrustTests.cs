using Gatekeeper.Release;
using JsonObject = System.Text.Json.Nodes.JsonObject;

namespace Gatekeeper.Rig.Tests.Guests;

/// <summary>
/// A manufacturer that changes its keys, loses one, and meets devices that were on a shelf for years; two manufacturers on one stick.
/// Every file is made by the real <c>gatekeeper-sign</c>.
/// </summary>
[Trait("part", "rig")]
[Trait("long", "true")]
public sealed class TrustTests
{
    [Fact]
    public async Task I08_RootsTwoToFiveFromOneStick_RevokedKey_ShorterChain_AndAnOldStatePutBack()
    {
        Vendor two = await RotatedAsync("two", 2);
        Vendor four = await RotatedAsync("four", 4);
        Vendor five = await RotatedAsync("five", 5);
        await using Device device = await (await Lab.TemplateAsync()).StartAsync("trust-roots", TimeSpan.FromMinutes(15));
        await device.WaitIdleAsync();
        IReadOnlyList<string> blocks = await device.BlockDevicesAsync();
        string state = await device.PartitionAsync("gk-state");
        await device.Shell.RunAsync($"dd if={state} of=/data/old-state bs=1M 2>/dev/null; sync", TimeSpan.FromSeconds(60));

        // A newer release for another product leaves no trace: the older one that fits is installed after it.
        await Flow.RefusedAsync(device, 1, await Lab.Fat32Async(await Lab.OtherProductAsync()), Refusal.OtherProduct);
        Assert.Equal(1, (int)(await device.StatusAsync())["root_version"]!);

        // The device knows root 1; who signed this release came with root 2 and 4.
        Images images = await Lab.ImagesAsync("2.0.0");
        string release = await five.ReleaseAsync(new ReleaseOrder("2.0.0", images.Efi, images.System, 2) { Signers = ["stamp", "carol", "dave"] }, Lab.At("five.gku"));
        await Flow.InstallAsync(device, await Lab.Fat32Async("five", release), 2, "2.0.0", "b");
        Assert.Equal(5, (int)(await device.StatusAsync())["root_version"]!);
        await device.WaitIdleAsync();

        // Bob's key went with root 3: what he signed before, with roots that end before it, is nothing any more.
        string revoked = await two.ReleaseAsync(new ReleaseOrder("3.0.0", images.Efi, images.System, 3) { Signers = ["timestamp", "carol", "bob"] }, Lab.At("revoked.gku"));
        await Flow.RefusedAsync(device, 3, await Lab.Fat32Async("revoked", revoked), Refusal.SignatureMissing);

        // A chain that ends at 4 takes a device at 5 nowhere; its release is good, and too old.
        Images old = await Lab.ImagesAsync("1.0.0");
        string shorter = await four.ReleaseAsync(new ReleaseOrder("1.0.0", old.Efi, old.System, 4) { Signers = ["stamp", "carol", "dave"] }, Lab.At("shorter.gku"));
        await Flow.RefusedAsync(device, 4, await Lab.Fat32Async("shorter", shorter), Refusal.TooOld);
        Assert.Equal(5, (int)(await device.StatusAsync())["root_version"]!);

        // The partition as it was before all this: without a TPM nobody can tell. What the running image itself says still holds.
        await Flow.WithServiceAwayAsync(device, $"dd if=/data/old-state of={state} bs=1M conv=notrunc 2>/dev/null");
        JsonObject status = await device.StatusAsync();
        Assert.Equal(("not anchored", "2.0.0", 1), ((string?)status["anchor"], (string?)status["floor"], (int)status["root_version"]!));
        await Flow.RefusedAsync(device, 5, await Lab.Fat32Async(await Lab.ReleaseAsync("1.0.0")), Refusal.TooOld);
        await Bus.AssertUntouchedAsync(device, blocks);
    }

    [Fact]
    public async Task StagedRelease_WhoseKeyAnotherStickRevokes_IsNotInstalled()
    {
        Vendor revoking = (await Lab.VendorAsync()).Copy(Lab.At("revoking"));
        await revoking.NewKeyAsync("erin");
        await revoking.RotateAsync("--replace", $"bob={revoking.Public("erin")}");
        string roots = await Lab.Fat32Async("revoking", await revoking.RootsFileAsync(Lab.At("revoking.gkr")));
        string update = await Lab.Fat32Async(await Lab.ReleaseAsync("2.0.0"));
        await using Device device = await (await Lab.TemplateAsync()).StartAsync("trust-staged", TimeSpan.FromMinutes(10));
        await device.WaitIdleAsync();

        // A patient comes as soon as the stage is whole: from here on nothing is installed until they are gone.
        await device.Shell.RunAsync($"(until [ -e /data/gatekeeper/stage.gku ]; do sleep 1; done; touch /data/app/patient; {AppInGuest.Connect}) > /dev/null 2>&1 &");
        long since = await device.NextAuditAsync();
        Plugged stick = await device.Qemu.PlugStickAsync(update, 1);
        await device.WaitAuditAsync("staged", since, TimeSpan.FromMinutes(2), r => r.Event == "staged");
        await device.WaitStatusAsync("waiting", TimeSpan.FromSeconds(60), s => (string?)s["state"] == "waiting" && (bool)s["in_use"]!);
        await device.Qemu.UnplugAsync(stick);

        Plugged second = await device.Qemu.PlugStickAsync(roots, 2);
        await device.WaitAuditAsync("root 2", since, TimeSpan.FromSeconds(60), r => r.Event == "root");
        await device.Qemu.UnplugAsync(second);
        await device.Shell.RunAsync($"rm /data/app/patient; {AppInGuest.Disconnect}");
        AuditRecord discarded = await device.WaitAuditAsync("a discarded stage", since, TimeSpan.FromSeconds(60), r => r.Event == "stage-discarded");
        Assert.Equal(RefusalCatalogue.Of(Refusal.SignatureMissing).Code, discarded.Code);
        await device.WaitIdleAsync();
        Assert.DoesNotContain(await device.AuditAsync(since), r => r.Event is "try" or "restart");
        Assert.Equal(("1.0.0", 2), ((string?)(await device.StatusAsync())["running"], (int)(await device.StatusAsync())["root_version"]!));
    }

    [Fact]
    public async Task TwoVendorsOnOneStick_EachDeviceTakesItsOwn()
    {
        string stick = await Lab.Fat32Async("two-vendors", await Lab.StrangersReleaseAsync("2.0.0"), await Lab.ReleaseAsync("2.0.0"));
        foreach ((string name, DeviceTemplate template) in new[] { ("trust-ours", await Lab.TemplateAsync()), ("trust-theirs", await Lab.StrangersTemplateAsync()) })
        {
            await using Device device = await template.StartAsync(name);
            await device.WaitIdleAsync();
            await Flow.InstallAsync(device, await Stick.CopyAsync(stick, $"{stick}.{name}"), 1, "2.0.0", "b");
        }
    }

    /// <summary>Ours with more roots: 2 gives alice's place to carol, 3 bob's to dave, 4 has another timestamp key, 5 only another date.</summary>
    private static async Task<Vendor> RotatedAsync(string name, int root)
    {
        Vendor all = await Rotations.Value;
        Vendor copy = all.Copy(Lab.At($"vendor-{name}"));
        for (int later = root + 1; later <= 5; later++)
        {
            File.Delete(Path.Combine(copy.Roots, $"{later}.root.json"));
        }
        return copy;
    }

    private static readonly Lazy<Task<Vendor>> Rotations = new(async () =>
    {
        Vendor vendor = (await Lab.VendorAsync()).Copy(Lab.At("vendor-rotated"));
        foreach (string key in new[] { "carol", "dave", "stamp" })
        {
            await vendor.NewKeyAsync(key);
        }
        await vendor.RotateAsync("--replace", $"alice={vendor.Public("carol")}");
        await vendor.RotateAsync("--replace", $"bob={vendor.Public("dave")}");
        await vendor.RotateAsync("--replace", $"timestamp={vendor.Public("stamp")}");
        await vendor.RotateAsync("--expires", "2047-01-01");
        return vendor;
    });
}
