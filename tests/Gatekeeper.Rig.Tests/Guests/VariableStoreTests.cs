using Gatekeeper.Release;

namespace Gatekeeper.Rig.Tests.Guests;

public sealed class FullStoreDevice() : DeviceFixture("variable-store");

/// <summary>A firmware whose variable store has no room: an install would begin and could not end, so it does not begin.</summary>
[Trait("part", "rig")]
[Trait("long", "true")]
public sealed class VariableStoreTests(FullStoreDevice fixture) : MachineStateBench(fixture), IClassFixture<FullStoreDevice>
{
    private const string Variables = "/sys/firmware/efi/efivars";
    private const string Fill = "6d1c8a5e-3b7f-4e0a-9a41-2f0c5b8e7d11";

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
            Plugged stick = await Device.Qemu.PlugStickAsync(await Lab.Fat32Async(await Lab.ReleaseAsync("2.0.0")), NewPort());
            AuditRecord verdict = await Device.WaitAuditAsync("verdict", since, TimeSpan.FromMinutes(3), r => r.Code is not null);
            Assert.Equal(RefusalCatalogue.Of(Refusal.BootSpace).Code, verdict.Code);
            Assert.DoesNotContain(await Device.AuditAsync(since), r => r.Event is "install" or "try");
            await Device.Qemu.UnplugAsync(stick);
        }
        finally
        {
            // A variable that the firmware did not take is still a name in the kernel, without content.
            await Device.Shell.RunAsync($"chattr -i {Variables}/GkFill* 2> /dev/null; rm -f {Variables}/GkFill* 2> /dev/null; true", TimeSpan.FromMinutes(2));
        }

        // The firmware gives removed variables' room back when it starts.
        int mark = Device.Qemu.Qmp.EventCount;
        await Device.SignalInitAsync("INT");
        await Device.WaitRestartAsync(mark, TimeSpan.FromSeconds(60));
        await Device.WaitIdleAsync();
        Assert.True(await GoodAsync("variable store"));
    }
}
