namespace Gatekeeper.Rig.UsbRedir;

/// <summary>One endpoint as its descriptor says it (USB 2.0 §9.6.6), with an honest stick's sizes by default.</summary>
/// <param name="Address">bEndpointAddress; bit 7 is the direction to the host.</param>
/// <param name="Type">How it transfers.</param>
public sealed record EndpointShape(byte Address, EndpointType Type)
{
    /// <summary>wMaxPacketSize; null takes what the speed prescribes for bulk (64, 512, 1024) and 8 for interrupt.</summary>
    public int? MaxPacket { get; init; }

    /// <summary>bInterval; null takes 0 for bulk and about 8 ms for interrupt, whose 0 the host refuses.</summary>
    public byte? Interval { get; init; }

    /// <summary>bMaxBurst of the SuperSpeed companion (USB 3.2 §9.6.7): packets in a burst less one.</summary>
    public byte MaxBurst { get; init; }

    /// <summary>MaxStreams of the companion, 0 to 16: 2 to that power. Said only, streams are not served.</summary>
    public byte Streams { get; init; }

    /// <summary>Descriptors behind this one and its companion, as they are.</summary>
    public byte[] Extra { get; init; } = [];

    /// <summary>Whether it sends to the host.</summary>
    public bool IsIn => (Address & 0x80) != 0;

    /// <summary>wMaxPacketSize at a speed (USB 2.0 §5.8.3, USB 3.2 §9.6.6).</summary>
    public int MaxPacketAt(BusSpeed speed) => MaxPacket ?? (Type, speed) switch
    {
        (EndpointType.Bulk, BusSpeed.Super) => 1024,
        (EndpointType.Bulk, BusSpeed.High) => 512,
        (EndpointType.Bulk, _) => 64,
        _ => 8,
    };

    /// <summary>bInterval at a speed: milliseconds up to full speed, else a power of two of 125 µs (USB 2.0 table 9-13).</summary>
    public byte IntervalAt(BusSpeed speed) => Interval ?? (Type, speed) switch
    {
        (EndpointType.Interrupt, BusSpeed.High or BusSpeed.Super) => 7,
        (EndpointType.Interrupt, _) => 8,
        _ => 0,
    };

    /// <summary>The descriptor, at SuperSpeed with its companion, then <see cref="Extra"/>.</summary>
    public byte[] ToBytes(BusSpeed speed)
    {
        int maxPacket = MaxPacketAt(speed);
        byte[] descriptor = [7, 5, Address, (byte)Type, (byte)(maxPacket & 0xFF), (byte)(maxPacket >> 8), IntervalAt(speed)];
        // wBytesPerInterval counts for periodic endpoints only.
        int perInterval = Type == EndpointType.Interrupt ? maxPacket : 0;
        byte[] companion = speed == BusSpeed.Super ? [6, 0x30, MaxBurst, Streams, (byte)(perInterval & 0xFF), (byte)(perInterval >> 8)] : [];
        return [.. descriptor, .. companion, .. Extra];
    }
}
