using System.Buffers.Binary;
using System.Collections.Immutable;

namespace Gatekeeper.PortGate.Tests;

/// <summary>Descriptor bytes as devices send them.</summary>
internal static class Descriptors
{
    /// <summary>A high-speed stick: 08/06/50, bulk-in 81, bulk-out 02. The bytes of a common 2 GB stick with its ids changed.</summary>
    public static byte[] Stick() => Device(Configuration(1, 1, Alternate(0, 0, 0x08, 0x06, 0x50, Bulk(0x81), Bulk(0x02))));

    /// <summary>A boot keyboard.</summary>
    public static byte[] Keyboard() => Device(Configuration(1, 1, Keys(0)));

    public static byte[] Keys(byte number) => [.. Alternate(number, 0, 0x03, 0x01, 0x01, Hid, Interrupt(0x83))];

    public static byte[] Hid => [9, 0x21, 0x10, 1, 0, 1, 0x22, 63, 0];

    public static byte[] Device(params byte[][] configurations) => DeviceOf(0, configurations);

    public static byte[] DeviceOf(byte deviceClass, params byte[][] configurations) =>
        [18, 1, 0x00, 0x02, deviceClass, 0, 0, 64, 0x0c, 0x09, 0x00, 0x10, 0x00, 0x01, 1, 2, 3, (byte)configurations.Length, .. configurations.SelectMany(c => c)];

    public static byte[] Configuration(byte value, byte interfaces, params byte[][] parts)
    {
        byte[] body = [.. parts.SelectMany(p => p)];
        byte[] head = [9, 2, 0, 0, interfaces, value, 0, 0x80, 50];
        BinaryPrimitives.WriteUInt16LittleEndian(head.AsSpan(2), (ushort)(9 + body.Length));
        return [.. head, .. body];
    }

    /// <summary>One alternate setting; the endpoints are counted among what follows.</summary>
    public static byte[] Alternate(byte number, byte setting, byte interfaceClass, byte subclass, byte protocol, params byte[][] following) =>
        [9, 4, number, setting, (byte)following.Count(f => f[1] == 5), interfaceClass, subclass, protocol, 0, .. following.SelectMany(f => f)];

    public static byte[] Bulk(byte address) => [7, 5, address, 2, 0x00, 0x02, 0];

    public static byte[] Interrupt(byte address) => [7, 5, address, 3, 8, 0, 10];

    /// <summary>USB 3.2 §9.6.7.</summary>
    public static byte[] Companion => [6, 0x30, 15, 0, 0, 0];

    public static UsbDeviceSnapshot Snapshot(byte[] descriptors, string name = "1-2", int number = 5, string? serial = "S1") => new()
    {
        Name = name,
        BusNumber = 1,
        DeviceNumber = number,
        Speed = UsbSpeed.High,
        Authorized = false,
        ConfigurationValue = 0,
        Descriptors = ImmutableArray.Create(descriptors),
        BosDescriptors = [],
        Strings = (null, "disk", serial),
        Interfaces = [],
    };
}
