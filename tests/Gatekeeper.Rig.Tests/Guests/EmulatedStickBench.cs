using System.Globalization;
using Gatekeeper.Release;
using Gatekeeper.Rig.UsbRedir;

namespace Gatekeeper.Rig.Tests.Guests;

/// <summary>What tests with emulated sticks share.</summary>
public abstract class EmulatedStickBench(DeviceFixture fixture) : GuestTests(fixture)
{
    // One that leaves by itself is gone first, whatever comes behind it.
    private static readonly string StickGone = RefusalCatalogue.Of(Refusal.StickGone).Code;

    private protected static void AssertRead(BulkOnlyTarget target)
    {
        Assert.Contains(target.Commands, c => c.Opcode is 0x28 or 0x88);
        Assert.All(target.Commands, c => Assert.True(QemuTrace.Allowed.Contains(c.Opcode), $"{c}"));
        Assert.Empty(target.Violations);
    }

    /// <summary>Nothing but what the kernel asks every device that appears: no configuration set, no class request, no transfer.</summary>
    private protected static void AssertOnlyEnumerated(UsbDevice device)
    {
        Assert.All(device.Controls, c => Assert.True(c.Request is ControlRequest.GetDescriptor or ControlRequest.SetIsochDelay, $"{c}"));
        Assert.Equal(0, device.Transfers);
    }

    private protected async Task<AuditRecord> AssertRefusedAsync(UsbDevice device, Refusal reason, bool silent = true, bool portClosed = false, string? name = null)
    {
        IReadOnlyList<string> blocks = await Device.BlockDevicesAsync();
        ScreenImage before = await Device.StillScreenAsync();
        long since = await Device.NextAuditAsync();

        DateTimeOffset start = DateTimeOffset.UtcNow;
        RedirPlug plug = await Device.Qemu.PlugRedirAsync(device, NewPort());
        AuditRecord line = await Device.WaitAuditAsync("verdict", since, TimeSpan.FromMinutes(3), r => r.Code is not null && r.Code != StickGone);
        Figures.Add(string.Create(CultureInfo.InvariantCulture, $"plug to verdict, {name ?? $"emulated stick, {reason},"}: {(DateTimeOffset.UtcNow - start).TotalSeconds:0.0} s"));

        Assert.Equal(RefusalCatalogue.Of(reason).Code, line.Code);
        // A closed port has no device at all.
        await Wait.UntilAsync(
            portClosed ? "closed port" : "deauthorized device", TimeSpan.FromSeconds(10),
            async () => portClosed ? (await Device.PluggedAsync()) is [] : (await Device.PluggedAsync()) is [{ Authorized: false }]);
        if (silent)
        {
            await Task.Delay(TimeSpan.FromSeconds(2));
            Assert.Equal(0, (await Device.Screen.ShotAsync()).Difference(before));
        }
        await Bus.AssertUntouchedAsync(Device, blocks);
        Assert.Equal(portClosed ? 0 : 1, (await Device.PluggedAsync()).Count);
        await Device.Qemu.UnplugAsync(plug);
        await Device.WaitPluggedAsync(0);
        await Device.WaitIdleAsync();
        return line;
    }
}
