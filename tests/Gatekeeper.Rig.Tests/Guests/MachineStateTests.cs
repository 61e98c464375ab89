using Gatekeeper.Release;
using JsonObject = System.Text.Json.Nodes.JsonObject;

namespace Gatekeeper.Rig.Tests.Guests;

public sealed class MachineStateDevice() : DeviceFixture("machine-state");

/// <summary>States a machine can be found in: each has a defined behaviour and a line of <c>gatekeeper doctor</c>. Damage is done as root in the guest.</summary>
[Trait("part", "rig")]
[Trait("long", "true")]
public sealed class MachineStateTests(MachineStateDevice fixture) : IClassFixture<MachineStateDevice>, IAsyncLifetime
{
    private const string Variables = "/sys/firmware/efi/efivars";
    private const string Fill = "6d1c8a5e-3b7f-4e0a-9a41-2f0c5b8e7d11";
    private const string Vendor = "8be4df61-93ca-11d2-aa0d-00e098032b8c";

    private Device Device => fixture.Device;

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => fixture.PullEverythingAsync();

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
        Plugged stick = await Device.Qemu.PlugStickAsync(await Lab.Fat32Async(await Lab.OtherProductAsync()), fixture.NewPort());
        AuditRecord verdict = await Device.WaitAuditAsync("verdict", since, TimeSpan.FromSeconds(60), r => r.Code is not null && r.Port is not null);
        Assert.Equal(RefusalCatalogue.Of(Refusal.State).Code, verdict.Code);
        await Device.Qemu.UnplugAsync(stick);

        // Root alone may not give it its facts again; a person at the device and root may.
        Assert.Equal(2, (await ProvisionAsync()).ExitCode);
        await Device.Qemu.PressPowerButtonAsync();
        await Device.WaitStatusAsync("service mode", TimeSpan.FromSeconds(20), s => s["service_minutes"] is not null);
        Assert.Equal(0, (await ProvisionAsync()).ExitCode);
        Assert.Equal("good", (string?)(await Device.StatusAsync())["trust"]);
        await Device.Qemu.PressPowerButtonAsync();
        await Device.WaitStatusAsync("service mode left", TimeSpan.FromSeconds(20), s => s["service_minutes"] is null);
        await WithServiceAwayAsync($"dd if=/tmp/state of={state} bs=1M count=3 conv=notrunc 2>/dev/null; rm /tmp/state");
        Assert.Equal("good", (string?)(await Device.StatusAsync())["trust"]);
    }

    [Fact]
    public async Task ForeignBootEntryBeforeOurs_IsNamed_AndPutBehindAtTheNextStart()
    {
        await Device.Shell.RunAsync($"""
            cp {Variables}/BootOrder-{Vendor} /tmp/order
            printf '\007\000\000\000\001\000' > /tmp/new; tail -c +5 /tmp/order >> /tmp/new
            cat /tmp/new > {Variables}/BootOrder-{Vendor}
            """);
        Assert.Contains("Boot0001 stands before ours", await MendAsync("boot record"), StringComparison.Ordinal);
        await WithServiceAwayAsync("true");
        Assert.True(await GoodAsync("boot record"));
        await Device.Shell.RunAsync($"cat /tmp/order > {Variables}/BootOrder-{Vendor}; rm /tmp/order /tmp/new");
    }

    [Fact]
    public async Task MissingBootEntry_IsNamed_AndProvisioningWritesItAgain()
    {
        await Device.Shell.RunAsync($"chattr -i {Variables}/Boot0101-{Vendor} 2>/dev/null; rm {Variables}/Boot0101-{Vendor}");
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
    public async Task VariableStoreWithoutRoom_IsNamed_AndAReleaseIsNotInstalled()
    {
        // Filled as other systems on the machine would: variables of nobody's, until the firmware takes no more.
        await Device.Shell.RunAsync($"""
            i=0
            for size in 8192 1024 128 16; do
              while [ $i -lt 400 ]; do
                (printf '\007\000\000\000'; head -c $size /dev/zero) > /tmp/fill
                i=$((i + 1))
                cat /tmp/fill 2>/dev/null > {Variables}/GkFill$i-{Fill} || break
              done
            done
            rm /tmp/fill
            """, TimeSpan.FromMinutes(3));
        try
        {
            Assert.Contains("is full", await MendAsync("variable store"), StringComparison.Ordinal);
            long since = await Device.NextAuditAsync();
            Plugged stick = await Device.Qemu.PlugStickAsync(await Lab.Fat32Async(await Lab.ReleaseAsync("2.0.0")), fixture.NewPort());
            AuditRecord verdict = await Device.WaitAuditAsync("verdict", since, TimeSpan.FromMinutes(3), r => r.Code is not null);
            Assert.Equal(RefusalCatalogue.Of(Refusal.BootSpace).Code, verdict.Code);
            Assert.DoesNotContain(await Device.AuditAsync(since), r => r.Event is "install" or "try");
            await Device.Qemu.UnplugAsync(stick);
        }
        finally
        {
            // A variable that the firmware did not take is still a name in the kernel, without content; it goes with the next start.
            await Device.Shell.RunAsync($"chattr -i {Variables}/GkFill* 2> /dev/null; rm -f {Variables}/GkFill* 2> /dev/null; true", TimeSpan.FromMinutes(2));
        }
        Assert.True(await GoodAsync("variable store"));
        await Device.WaitIdleAsync(TimeSpan.FromMinutes(2));
    }

    [Fact]
    public async Task WrongClock_IsNamed_AndAStickIsJudgedAllTheSame()
    {
        await Device.Shell.RunAsync("date -s '1999-01-01 00:00' > /dev/null");
        try
        {
            Assert.Contains("1999-01-01", await MendAsync("clock"), StringComparison.Ordinal);
            long since = await Device.NextAuditAsync();
            Plugged stick = await Device.Qemu.PlugStickAsync(await Lab.Fat32Async(await Lab.OtherProductAsync()), fixture.NewPort());
            AuditRecord verdict = await Device.WaitAuditAsync("verdict", since, TimeSpan.FromSeconds(60), r => r.Code is not null);
            Assert.Equal(RefusalCatalogue.Of(Refusal.OtherProduct).Code, verdict.Code);
            await Device.Qemu.UnplugAsync(stick);
        }
        finally
        {
            await Device.Shell.RunAsync($"date -s @{DateTimeOffset.UtcNow.ToUnixTimeSeconds()} > /dev/null");
        }
    }

    /// <summary>The doctor's findings.</summary>
    private async Task<IReadOnlyList<JsonObject>> DoctorAsync()
        => [.. (await Device.Shell.TryAsync("gatekeeper doctor --json", TimeSpan.FromSeconds(90))).Output
            .Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => (JsonObject)System.Text.Json.Nodes.JsonNode.Parse(line)!)];

    private async Task<bool> GoodAsync(string area) => (bool)(await DoctorAsync()).Single(f => (string?)f["area"] == area)["good"]!;

    /// <summary>What the doctor says about an area that must be in need of mending.</summary>
    private async Task<string> MendAsync(string area)
    {
        JsonObject finding = (await DoctorAsync()).Single(f => (string?)f["area"] == area);
        Assert.False((bool)finding["good"]!, finding.ToJsonString());
        return $"{finding["text"]}: {finding["mend"]}";
    }

    private async Task<ShellResult> ProvisionAsync()
    {
        await Device.Shell.PutFileAsync("/run/device.json", System.Text.Encoding.UTF8.GetBytes(DeviceTemplate.DeviceFile));
        return await Device.Shell.TryAsync("gatekeeper provision --device /run/device.json", TimeSpan.FromSeconds(60));
    }

    /// <summary>Does something while gatekeeperd is not there, and waits until init has started it again.</summary>
    private async Task WithServiceAwayAsync(string command)
    {
        const string program = "/usr/lib/gatekeeper/gatekeeperd";
        await Device.Shell.RunAsync($"""
            mv {program} {program}.away
            {GuestScripts.ForEachService("", "kill -9 $p")}
            sleep 1
            {command}
            sync
            echo 3 > /proc/sys/vm/drop_caches
            mv {program}.away {program}
            """, TimeSpan.FromSeconds(60));
        await Device.WaitServiceAsync();
        await Device.WaitIdleAsync();
    }
}
