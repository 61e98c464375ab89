using Gatekeeper.Release;
using JsonObject = System.Text.Json.Nodes.JsonObject;

namespace Gatekeeper.Rig.Tests.Guests;

/// <summary>
/// A hospital with a say: its keys come onto the device by a permit that answers the device's challenge, then releases need its approval; and a
/// release that is older in all four roles is installed by a permit, once.
/// </summary>
[Trait("part", "rig")]
[Trait("long", "true")]
public sealed class SiteTests
{
    [Fact]
    public async Task I08_SiteRootByPermit_ApprovalNeeded_DowngradeByPermitLeavesTheFloor()
    {
        Vendor vendor = (await Lab.VendorAsync()).Copy(Lab.At("site-vendor"));
        await vendor.NewKeyAsync("anna");
        string site = Lab.At("site");
        await Vendor.SignAsync("site", "init", "--out", site, "--name", "St. Anna", "--keys", $"{vendor.Public("anna")}:1", "--sign", vendor.Key("anna"));
        string oldRelease = await Lab.ReleaseAsync("1.0.0"); // signed under root 1
        await vendor.RotateAsync("--expires", "2047-01-01");
        Images images = await Lab.ImagesAsync("2.0.0");
        string release = await vendor.ReleaseAsync(new ReleaseOrder("2.0.0", images.Efi, images.System, 2) { Signers = ["timestamp", "alice", "bob"] }, Lab.At("site-2.gku"));
        string newer = await vendor.ReleaseAsync(new ReleaseOrder("3.0.0", images.Efi, images.System, 3) { Signers = ["timestamp", "alice", "bob"] }, Lab.At("site-3.gku"));

        await using Device device = await (await Lab.TemplateAsync()).StartAsync("site", TimeSpan.FromMinutes(20));
        await device.WaitIdleAsync();
        IReadOnlyList<string> blocks = await device.BlockDevicesAsync();

        // The hospital's keys.
        Assert.Equal(2, (await device.Shell.TryAsync("gatekeeper challenge site-root")).ExitCode);
        await Flow.EnterServiceModeAsync(device);
        string challenge = (await device.Shell.RunAsync("gatekeeper challenge site-root")).Trim();
        string permit = await vendor.PermitAsync(
            Lab.At("site.gkp"), ["--challenge", .. challenge.Split(' '), "--product", Vendor.Product, "--site-root", Path.Combine(site, "1.site.gka")]);
        await Flow.TakenAsync(device, 1, await Lab.Fat32Async("site-permit", permit), "site-root-taken");
        Assert.Equal("St. Anna", (string?)(await device.StatusAsync())["site"]);
        await Flow.LeaveServiceModeAsync(device);

        // Not approved, and newer; then the older one with its approval beside it.
        await Flow.RefusedAsync(device, 2, await Lab.Fat32Async("site-3", newer), Refusal.ApprovalMissing);
        Assert.Equal(2, (int)(await device.StatusAsync())["root_version"]!);
        string approval = await ApproveAsync(vendor, site, release);
        await Flow.InstallAsync(device, await Lab.Fat32Async("site-2", release, approval), 3, "2.0.0", "b");
        Assert.Equal("2.0.0", (string?)(await device.StatusAsync())["floor"]);
        await device.WaitIdleAsync();

        // Older in all four roles and below the floor. Service mode asks for a permit; the hospital has its say all the same.
        await Flow.EnterServiceModeAsync(device);
        await Flow.RefusedAsync(device, 4, await Lab.Fat32Async(oldRelease), Refusal.TooOld, "downgrade-challenge", idle: false);
        JsonObject status = await device.WaitStatusAsync("challenge", TimeSpan.FromSeconds(20), s => s["challenge"] is not null);
        challenge = (string)status["challenge"]!;
        string downgrade = await vendor.PermitAsync(Lab.At("downgrade.gkp"), ["--challenge", .. challenge.Split(' '), "--release", oldRelease]);
        string stick = await Lab.Fat32Async("downgrade", oldRelease, downgrade, await ApproveAsync(vendor, site, oldRelease));
        await Flow.InstallAsync(device, stick, 5, "1.0.0", "a");
        status = await device.StatusAsync();
        Assert.Equal(("2.0.0", 2), ((string?)status["floor"], (int)status["root_version"]!));
        Assert.Null(status["challenge"]);
        await device.WaitIdleAsync();

        // Used up: back on 2.0.0 the same stick is too old again.
        await Flow.InstallAsync(device, await Lab.Fat32Async("site-2", release, approval), 6, "2.0.0", "b");
        await device.WaitIdleAsync();
        await Flow.RefusedAsync(device, 7, stick, Refusal.TooOld);
        await Bus.AssertUntouchedAsync(device, blocks);
    }

    private static async Task<string> ApproveAsync(Vendor vendor, string site, string release)
    {
        HashSet<string> before = [.. Directory.GetFiles(site, "*.gka")];
        await Vendor.SignAsync("approve", "--site", site, "--release", release, "--key", vendor.Key("anna"));
        return Assert.Single(Directory.GetFiles(site, "*.gka"), f => !before.Contains(f));
    }
}
