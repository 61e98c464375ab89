using Gatekeeper.Release;
using JsonObject = System.Text.Json.Nodes.JsonObject;

namespace Gatekeeper.Rig.Tests.Guests;

/// <summary>
/// Gatekeeper's own upgrade: version 2 is built with the next format of the state partition. On trial it writes what version 1 can
/// read; only when it is kept does it migrate. What version 1 then finds is a state it may not touch.
/// </summary>
[Trait("part", "crash")]
[Trait("long", "true")]
public sealed class UpgradeTests
{
    private static readonly ImageVariant Next = new(NextState: true);

    [Fact]
    public async Task NextStateFormat_IsWrittenAtKeepAndNotBefore()
    {
        string failing = await Lab.Fat32Async(await Lab.ReleaseAsync("2.0.0", Next with { Fault = Fault.Health }));
        string good = await Lab.ExfatAsync(await Lab.ReleaseAsync("2.0.0", Next));
        await using Device device = await (await Lab.TemplateAsync()).StartAsync("upgrade", TimeSpan.FromMinutes(15));
        await device.WaitIdleAsync();

        // N to N+1, which says that it is not healthy: N reads what N+1 wrote on trial.
        int mark = device.Qemu.Qmp.EventCount;
        Plugged plugged = await device.Qemu.PlugStickAsync(failing, 1);
        await device.Qemu.WaitResetOrExplainAsync(device, mark, TimeSpan.FromMinutes(4));
        await device.Qemu.UnplugAsync(plugged);
        JsonObject status = await device.WaitStatusAsync(
            "version 1.0.0 again", TimeSpan.FromMinutes(5), s => (string?)s["running"] == "1.0.0" && (string?)s["state"] == "fell_back");
        Assert.Equal(("good", 1, "PM200-000017"), ((string?)status["trust"], (int)status["state_format"]!, (string?)status["device_id"]));
        Assert.Equal(0, (await device.Shell.TryAsync("gatekeeper log verify")).ExitCode);

        // N+1 is kept: it migrates, and loses nothing.
        await Flow.InstallAsync(device, good, 2, "2.0.0", "b");
        status = await device.StatusAsync();
        Assert.Equal(("good", 2, "PM200-000017", "2.0.0"), ((string?)status["trust"], (int)status["state_format"]!, (string?)status["device_id"], (string?)status["floor"]));

        // A stick that was made for N is still read.
        await device.WaitIdleAsync();
        long since = await device.NextAuditAsync();
        plugged = await device.Qemu.PlugStickAsync(await Lab.Fat32Async(await Lab.ReleaseAsync("1.0.0")), 3);
        AuditRecord verdict = await device.WaitAuditAsync("verdict", since, TimeSpan.FromSeconds(60), r => r.Code is not null);
        Assert.Equal(RefusalCatalogue.Of(Refusal.TooOld).Code, verdict.Code);
        await device.Qemu.UnplugAsync(plugged);

        // The old set, started by hand: it works, changes nothing, and says what is the matter.
        await Flow.StartOtherSetAsync(device, "a");
        status = await device.StatusAsync();
        Assert.Equal(("1.0.0", "of a newer version"), ((string?)status["running"], (string?)status["trust"]));
    }
}
