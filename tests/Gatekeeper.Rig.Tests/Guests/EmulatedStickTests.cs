using Gatekeeper.Release;
using Gatekeeper.Rig.UsbRedir;

namespace Gatekeeper.Rig.Tests.Guests;

public sealed class EmulatedDevice() : DeviceFixture("emulated");

/// <summary>Sticks that this process emulates, against the real kernel, libusb and gatekeeperd of a guest.</summary>
[Trait("part", "rig")]
[Trait("long", "true")]
public sealed class EmulatedStickTests(EmulatedDevice fixture) : EmulatedStickBench(fixture), IClassFixture<EmulatedDevice>
{
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
}
