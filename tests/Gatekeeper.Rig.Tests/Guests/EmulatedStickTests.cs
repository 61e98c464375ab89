using System.Globalization;
using Gatekeeper.Release;
using Gatekeeper.Rig.UsbRedir;

namespace Gatekeeper.Rig.Tests.Guests;

public sealed class EmulatedDevice() : DeviceFixture("emulated");

/// <summary>Sticks that this process emulates, against the real kernel, libusb and gatekeeperd of a guest.</summary>
[Trait("part", "rig")]
[Trait("long", "true")]
public sealed class EmulatedStickTests(EmulatedDevice fixture) : IClassFixture<EmulatedDevice>, IAsyncLifetime
{
    // One that leaves by itself is gone first, whatever comes behind it.
    private static readonly string StickGone = RefusalCatalogue.Of(Refusal.StickGone).Code;

    private Device Device => fixture.Device;

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => fixture.PullEverythingAsync();

    [Theory]
    [InlineData(BusSpeed.Super)]
    [InlineData(BusSpeed.High)]
    public async Task I03_HonestStick_IsReadWithAllowedCommandsOnly(BusSpeed speed)
    {
        using ImageData image = new(await Lab.EmptyAsync());
        BulkOnlyTarget target = new(image);
        await AssertRefusedAsync(target.Device(speed), Refusal.NoRelease);
        AssertRead(target);
    }

    [Fact]
    public async Task UasFirst_BulkOnlySettingIsChosen()
    {
        using ImageData image = new(await Lab.EmptyAsync());
        BulkOnlyTarget target = new(image);
        UsbDevice device = target.Device(settings: StickInterface.UasFirst);
        await AssertRefusedAsync(device, Refusal.NoRelease);
        AssertRead(target);
        Assert.Contains(device.Controls, c => c is { Request: ControlRequest.SetInterface, RequestType: 0x01, Value: 1 });
    }

    [Fact]
    public async Task I09a_UasOnly_IsNoCandidate()
    {
        BulkOnlyTarget target = new(new SparseData(1 << 20));
        UsbDevice device = target.Device(settings: StickInterface.UasOnly);
        await AssertRefusedAsync(device, Refusal.DeviceUasOnly);
        AssertOnlyEnumerated(device);
    }

    [Fact]
    public async Task I09a_StickWithKeyboard_StaysSilent()
    {
        KeyboardFunction keyboard = new();
        UsbDevice device = new BulkOnlyTarget(new SparseData(1 << 20)).WithKeyboard(keyboard);
        keyboard.Press(0x28);
        await AssertRefusedAsync(device, Refusal.DeviceComposite);
        AssertOnlyEnumerated(device);
        Assert.Equal(0, keyboard.Polled);
    }

    [Fact]
    public async Task NotReadyForTenSeconds_AndThenOtherThingsFirst_StillGetsItsVerdict()
    {
        using ImageData image = new(await Lab.EmptyAsync());
        BulkOnlyTarget target = new(image);
        target.Unit.NotReadyFor = TimeSpan.FromSeconds(10);
        target.Unit.UnitAttentions = 3;
        await AssertRefusedAsync(target.Device(), Refusal.NoRelease);
        AssertRead(target);
        SeenCommand ready = target.Commands.Last(c => c.Opcode == 0x00);
        Assert.InRange(ready.Time - target.Commands[0].Time, TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(14));
    }

    [Fact]
    public async Task FullSpeed_IsReadAsFastAsItsBusGives()
    {
        using ImageData empty = new(await Lab.EmptyAsync());
        await AssertRefusedAsync(new BulkOnlyTarget(empty).Device(BusSpeed.Full), Refusal.NoRelease, name: "empty stick at full speed");

        using ImageData image = new(await Lab.Fat32Async(await Lab.DamagedAsync("2.0.0")));
        BulkOnlyTarget target = new(image);
        await AssertRefusedAsync(target.Device(BusSpeed.Full), Refusal.FileDamaged, silent: false, name: "stick at full speed with a release, damaged in the middle,");
        AssertRead(target);
        Assert.All(target.Commands, c => Assert.True(c.DataLength <= Limits.TransferBytesFullSpeed, $"{c}"));
        SeenCommand[] reads = [.. target.Commands.Where(c => c.DataLength == Limits.TransferBytesFullSpeed)];
        double seconds = (reads[^1].Time - reads[0].Time).TotalSeconds;
        Figures.Add(string.Create(
            CultureInfo.InvariantCulture,
            $"reading at full speed: {reads.Length - 1} reads of {Limits.TransferBytesFullSpeed / 1024} KiB at {(reads.Length - 1.0) * Limits.TransferBytesFullSpeed / seconds / 1e6:0.00} MB/s of the bus's {StickShapes.FullSpeedBytesPerSecond / 1e6:0.00}"));
    }

    [Fact]
    public async Task FailsAbove64KiB_IsReadInSmallerParts()
    {
        const int largest = 64 << 10;
        // A payload is what the reader asks large parts of; a damaged one is read up to the damage and leaves the device as it is.
        using ImageData image = new(await Lab.Fat32Async(await Lab.DamagedAsync("2.0.0")));
        BulkOnlyTarget target = new(image);
        target.Unit.LargestRead = largest;
        target.Unit.AboveLargestRead = TransferFailure.Stall;
        AuditRecord line = await AssertRefusedAsync(target.Device(), Refusal.FileDamaged, silent: false);
        Assert.Contains("read in parts of 64 KiB", line.Detail, StringComparison.Ordinal);
        AssertRead(target);
        int lastTooLarge = target.Commands.Last(c => c.DataLength > largest).Number;
        Assert.InRange(target.Commands.Count(c => c.DataLength > largest), 1, 8);
        Assert.True(target.Commands.Count(c => c.Number > lastTooLarge && c.DataLength == largest) > 10, "the payload was not read in parts of 64 KiB");
    }

    [Fact]
    public async Task I10_GoneWhileItIsRead_AndBackAsStickWithKeyboard_ClosesThePort()
    {
        using ImageData image = new(await Lab.EmptyAsync());
        BulkOnlyTarget target = new(image);
        target.OnCommand = (command, answer) => answer with { Detach = command.Opcode == 0x28 };
        KeyboardFunction keyboard = new();
        keyboard.Press(0x28);
        UsbDevice second = new BulkOnlyTarget(new SparseData(1 << 20)).WithKeyboard(keyboard);
        UsbDevice first = target.Device();
        first.Then = (second, TimeSpan.FromMilliseconds(300));

        await AssertRefusedAsync(first, Refusal.DeviceChanged, portClosed: true);
        AssertRead(target);
        Assert.Single(target.Commands, c => c.Opcode == 0x28);
        AssertOnlyEnumerated(second);
        Assert.Equal(0, keyboard.Polled);
    }

    private static void AssertRead(BulkOnlyTarget target)
    {
        Assert.Contains(target.Commands, c => c.Opcode is 0x28 or 0x88);
        Assert.All(target.Commands, c => Assert.True(QemuTrace.Allowed.Contains(c.Opcode), $"{c}"));
        Assert.Empty(target.Violations);
    }

    /// <summary>Nothing but what the kernel asks every device that appears: no configuration set, no class request, no transfer.</summary>
    private static void AssertOnlyEnumerated(UsbDevice device)
    {
        Assert.All(device.Controls, c => Assert.True(c.Request is ControlRequest.GetDescriptor or ControlRequest.SetIsochDelay, $"{c}"));
        Assert.Equal(0, device.Transfers);
    }

    private async Task<AuditRecord> AssertRefusedAsync(UsbDevice device, Refusal reason, bool silent = true, bool portClosed = false, string? name = null)
    {
        IReadOnlyList<string> blocks = await Device.BlockDevicesAsync();
        ScreenImage before = await Device.StillScreenAsync();
        long since = await Device.NextAuditAsync();

        DateTimeOffset start = DateTimeOffset.UtcNow;
        RedirPlug plug = await Device.Qemu.PlugRedirAsync(device, fixture.NewPort());
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
