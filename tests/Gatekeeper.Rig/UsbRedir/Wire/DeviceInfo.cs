using System.Buffers.Binary;

namespace Gatekeeper.Rig.UsbRedir;

/// <summary>The three packets that tell the host what a device is before it asks: it builds its own picture of the endpoints from them.</summary>
internal static class DeviceInfo
{
    private const int Slots = 32;
    private const byte Unused = 255;

    /// <summary>usb_redir_device_connect with bcdDevice: speed, class, subclass, protocol, vendor[2], product[2], version[2].</summary>
    public static byte[] Connect(DeviceShape shape)
    {
        byte[] body = new byte[10];
        body[0] = (byte)shape.Speed;
        body[1] = shape.Class;
        body[2] = shape.Subclass;
        body[3] = shape.Protocol;
        BinaryPrimitives.WriteUInt16LittleEndian(body.AsSpan(4), shape.VendorId);
        BinaryPrimitives.WriteUInt16LittleEndian(body.AsSpan(6), shape.ProductId);
        BinaryPrimitives.WriteUInt16LittleEndian(body.AsSpan(8), shape.Release);
        return body;
    }

    /// <summary>usb_redir_interface_info: count[4], number[32], class[32], subclass[32], protocol[32].</summary>
    public static byte[] Interfaces(IReadOnlyList<InterfaceShape> active)
    {
        byte[] body = new byte[4 + (4 * Slots)];
        int count = Math.Min(active.Count, Slots);
        BinaryPrimitives.WriteInt32LittleEndian(body, count);
        for (int i = 0; i < count; i++)
        {
            body[4 + i] = active[i].Number;
            body[4 + Slots + i] = active[i].Class;
            body[4 + (2 * Slots) + i] = active[i].Subclass;
            body[4 + (3 * Slots) + i] = active[i].Protocol;
        }
        return body;
    }

    /// <summary>usb_redir_ep_info with packet sizes: type[32], interval[32], interface[32], maxpacket[32 * 2]. Endpoint 0 is control, both ways.</summary>
    public static byte[] Endpoints(IReadOnlyList<InterfaceShape> active, BusSpeed speed)
    {
        byte[] body = new byte[5 * Slots];
        body.AsSpan(0, Slots).Fill(Unused);
        Set(body, 0x00, 0, 0, 0, 64);
        Set(body, 0x80, 0, 0, 0, 64);
        foreach (InterfaceShape one in active)
        {
            foreach (EndpointShape endpoint in one.Endpoints)
            {
                Set(body, endpoint.Address, (byte)endpoint.Type, endpoint.IntervalAt(speed), one.Number, endpoint.MaxPacketAt(speed));
            }
        }
        return body;
    }

    private static void Set(byte[] body, byte address, byte type, byte interval, byte number, int maxPacket)
    {
        int slot = ((address & 0x80) >> 3) | (address & 0x0F);
        body[slot] = type;
        body[Slots + slot] = interval;
        body[(2 * Slots) + slot] = number;
        BinaryPrimitives.WriteUInt16LittleEndian(body.AsSpan((3 * Slots) + (2 * slot)), checked((ushort)maxPacket));
    }
}
