using Gatekeeper.Release;

namespace Gatekeeper.Rig.Tests.Guests;

public sealed class WornDevice() : DeviceFixture("worn-data");

/// <summary>A data partition that takes no more writes, as a worn disk's does: there is no stage, and that is no reason to stay without updates.</summary>
[Trait("part", "rig")]
[Trait("long", "true")]
public sealed class WornDataTests(WornDevice fixture) : MachineStateBench(fixture), IClassFixture<WornDevice>
{
    [Fact]
    public async Task WornDataPartition_IsNamed_AndAReleaseIsInstalledFromTheStick()
    {
        await Device.Shell.RunAsync("mount -o remount,ro /data");
        Assert.Contains("read-only", await MendAsync("stage"), StringComparison.Ordinal);
        long since = await Device.NextAuditAsync();
        await Flow.InstallAsync(Device, await Lab.Fat32Async(await Lab.ReleaseAsync("2.0.0")), NewPort(), "2.0.0", "b");
        IReadOnlyList<AuditRecord> lines = await Device.AuditAsync(since);
        Assert.Contains(lines, r => r.Event == "no-stage" && r.Code == RefusalCatalogue.Of(Refusal.StageMedium).Code);
        Assert.DoesNotContain(lines, r => r.Event == "staged");
    }
}
