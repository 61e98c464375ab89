namespace Gatekeeper.Rig.UsbRedir;

/// <summary>One alternate setting of one interface (USB 2.0 §9.6.5) and what stands behind it.</summary>
public sealed record InterfaceShape
{
    /// <summary>bInterfaceNumber.</summary>
    public byte Number { get; init; }

    /// <summary>bAlternateSetting.</summary>
    public byte Alternate { get; init; }

    /// <summary>bInterfaceClass.</summary>
    public byte Class { get; init; }

    /// <summary>bInterfaceSubClass.</summary>
    public byte Subclass { get; init; }

    /// <summary>bInterfaceProtocol.</summary>
    public byte Protocol { get; init; }

    /// <summary>Its endpoints, in order.</summary>
    public IReadOnlyList<EndpointShape> Endpoints { get; init; } = [];

    /// <summary>Descriptors between the interface's and the first endpoint's, as they are: HID's, for example.</summary>
    public byte[] Extra { get; init; } = [];

    /// <summary>bNumEndpoints, when it is a lie.</summary>
    public byte? EndpointCount { get; init; }

    /// <summary>What answers on its endpoints while the setting is active; null stalls.</summary>
    public IUsbFunction? Function { get; init; }

    /// <summary>The descriptor and everything that belongs to it.</summary>
    public byte[] ToBytes(BusSpeed speed)
        => [9, 4, Number, Alternate, EndpointCount ?? (byte)Endpoints.Count, Class, Subclass, Protocol, 0, .. Extra, .. Endpoints.SelectMany(e => e.ToBytes(speed))];
}
