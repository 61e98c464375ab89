using System.Globalization;
using Gatekeeper.Release;
using JsonObject = System.Text.Json.Nodes.JsonObject;

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

    /// <summary>Another stick, another file system, the same release: the copy goes on where it was, and reads only what is missing.</summary>
    [Fact]
    [Trait("long", "true")]
    public async Task StickPulledInMidCopy_AnotherStickWithTheSameRelease_GivesTheRest()
    {
        string release = await Lab.ReleaseAsync("2.0.0");
        string first = await Lab.Fat32Async(release);
        string second = await Lab.ExfatAsync(release);
        await using Device device = await (await Lab.TemplateAsync()).StartAsync("resumed");
        await device.WaitIdleAsync();
        long since = await device.NextAuditAsync();

        Plugged plugged = await device.Qemu.PlugStickAsync(first, 1);
        await device.WaitStatusAsync("half of it copied", TimeSpan.FromMinutes(2), s => (string?)s["state"] == "copying" && (int?)s["phase_percent"] >= 40);
        await device.Qemu.UnplugAsync(plugged);
        await device.WaitAuditAsync("verdict", since, TimeSpan.FromSeconds(40), r => r.Code == RefusalCatalogue.Of(Refusal.StickGone).Code);
        (await device.Screen.WaitStillAsync(TimeSpan.FromSeconds(20))).Save("pulled-too-early");
        Assert.Contains(RefusalCatalogue.Of(Refusal.PulledTooEarly).Code, (string?)(await device.StatusAsync())["message"], StringComparison.Ordinal);

        int before = device.Qemu.Trace.Commands().Count;
        int mark = device.Qemu.Qmp.EventCount;
        Plugged again = await device.Qemu.PlugStickAsync(second, 2);
        AuditRecord resumed = await device.WaitAuditAsync("what is there from before", since, TimeSpan.FromMinutes(2), r => r.Event == "stage-resumed");
        string[] words = resumed.Detail.Split(' '); // "N of M bytes are there from before"
        (long kept, long whole) = (long.Parse(words[0], CultureInfo.InvariantCulture), long.Parse(words[2], CultureInfo.InvariantCulture));
        Assert.InRange(kept, whole / 3, whole - 1);
        JsonObject copying = await device.WaitStatusAsync("goes on", TimeSpan.FromMinutes(1), s => (string?)s["state"] == "copying" && (int?)s["phase_percent"] > 0);
        Assert.InRange((int)copying["phase_percent"]!, (int)(kept * 100 / whole), 100);
        (await device.Screen.ShotAsync()).Save("copy-resumed");
        await device.WaitAuditAsync("staged", resumed.Seq, TimeSpan.FromMinutes(4), r => r.Event == "staged");

        // Metadata, and the sample that the estimate of the time is taken from, come on top of what was missing.
        long read = device.Qemu.Trace.Commands().Skip(before).Where(c => c.Opcode is 0x28 or 0x88).Sum(c => c.Bytes);
        Assert.InRange(read, whole - kept, whole - kept + (24L << 20));
        await device.Qemu.WaitResetOrExplainAsync(device, mark, TimeSpan.FromMinutes(4));
        await device.Qemu.UnplugAsync(again);
        await Flow.WaitKeptAsync(device, "2.0.0", "b");
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
