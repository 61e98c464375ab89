using Gatekeeper.Release;

namespace Gatekeeper.Rig.Tests.Guests;

/// <summary>Whatever goes wrong with version 2: version 1 comes back by itself, and the next attempt succeeds.</summary>
[Trait("part", "crash")]
public sealed class FallBackTests
{
    [Fact]
    [Trait("long", "true")]
    public async Task StickPulledInMidCopy()
    {
        string image = await Lab.Fat32Async(await Lab.ReleaseAsync("2.0.0"));
        await using Device device = await (await Lab.TemplateAsync()).StartAsync("pulled");
        await device.WaitIdleAsync();
        IReadOnlyList<string> blocks = await device.BlockDevicesAsync();
        long since = await device.NextAuditAsync();

        Plugged plugged = await device.Qemu.PlugStickAsync(image, 1);
        await Flow.WaitReadingAsync(device, 0, 24);
        await device.Qemu.UnplugAsync(plugged);

        AuditRecord line = await device.WaitAuditAsync("verdict", since, TimeSpan.FromSeconds(40), r => r.Code is not null);
        Assert.Equal(RefusalCatalogue.Of(Refusal.StickGone).Code, line.Code);
        await device.WaitStatusAsync("version 1.0.0, idle", TimeSpan.FromSeconds(60), s => (string?)s["running"] == "1.0.0" && (string?)s["state"] == "idle");

        await Flow.InstallAsync(device, image, 2, "2.0.0", "b");
        await Bus.AssertUntouchedAsync(device, blocks);
    }

    [Fact]
    public async Task HealthCheckFails_IsNotRepeated() => await AssertComesBackAsync(Fault.Health, mostTrials: 1);

    [Fact]
    [Trait("long", "true")]
    public async Task KernelPanics() => await AssertComesBackAsync(Fault.Panic, Limits.MaxTrialAttempts);

    [Fact]
    [Trait("long", "true")]
    public async Task InitHangs() => await AssertComesBackAsync(Fault.Hang, Limits.MaxTrialAttempts);

    private static async Task AssertComesBackAsync(Fault fault, int mostTrials)
    {
        string bad = await Lab.Fat32Async(await Lab.ReleaseAsync("2.0.0", new ImageVariant(fault)));
        string good = await Lab.ExfatAsync(await Lab.ReleaseAsync("2.0.0"));
        await using Device device = await (await Lab.TemplateAsync()).StartAsync($"bad-{fault}".ToLowerInvariant(), TimeSpan.FromMinutes(15));
        await device.WaitIdleAsync();
        long since = await device.NextAuditAsync();

        int mark = device.Qemu.Qmp.EventCount;
        Plugged plugged = await device.Qemu.PlugStickAsync(bad, 1);
        await device.Qemu.WaitResetOrExplainAsync(device, mark, TimeSpan.FromMinutes(4));
        await device.Qemu.UnplugAsync(plugged);

        await device.WaitStatusAsync("version 1.0.0 after the last trial", TimeSpan.FromMinutes(7), s => (string?)s["running"] == "1.0.0" && (string?)s["state"] == "fell_back");
        IReadOnlyList<AuditRecord> log = await device.AuditAsync(since);
        Assert.InRange(log.Count(r => r.Event == "try"), 1, mostTrials);
        Assert.Contains(log, r => r.Code == RefusalCatalogue.Of(Refusal.HealthFailed).Code);
        Assert.Equal("1.0.0", (string?)(await device.StatusAsync())["floor"]);
        (await device.Screen.WaitStillAsync(TimeSpan.FromSeconds(20))).Save($"fell-back-{fault}".ToLowerInvariant());

        await Flow.InstallAsync(device, good, 2, "2.0.0", "b");
    }
}
