using Gatekeeper.Rig.UsbRedir;

namespace Gatekeeper.Rig.Tests.Unit.UsbRedir;

/// <summary>The usbredir wire format against bytes written by hand from the protocol's text.</summary>
public sealed class RedirFramingTests
{
    [Fact]
    public async Task Hello_Has12HeaderBytes_AndCapabilities7a()
    {
        byte[] wire = await WriteAsync(new RedirPacket(RedirType.Hello, 0, new HelloBody("rig", RedirCapabilities.Emulator).ToBytes()));
        Assert.Equal(12 + 68, wire.Length);
        Assert.Equal([0, 0, 0, 0, 68, 0, 0, 0, 0, 0, 0, 0, (byte)'r', (byte)'i', (byte)'g', 0], wire[..16]);
        Assert.Equal([0x7A, 0, 0, 0], wire[^4..]);
    }

    [Fact]
    public async Task OthersHave64BitIds()
    {
        byte[] wire = await WriteAsync(new RedirPacket(RedirType.BulkPacket, 0x0807060504030201, [0xAA, 0xBB]));
        Assert.Equal([101, 0, 0, 0, 2, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 0xAA, 0xBB], wire);
    }

    [Fact]
    public async Task WhatWasWritten_IsRead_AndTheEndIsNull()
    {
        RedirPacket hello = new(RedirType.Hello, 0, new HelloBody("x", RedirCapabilities.Emulator).ToBytes());
        RedirPacket bulk = new(RedirType.BulkPacket, ulong.MaxValue, [1, 2, 3]);
        RedirReader reader = new(new MemoryStream(await WriteAsync(hello, bulk)));
        Assert.Equal(new HelloBody("x", RedirCapabilities.Emulator), HelloBody.Read((await reader.ReadAsync())!.Body));
        RedirPacket read = (await reader.ReadAsync())!;
        Assert.Equal((bulk.Type, bulk.Id), (read.Type, read.Id));
        Assert.Equal(bulk.Body, read.Body);
        Assert.Null(await reader.ReadAsync());
    }

    [Theory]
    [InlineData(new byte[] { 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 })] // no hello first
    [InlineData(new byte[] { 0, 0, 0, 0, 0x41, 0, 0x40, 0, 0, 0, 0, 0 })] // 4 MiB + 65
    [InlineData(new byte[] { 0, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0 })]
    public async Task BrokenFrame_Fails(byte[] wire)
        => await Assert.ThrowsAsync<RigException>(() => new RedirReader(new MemoryStream(wire)).ReadAsync());

    [Fact]
    public async Task CutFrame_Fails()
        => await Assert.ThrowsAsync<EndOfStreamException>(() => new RedirReader(new MemoryStream([0, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 1])).ReadAsync());

    [Fact]
    public void ControlBody_IsAsTheProtocolSays()
    {
        byte[] wire = [0x80, 6, 0x80, 0, 0x00, 0x01, 0, 0, 18, 0];
        ControlBody body = ControlBody.ReadRequest(wire);
        Assert.Equal((6, 0x80, 0x0100, 18), (body.Request, body.RequestType, body.Value, body.Length));
        Assert.Equal(wire, body.ToBytes());
        Assert.Throws<RigException>(() => ControlBody.ReadRequest([.. wire, 0])); // data with a request for data
        Assert.Throws<RigException>(() => ControlBody.ReadRequest([0, 9, 0, 0, 1, 0, 0, 0, 2, 0, 7])); // two bytes said, one there
        Assert.Throws<RigException>(() => ControlBody.ReadRequest(wire[..9]));
    }

    [Fact]
    public void BulkBody_HasALengthOf32Bits()
    {
        byte[] wire = [0x81, 0, 0x34, 0x02, 0, 0, 0, 0, 0x10, 0];
        Assert.Equal(0x100234, BulkBody.ReadRequest(wire).Length);
        Assert.Equal(wire, new BulkBody(0x81, UsbStatus.Ok, 0x100234, []).ToBytes());
        Assert.Throws<RigException>(() => BulkBody.Read([0x81, 0, 0, 0, 0, 0, 0, 0, 0x41, 0]));
        Assert.Throws<RigException>(() => BulkBody.ReadRequest([2, 0, 2, 0, 0, 0, 0, 0, 0, 0, 1]));
    }

    private static async Task<byte[]> WriteAsync(params RedirPacket[] packets)
    {
        using MemoryStream stream = new();
        using RedirWriter writer = new(stream);
        foreach (RedirPacket packet in packets)
        {
            await writer.WriteAsync(packet);
        }
        return stream.ToArray();
    }
}
