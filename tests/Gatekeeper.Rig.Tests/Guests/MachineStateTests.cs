using Gatekeeper.Release;

namespace Gatekeeper.Rig.Tests.Guests;

public sealed class MachineStateDevice() : DeviceFixture("machine-state", minutes: 25);

/// <summary>States a machine can be found in: each has a defined behaviour and a line of <c>gatekeeper doctor</c>. Damage is done as root in the guest.</summary>
[Trait("part", "rig")]
[Trait("long", "true")]
public sealed class MachineStateTests(MachineStateDevice fixture) : MachineStateBench(fixture), IClassFixture<MachineStateDevice>
{
    private const string Variables = "/sys/firmware/efi/efivars";
    private const string Global = "8be4df61-93ca-11d2-aa0d-00e098032b8c";

    [Fact]
    public async Task HealthyDevice_HasNothingToMend()
    {
        Assert.All(await DoctorAsync(), finding => Assert.True((bool)finding["good"]!, finding.ToJsonString()));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task OneCopyOfTheState_IsLost_NothingElseIs_AndItIsWrittenAnew(int area)
    {
        long since = await Device.NextAuditAsync();
        await WithServiceAwayAsync($"dd if=/dev/urandom of={await Device.PartitionAsync("gk-state")} bs=512k seek={3 * area} count=1 conv=notrunc 2>/dev/null");
        Assert.Contains(await Device.AuditAsync(since), r => r.Event == "state-copy-restored");
        Assert.All(await DoctorAsync(), finding => Assert.True((bool)finding["good"]!, finding.ToJsonString()));
    }

    [Fact]
    public async Task StateIsLost_ReleasesAreRefused_UntilItIsProvisionedInServiceMode()
    {
        string state = await Device.PartitionAsync("gk-state");
        await Device.Shell.RunAsync($"dd if={state} of=/tmp/state bs=1M count=3 2>/dev/null");
        await WithServiceAwayAsync($"dd if=/dev/urandom of={state} bs=1M count=3 conv=notrunc 2>/dev/null");
        Assert.Equal("degraded", (string?)(await Device.StatusAsync())["trust"]);
        Assert.Contains("enter service mode", await MendAsync("trust state"), StringComparison.Ordinal);

        long since = await Device.NextAuditAsync();
        Plugged stick = await Device.Qemu.PlugStickAsync(await Lab.Fat32Async(await Lab.OtherProductAsync()), NewPort());
        AuditRecord verdict = await Device.WaitAuditAsync("verdict", since, TimeSpan.FromSeconds(60), r => r.Code is not null && r.Port is not null);
        Assert.Equal(RefusalCatalogue.Of(Refusal.State).Code, verdict.Code);
        await Device.Qemu.UnplugAsync(stick);

        // Root alone may not give it its facts again; a person at the device and root may.
        Assert.Equal(2, (await ProvisionAsync()).ExitCode);
        await Flow.EnterServiceModeAsync(Device);
        Assert.Equal(0, (await ProvisionAsync()).ExitCode);
        Assert.Equal("good", (string?)(await Device.StatusAsync())["trust"]);
        await Flow.LeaveServiceModeAsync(Device);
        await WithServiceAwayAsync($"dd if=/tmp/state of={state} bs=1M count=3 conv=notrunc 2>/dev/null; rm /tmp/state");
        Assert.Equal("good", (string?)(await Device.StatusAsync())["trust"]);
    }

    [Fact]
    public async Task ForeignBootEntryBeforeOurs_IsNamed_AndPutBehindAtTheNextStart()
    {
        await Device.Shell.RunAsync($"""
            cp {Variables}/BootOrder-{Global} /tmp/order
            printf '\007\000\000\000\001\000' > /tmp/new; tail -c +5 /tmp/order >> /tmp/new
            cat /tmp/new > {Variables}/BootOrder-{Global}
            """);
        Assert.Contains("Boot0001 stands before ours", await MendAsync("boot record"), StringComparison.Ordinal);
        await WithServiceAwayAsync("true");
        Assert.True(await GoodAsync("boot record"));
        await Device.Shell.RunAsync($"cat /tmp/order > {Variables}/BootOrder-{Global}; rm /tmp/order /tmp/new");
    }

    [Fact]
    public async Task MissingBootEntry_IsNamed_AndProvisioningWritesItAgain()
    {
        await Device.Shell.RunAsync($"chattr -i {Variables}/Boot0101-{Global} 2>/dev/null; rm {Variables}/Boot0101-{Global}");
        Assert.Contains("Boot0101 is missing", await MendAsync("boot record"), StringComparison.Ordinal);
        Assert.Equal(0, (await ProvisionAsync()).ExitCode);
        Assert.True(await GoodAsync("boot record"));
    }

    [Fact]
    public async Task FullDataPartition_IsNamed()
    {
        await Device.Shell.RunAsync("dd if=/dev/zero of=/data/fill bs=1M 2>/dev/null; true", TimeSpan.FromMinutes(2));
        try
        {
            Assert.Contains("until then an update is read from the stick", await MendAsync("stage"), StringComparison.Ordinal);
        }
        finally
        {
            await Device.Shell.RunAsync("rm /data/fill; sync");
        }
        Assert.True(await GoodAsync("stage"));
    }

    [Fact]
    public async Task WrongClock_IsNamed_AndAStickIsJudgedAllTheSame()
    {
        await Device.Shell.RunAsync("date -s '1999-01-01 00:00' > /dev/null");
        try
        {
            Assert.Contains("1999-01-01", await MendAsync("clock"), StringComparison.Ordinal);
            long since = await Device.NextAuditAsync();
            Plugged stick = await Device.Qemu.PlugStickAsync(await Lab.Fat32Async(await Lab.OtherProductAsync()), NewPort());
            AuditRecord verdict = await Device.WaitAuditAsync("verdict", since, TimeSpan.FromSeconds(60), r => r.Code is not null);
            Assert.Equal(RefusalCatalogue.Of(Refusal.OtherProduct).Code, verdict.Code);
            await Device.Qemu.UnplugAsync(stick);
        }
        finally
        {
            await Device.Shell.RunAsync($"date -s @{DateTimeOffset.UtcNow.ToUnixTimeSeconds()} > /dev/null");
        }
    }
}
