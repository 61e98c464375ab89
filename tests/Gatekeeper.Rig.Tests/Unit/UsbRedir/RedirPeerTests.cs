using Gatekeeper.Rig.UsbRedir;

namespace Gatekeeper.Rig.Tests.Unit.UsbRedir;

/// <summary>The device's end of a connection against a host that a test plays, packet by packet.</summary>
public sealed class RedirPeerTests
{
    private readonly BulkOnlyTarget target = new(StickBench.Pattern());

    [Fact]
    public async Task Plug_SaysShapeThenConnect_ThenAnswersUnderTheRequestsId()
    {
        await using RedirHost host = await RedirHost.ConnectAsync();
        await host.Peer.AttachAsync(target.Device());
        byte[] connect = await host.ExpectPlugAsync();
        Assert.Equal([3, 0, 0, 0, 0xFE, 0xFF, 1, 0, 0, 1], connect);

        ulong id = await host.SendAsync(RedirType.ControlPacket, [0x80, 6, 0x80, 0, 0, 1, 0, 0, 8, 0]);
        RedirPacket answer = await host.ExpectAsync(RedirType.ControlPacket);
        ControlBody body = ControlBody.Read(answer.Body);
        Assert.Equal((id, UsbStatus.Ok, (ushort)8), (answer.Id, body.Status, body.Length));
        Assert.Equal([18, 1, 0, 3, 0, 0, 0, 9], body.Data);
    }

    [Fact]
    public async Task Endpoints_ArePlacedByAddress_AndFollowTheAlternateSetting()
    {
        await using RedirHost host = await RedirHost.ConnectAsync();
        await host.Peer.AttachAsync(target.Device(settings: StickInterface.UasFirst));
        byte[] endpoints = await host.ExpectShapeAsync();
        Assert.Equal([0, 255, 2, 255, 2], endpoints[..5]); // control, -, out 2, -, out 4
        Assert.Equal([0, 2, 255, 2], endpoints[16..20]); // control, in 1, -, in 3
        Assert.Equal([0x00, 0x04], endpoints[(96 + 34)..(96 + 36)]); // 1024 bytes on in 1
        await host.ExpectAsync(RedirType.DeviceConnect);
        await host.ConfigureAsync();

        await host.SendAsync(RedirType.SetAlternate, [0, 1]);
        byte[] bulkOnly = await host.ExpectShapeAsync();
        Assert.Equal([0, 255, 2, 255, 255], bulkOnly[..5]);
        Assert.Equal([0, 0, 1], (await host.ExpectAsync(RedirType.AlternateStatus)).Body);
        await host.SendAsync(RedirType.GetAlternate, [0]);
        Assert.Equal([0, 0, 1], (await host.ExpectAsync(RedirType.AlternateStatus)).Body);
        await host.SendAsync(RedirType.SetAlternate, [0, 7]);
        Assert.Equal(4, (await host.ExpectAsync(RedirType.AlternateStatus)).Body[0]);
    }

    [Fact]
    public async Task ATransferThatIsNeverAnswered_EndsByCancel()
    {
        await using RedirHost host = await PluggedAsync(target.Device());
        await host.ConfigureAsync();
        ulong id = await host.BulkInAsync(13);
        await host.ExpectNothingAsync();
        await host.SendAsync(RedirType.CancelDataPacket, [], id);
        RedirPacket answer = await host.ExpectAsync(RedirType.BulkPacket);
        Assert.Equal((id, UsbStatus.Cancelled, 0), (answer.Id, BulkBody.Read(answer.Body).Status, BulkBody.Read(answer.Body).Length));
    }

    [Fact]
    public async Task ACommand_GoesOverTheWire()
    {
        await using RedirHost host = await PluggedAsync(target.Device());
        await host.ConfigureAsync();
        byte[] inquiry = [.. "USBC"u8, 1, 2, 3, 4, 36, 0, 0, 0, 0x80, 0, 6, 0x12, 0, 0, 0, 36, .. new byte[11]];
        await host.BulkOutAsync(inquiry);
        Assert.Equal(31, BulkBody.Read((await host.ExpectAsync(RedirType.BulkPacket)).Body).Length);
        await host.BulkInAsync(36);
        Assert.Equal(36, BulkBody.Read((await host.ExpectAsync(RedirType.BulkPacket)).Body).Data.Length);
        await host.BulkInAsync(13);
        Assert.Equal([.. "USBS"u8, 1, 2, 3, 4, 0, 0, 0, 0, 0], BulkBody.Read((await host.ExpectAsync(RedirType.BulkPacket)).Body).Data);
        Assert.Equal(0x12, Assert.Single(target.Commands).Opcode);
        Assert.Null(host.Peer.Fault);
    }

    [Fact]
    public async Task DetachDuringATransfer_ThenAnotherDeviceOnTheSameConnection()
    {
        UsbDevice stick = target.Device();
        UsbDevice composite = new BulkOnlyTarget(new SparseData(4096)).WithKeyboard(new KeyboardFunction(), BusSpeed.High);
        stick.Then = (composite, TimeSpan.FromMilliseconds(20));
        target.OnCommand = (_, answer) => answer with { Detach = true };
        await using RedirHost host = await PluggedAsync(stick);
        await host.ConfigureAsync();
        await host.BulkInAsync(13); // waits; must get no answer
        await host.BulkOutAsync([.. "USBC"u8, .. new byte[10], 6, .. new byte[16]]);

        await host.ExpectAsync(RedirType.DeviceDisconnect);
        await host.SendAsync(RedirType.DisconnectAck, []);
        Assert.Equal((byte)BusSpeed.High, (await host.ExpectPlugAsync())[0]);
        Assert.Equal(composite, host.Peer.Device);
        Task detaching = host.Peer.DetachAsync();
        await host.ExpectAsync(RedirType.DeviceDisconnect);
        Assert.False(detaching.IsCompleted);
        await host.SendAsync(RedirType.DisconnectAck, []);
        await detaching;
        Assert.Null(host.Peer.Device);
    }

    [Fact]
    public async Task Keyboard_ReportsComeUnasked_WhileTheHostReceives()
    {
        KeyboardFunction keyboard = new();
        await using RedirHost host = await PluggedAsync(target.WithKeyboard(keyboard));
        await host.ConfigureAsync();
        keyboard.Press(0x28);
        await host.ExpectNothingAsync();
        await host.SendAsync(RedirType.StartInterruptReceiving, [0x83]);
        Assert.Equal([0, 0x83], (await host.ExpectAsync(RedirType.InterruptReceivingStatus)).Body);
        Assert.Equal([0x83, 0, 8, 0, 0, 0, 0x28, 0, 0, 0, 0, 0], (await host.ExpectAsync(RedirType.InterruptPacket)).Body);
        await host.ExpectAsync(RedirType.InterruptPacket); // released
        await host.SendAsync(RedirType.StopInterruptReceiving, [0x83]);
        await host.ExpectAsync(RedirType.InterruptReceivingStatus);
        keyboard.Press(0x28);
        await host.ExpectNothingAsync();
    }

    [Fact]
    public async Task Reset_EndsTransfers_AndTheConfiguration()
    {
        UsbDevice device = target.Device();
        await using RedirHost host = await PluggedAsync(device);
        await host.ConfigureAsync();
        await host.BulkInAsync(13);
        await host.SendAsync(RedirType.Reset, []);
        Assert.Equal(UsbStatus.Cancelled, BulkBody.Read((await host.ExpectAsync(RedirType.BulkPacket)).Body).Status);
        await host.SendAsync(RedirType.GetConfiguration, []);
        Assert.Equal([0, 0], (await host.ExpectAsync(RedirType.ConfigurationStatus)).Body);
        Assert.Equal(1, device.Resets);
    }

    [Fact]
    public async Task AHostWithoutTheCapabilities_IsRefused()
        => await Assert.ThrowsAsync<RigException>(() => RedirHost.ConnectAsync(RedirCapabilities.Ids64Bits));

    [Theory]
    [InlineData(RedirType.BulkPacket, new byte[] { 2, 0, 5, 0, 0, 0, 0, 0, 0, 0, 1 })]
    [InlineData(RedirType.ControlPacket, new byte[] { 0 })]
    [InlineData(RedirType.StartInterruptReceiving, new byte[] { })]
    [InlineData((RedirType)12, new byte[] { })] // isochronous: not offered
    public async Task WhatTheHostMayNotSay_EndsTheConnection_AndIsKept(RedirType type, byte[] body)
    {
        await using RedirHost host = await PluggedAsync(target.Device());
        await host.SendAsync(type, body);
        await host.Peer.Ended.WaitAsync(TimeSpan.FromSeconds(5));
        Assert.IsType<RigException>(host.Peer.Fault);
    }

    [Fact]
    public async Task ADefectInAHook_IsKept()
    {
        UsbDevice device = target.Device();
        device.OnControl = (_, _, _) => throw new InvalidOperationException("a test's own defect");
        await using RedirHost host = await PluggedAsync(device);
        await host.SendAsync(RedirType.ControlPacket, [0x80, 6, 0x80, 0, 0, 1, 0, 0, 8, 0]);
        await host.Peer.Ended.WaitAsync(TimeSpan.FromSeconds(5));
        Assert.Equal("a test's own defect", host.Peer.Fault?.Message);
    }

    private static async Task<RedirHost> PluggedAsync(UsbDevice device)
    {
        RedirHost host = await RedirHost.ConnectAsync();
        await host.Peer.AttachAsync(device);
        await host.ExpectPlugAsync();
        return host;
    }
}
