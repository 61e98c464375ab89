using Gatekeeper.Release;
using static Gatekeeper.PortGate.Tests.Descriptors;

namespace Gatekeeper.PortGate.Tests;

public sealed class UsbDescriptorsTests
{
    public static TheoryData<string, byte[]> Good() => new()
    {
        { "stick", Stick() },
        { "keyboard", Keyboard() },
        { "superspeed stick", Device(Configuration(1, 1, Alternate(0, 0, 8, 6, 0x50, Bulk(0x81), Companion, Bulk(2), Companion))) },
        { "uas stick", Device(Configuration(1, 1, Alternate(0, 0, 8, 6, 0x50, Bulk(0x81), Bulk(2)), Alternate(0, 1, 8, 6, 0x62, Bulk(0x81), Bulk(2), Bulk(0x83), Bulk(4)))) },
        { "two configurations", Device(Configuration(1, 1, Keys(0)), Configuration(2, 1, Alternate(0, 0, 8, 6, 0x50, Bulk(0x81), Bulk(2)))) },
        { "association", Device(Configuration(1, 2, [8, 11, 0, 2, 2, 2, 1, 0], Alternate(0, 0, 2, 2, 1, Interrupt(0x83)), Alternate(1, 0, 10, 0, 0, Bulk(0x81), Bulk(2)))) },
        { "audio endpoint of nine bytes", Device(Configuration(1, 1, Alternate(0, 0, 1, 2, 0, [9, 5, 0x84, 1, 0, 1, 4, 0, 0]))) },
        { "no interface", Device(Configuration(1, 0)) },
    };

    public static TheoryData<string, byte[]> Bad()
    {
        byte[] storage = Alternate(0, 0, 8, 6, 0x50, Bulk(0x81), Bulk(2));
        return new TheoryData<string, byte[]>
        {
            { "device descriptor of 17 bytes", Changed(Stick(), 0, 17) },
            { "device descriptor of another type", Changed(Stick(), 1, 2) },
            { "no configuration", Changed(Stick(), 17, 0) },
            { "two configurations claimed", Changed(Stick(), 17, 2) },
            { "nine configurations", Changed(Stick(), 17, 9) },
            { "configuration descriptor of 8 bytes", Changed(Stick(), 18, 8) },
            { "configuration of another type", Changed(Stick(), 19, 7) },
            { "total length longer than the bytes", Changed(Stick(), 20, 33) },
            { "total length shorter than its own head", Changed(Stick(), 20, 8) },
            { "total length shorter than the body", Changed(Stick(), 20, 31) },
            { "total length of 65535", Changed(Changed(Stick(), 20, 255), 21, 255) },
            { "two interfaces claimed", Changed(Stick(), 22, 2) },
            { "configuration value 0", Changed(Stick(), 23, 0) },
            { "interface descriptor of 8 bytes", Changed(Stick(), 27, 8) },
            { "interface number 32", Changed(Stick(), 29, 32) },
            { "no setting 0", Changed(Stick(), 30, 1) },
            { "three endpoints claimed", Changed(Stick(), 31, 3) },
            { "one endpoint claimed", Changed(Stick(), 31, 1) },
            { "endpoint descriptor of 6 bytes", Changed(Stick(), 36, 6) },
            { "descriptor of length 0", Changed(Stick(), 43, 0) },
            { "descriptor of length 1", Changed(Stick(), 43, 1) },
            { "descriptor longer than the rest", Changed(Stick(), 43, 255) },
            { "endpoint 0", Changed(Stick(), 38, 0x80) },
            { "reserved endpoint bits", Changed(Stick(), 38, 0xc1) },
            { "one endpoint twice", Changed(Stick(), 45, 0x81) },
            { "configuration inside a configuration", Device(Configuration(1, 1, storage, [9, 2, 9, 0, 0, 1, 0, 0, 0])) },
            { "device inside a configuration", Device(Configuration(1, 1, [2, 1], storage)) },
            { "endpoint before the interface", Device(Configuration(1, 1, Bulk(0x85), storage)) },
            { "one setting twice", Device(Configuration(1, 1, storage, storage)) },
            { "one configuration value twice", Device(Configuration(1, 1, storage), Configuration(1, 1, storage)) },
            { "bytes behind the end", [.. Stick(), 0] },
            { "more bytes than any device has", [.. Stick(), .. new byte[Limits.MaxDescriptorBytes]] },
            { "too many settings", Device(Configuration(1, 1, [.. Enumerable.Range(0, 256).Select(i => Alternate(0, (byte)i, 8, 6, 0x50)), Alternate(1, 0, 8, 6, 0x50)])) },
        };
    }

    [Theory]
    [MemberData(nameof(Good))]
    public void WhatRealDevicesSend_IsRead(string name, byte[] bytes)
    {
        Assert.NotEmpty(name);
        UsbDescriptors read = UsbDescriptors.Parse(bytes);
        Assert.Equal(bytes[17], read.Configurations.Length);
        Assert.Equal(0x090c, read.Device.VendorId);
    }

    [Theory]
    [MemberData(nameof(Bad))]
    public void OneDefect_IsRefused(string name, byte[] bytes)
    {
        RefusedException refused = Assert.Throws<RefusedException>(() => UsbDescriptors.Parse(bytes));
        Assert.Equal(Refusal.DescriptorMalformed, refused.Code);
        Assert.NotEmpty(name);
    }

    [Theory]
    [MemberData(nameof(Good))]
    public void CutAtAnyByte_IsRefused(string name, byte[] bytes)
    {
        for (int length = 0; length < bytes.Length; length++)
        {
            byte[] cut = bytes[..length];
            Assert.Equal(Refusal.DescriptorMalformed, Assert.Throws<RefusedException>(() => UsbDescriptors.Parse(cut)).Code);
        }

        Assert.NotEmpty(name);
    }

    [Theory]
    [MemberData(nameof(Good))]
    public void AnyByteWithAnyValue_IsReadOrRefused(string name, byte[] bytes)
    {
        for (int at = 0; at < bytes.Length; at++)
        {
            for (int value = 0; value < 256; value++)
            {
                try
                {
                    UsbDescriptors.Parse(Changed(bytes, at, (byte)value));
                }
                catch (RefusedException refused)
                {
                    Assert.Equal(Refusal.DescriptorMalformed, refused.Code);
                }
            }
        }

        Assert.NotEmpty(name);
    }

    private static byte[] Changed(byte[] bytes, int at, byte value)
    {
        byte[] copy = [.. bytes];
        copy[at] = value;
        return copy;
    }
}
