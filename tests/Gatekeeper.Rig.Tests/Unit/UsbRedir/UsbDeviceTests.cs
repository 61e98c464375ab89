using Gatekeeper.Rig.UsbRedir;

namespace Gatekeeper.Rig.Tests.Unit.UsbRedir;

/// <summary>Chapter 9 of USB, and the hooks that break it.</summary>
public sealed class UsbDeviceTests
{
    private readonly BulkOnlyTarget target = new(new SparseData(1 << 20));

    [Fact]
    public async Task Descriptors_AreCutToTheLengthAskedFor_AndUnknownOnesStall()
    {
        UsbDevice device = target.Device(BusSpeed.High);
        Assert.Equal(8, (await DescriptorAsync(device, 1, 8)).Data.Length);
        Assert.Equal(18, (await DescriptorAsync(device, 1, 64)).Data.Length);
        Assert.Equal(9, (await DescriptorAsync(device, 2, 9)).Data.Length);
        Assert.Equal(10, (await DescriptorAsync(device, 6, 10)).Data.Length);
        Assert.Equal(UsbStatus.Stall, (await DescriptorAsync(device, 15, 5)).Status);
        Assert.Equal(5, device.Controls.Count);
        Assert.Equal(0, device.Transfers);
    }

    [Fact]
    public async Task SuperSpeedRequests_AreAnswered_AtSuperSpeedOnly()
    {
        Assert.Equal(UsbStatus.Ok, (await AskAsync(target.Device(), 0x00, ControlRequest.SetIsochDelay)).Status);
        Assert.Equal(UsbStatus.Stall, (await AskAsync(target.Device(BusSpeed.High), 0x00, ControlRequest.SetIsochDelay)).Status);
    }

    [Fact]
    public async Task Configuration_IsKnownValuesOnly_AndAResetEndsIt()
    {
        UsbDevice device = target.Device();
        Assert.Equal(UsbStatus.Stall, (await device.InAsync(0x81, 13, default)).Status); // not configured
        Assert.Equal(UsbStatus.Stall, (await AskAsync(device, 0x00, ControlRequest.SetConfiguration, value: 2)).Status);
        Assert.Equal(UsbStatus.Ok, (await AskAsync(device, 0x00, ControlRequest.SetConfiguration, value: 1)).Status);
        Assert.Equal([1], (await AskAsync(device, 0x80, ControlRequest.GetConfiguration, length: 1)).Data.ToArray());
        device.Reset();
        Assert.Equal((0, 1), (device.Configuration, device.Resets));
    }

    [Fact]
    public async Task Halt_StaysUntilCleared()
    {
        UsbDevice device = target.Device();
        await AskAsync(device, 0x00, ControlRequest.SetConfiguration, value: 1);
        Assert.Equal(UsbStatus.Stall, (await device.OutAsync(0x02, new byte[3], default)).Status);
        Assert.Equal([1, 0], (await AskAsync(device, 0x82, ControlRequest.GetStatus, index: 0x02, length: 2)).Data.ToArray());
        await AskAsync(device, 0x21, 0xFF);
        await AskAsync(device, 0x02, ControlRequest.ClearFeature, index: 0x02);
        Assert.Equal([0, 0], (await AskAsync(device, 0x82, ControlRequest.GetStatus, index: 0x02, length: 2)).Data.ToArray());
    }

    [Fact]
    public async Task AHook_ChangesDescriptorsAtTheSecondRead_StallsAndDelays()
    {
        UsbDevice device = target.Device();
        DeviceShape other = device.Shape with { ProductId = 0xBEEF };
        int reads = 0;
        device.OnControl = async (request, honest, cancelled) =>
        {
            if (request.AsksFor(1))
            {
                return ++reads > 1 ? UsbAnswer.Ok(other.DeviceDescriptor()) : await honest();
            }
            return request.AsksFor(3) ? UsbAnswer.Stall : await UsbAnswer.NeverAsync(cancelled);
        };
        Assert.Equal(0x01, (await DescriptorAsync(device, 1, 18)).Data.Span[10]);
        Assert.Equal(0xEF, (await DescriptorAsync(device, 1, 18)).Data.Span[10]);
        Assert.Equal(UsbStatus.Stall, (await DescriptorAsync(device, 3, 255)).Status);
        using CancellationTokenSource soon = new(50);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => DescriptorAsync(device, 2, 9, soon.Token));
    }

    [Fact]
    public async Task Keyboard_SendsWhatIsPressed()
    {
        KeyboardFunction keyboard = new();
        UsbDevice device = target.WithKeyboard(keyboard);
        await AskAsync(device, 0x00, ControlRequest.SetConfiguration, value: 1);
        Assert.Equal(63, (await AskAsync(device, 0x81, ControlRequest.GetDescriptor, 0x2200, 1, 255)).Data.Length);
        Assert.Equal(UsbStatus.Ok, (await AskAsync(device, 0x21, 0x0A, index: 1)).Status);
        keyboard.Press(0x04, modifiers: 2);
        Assert.Equal([2, 0, 4, 0, 0, 0, 0, 0], (await device.InAsync(0x83, 8, default)).Data.ToArray());
        Assert.Equal(new byte[8], (await device.InAsync(0x83, 8, default)).Data.ToArray());
        Assert.Equal(2, keyboard.Polled);
    }

    private static Task<UsbAnswer> DescriptorAsync(UsbDevice device, byte type, ushort length, CancellationToken cancelled = default)
        => AskAsync(device, 0x80, ControlRequest.GetDescriptor, (ushort)(type << 8), 0, length, cancelled);

    private static Task<UsbAnswer> AskAsync(
        UsbDevice device, byte type, byte request, ushort value = 0, ushort index = 0, ushort length = 0, CancellationToken cancelled = default)
        => device.ControlAsync(new ControlRequest(DateTimeOffset.UtcNow, type, request, value, index, length, []), cancelled).AsTask();
}
