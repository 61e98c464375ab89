using Gatekeeper.Release;
using JsonObject = System.Text.Json.Nodes.JsonObject;

namespace Gatekeeper.Rig.Tests.Guests;

/// <summary>
/// When a stick is in the port, and what else is: in it before the power comes, left in it after the update, the same one again, two at
/// once, a broken release beside a good one. One device from version 1 to version 2, and the repair of its other set.
/// </summary>
[Trait("part", "rig")]
[Trait("long", "true")]
public sealed class StickTimesTests
{
    [Fact]
    public async Task InAtPowerOn_TwoAtOnce_LeftIn_Again_AndARepairByTheSameVersion()
    {
        string release = await Lab.ReleaseAsync("2.0.0");
        string update = await Lab.Fat32Async(release);
        await using Device device = await (await Lab.TemplateAsync()).StartAsync("stick-times", TimeSpan.FromMinutes(15));
        await device.WaitIdleAsync();
        IReadOnlyList<string> blocks = await device.BlockDevicesAsync();

        await InAtPowerOnAsync(device);
        await TwoAtOnceAndLeftInAsync(device, update);
        await TheSameAgainAsync(device, update);
        await RepairAsync(device, update);
        await Bus.AssertUntouchedAsync(device, blocks);
    }

    /// <summary>The machine starts with the stick in the port: it is judged like any other, and no driver ever saw it (Bus.cs looks at the whole start).</summary>
    private static async Task InAtPowerOnAsync(Device device)
    {
        Plugged stick = await device.Qemu.PlugStickAsync(await Lab.Fat32Async(await Lab.OtherProductAsync()), 1);
        await device.WaitStatusAsync("sentence", TimeSpan.FromSeconds(60), s => (string?)s["state"] == "refused");
        int mark = device.Qemu.Qmp.EventCount;
        await device.SignalInitAsync("INT");
        await device.WaitRestartAsync(mark, TimeSpan.FromSeconds(60));
        JsonObject status = await device.WaitStatusAsync("sentence after the start", TimeSpan.FromSeconds(90), s => (string?)s["state"] == "refused");
        Assert.Contains(CodeOf(Refusal.OtherProduct), (string?)status["message"], StringComparison.Ordinal);
        await device.Qemu.UnplugAsync(stick);
        await device.WaitIdleAsync();
    }

    /// <summary>A stick with nothing and the update, both before either was judged; the update stays in through the restart.</summary>
    private static async Task TwoAtOnceAndLeftInAsync(Device device, string update)
    {
        long since = await device.NextAuditAsync();
        int mark = device.Qemu.Qmp.EventCount;
        Plugged empty = await device.Qemu.PlugStickAsync(await Lab.EmptyAsync(), 2);
        Plugged good = await device.Qemu.PlugStickAsync(update, 3);
        await device.WaitAuditAsync("verdict on the empty stick", since, TimeSpan.FromMinutes(2), r => r.Code == CodeOf(Refusal.NoRelease));
        await device.Qemu.WaitResetOrExplainAsync(device, mark, TimeSpan.FromMinutes(4));
        await Flow.WaitKeptAsync(device, "2.0.0", "b");
        JsonObject told = await device.WaitStatusAsync("installed already", TimeSpan.FromSeconds(90), s => (string?)s["state"] == "refused");
        Assert.Contains(CodeOf(Refusal.InstalledAlready), (string?)told["message"], StringComparison.Ordinal);
        (await device.Screen.ShotAsync()).Save("stick-left-in");
        await device.Qemu.UnplugAsync(empty);
        await device.Qemu.UnplugAsync(good);
        await device.WaitIdleAsync();
    }

    private static async Task TheSameAgainAsync(Device device, string update)
    {
        for (int i = 0; i < 2; i++)
        {
            long since = await device.NextAuditAsync();
            Plugged again = await device.Qemu.PlugStickAsync(update, 4);
            AuditRecord verdict = await device.WaitAuditAsync("verdict", since, TimeSpan.FromSeconds(60), r => r.Code is not null);
            Assert.Equal(CodeOf(Refusal.InstalledAlready), verdict.Code);
            Assert.DoesNotContain(await device.AuditAsync(since), r => r.Event == "install");
            await device.Qemu.UnplugAsync(again);
            await device.WaitIdleAsync();
        }
    }

    /// <summary>The idle set loses a part of what it holds: the doctor names it, and the release that runs is written to it (DESIGN §6).</summary>
    private static async Task RepairAsync(Device device, string update)
    {
        string system = await device.PartitionAsync("gk-sys-a");
        await device.Shell.RunAsync($"dd if=/dev/urandom of={system} bs=1M seek=3 count=1 conv=notrunc 2>/dev/null; sync; echo 3 > /proc/sys/vm/drop_caches");
        string finding = (await device.Shell.TryAsync("gatekeeper doctor", TimeSpan.FromSeconds(90))).Output.Split('\n').Single(l => l.Contains("set a", StringComparison.Ordinal));
        Assert.Contains("does not hold what was written", finding, StringComparison.Ordinal);

        // The doctor's reading counts as a check: on record, for the administrator, and for whoever reads the status.
        string fallBack = (await device.Shell.RunAsync("gatekeeper slots")).Split('\n').Single(l => l.StartsWith("fall-back ", StringComparison.Ordinal));
        Assert.StartsWith("fall-back 1.0.0 is DAMAGED, found less than a minute ago: plug a stick with 2.0.0", fallBack, StringComparison.Ordinal);
        Assert.Contains(await device.AuditAsync(1), r => r.Event == "fall-back");

        await Flow.InstallAsync(device, update, 5, "2.0.0", "a");
        IReadOnlyDictionary<string, JsonObject> slots = await device.SlotsAsync();
        Assert.Equal(("2.0.0", "kept"), ((string?)slots["a"]["version"], (string?)slots["a"]["state"]));
        Assert.Equal(("2.0.0", "kept"), ((string?)slots["b"]["version"], (string?)slots["b"]["state"]));
        Assert.Contains("fall-back 2.0.0, never checked since start", await device.Shell.RunAsync("gatekeeper slots"), StringComparison.Ordinal);
        await device.WaitIdleAsync();
    }

    private static string CodeOf(Refusal refusal) => RefusalCatalogue.Of(refusal).Code;
}
