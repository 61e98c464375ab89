namespace Gatekeeper.Rig.UsbRedir;

/// <summary>One control request (USB 2.0 §9.3). SET_CONFIGURATION and SET_INTERFACE, which come as packets of their own, look like any other.</summary>
/// <param name="Time">The host's clock when it came.</param>
/// <param name="RequestType">bmRequestType.</param>
/// <param name="Request">bRequest.</param>
/// <param name="Value">wValue.</param>
/// <param name="Index">wIndex.</param>
/// <param name="Length">wLength.</param>
/// <param name="Data">The data of a request to the device.</param>
public sealed record ControlRequest(DateTimeOffset Time, byte RequestType, byte Request, ushort Value, ushort Index, ushort Length, byte[] Data)
{
    /// <summary>GET_STATUS.</summary>
    public const byte GetStatus = 0;

    /// <summary>CLEAR_FEATURE.</summary>
    public const byte ClearFeature = 1;

    /// <summary>SET_FEATURE.</summary>
    public const byte SetFeature = 3;

    /// <summary>GET_DESCRIPTOR.</summary>
    public const byte GetDescriptor = 6;

    /// <summary>GET_CONFIGURATION.</summary>
    public const byte GetConfiguration = 8;

    /// <summary>SET_CONFIGURATION.</summary>
    public const byte SetConfiguration = 9;

    /// <summary>GET_INTERFACE.</summary>
    public const byte GetInterface = 10;

    /// <summary>SET_INTERFACE.</summary>
    public const byte SetInterface = 11;

    /// <summary>SET_SEL (USB 3.2 §9.4.12).</summary>
    public const byte SetSel = 0x30;

    /// <summary>SET_ISOCH_DELAY (USB 3.2 §9.4.11).</summary>
    public const byte SetIsochDelay = 0x31;

    /// <summary>Whether data goes to the host.</summary>
    public bool IsIn => (RequestType & 0x80) != 0;

    /// <summary>Whether it is a request of USB itself and not of a class or maker.</summary>
    public bool IsStandard => (RequestType & 0x60) == 0;

    /// <summary>To whom: 0 the device, 1 the interface <see cref="Index"/>, 2 the endpoint <see cref="Index"/>.</summary>
    public int Recipient => RequestType & 0x1F;

    /// <summary>Descriptor type of a GET_DESCRIPTOR.</summary>
    public byte DescriptorType => (byte)(Value >> 8);

    /// <summary>Descriptor index of a GET_DESCRIPTOR.</summary>
    public byte DescriptorIndex => (byte)(Value & 0xFF);

    /// <summary>Whether it asks the device for a descriptor of a type: 1 device, 2 configuration, 3 string, 15 binary object store.</summary>
    public bool AsksFor(byte type) => RequestType == 0x80 && Request == GetDescriptor && DescriptorType == type;

    /// <inheritdoc/>
    public override string ToString() => $"{RequestType:x2}/{Request:x2} value {Value:x4} index {Index:x4} length {Length}";
}
