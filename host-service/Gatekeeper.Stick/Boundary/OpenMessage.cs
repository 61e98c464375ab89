using Gatekeeper.PortGate;

namespace Gatekeeper.Stick.Boundary;

/// <summary>What the pump needs to know of a stick: <c>interface[1] setting[1] in[1] out[1] speed[1]</c>. Nothing the stick calls itself is among it.</summary>
/// <param name="Interface">Interface number.</param>
/// <param name="Setting">Alternate setting, already chosen by gatekeeperd.</param>
/// <param name="EndpointIn">Bulk-in endpoint, bit 7 set.</param>
/// <param name="EndpointOut">Bulk-out endpoint.</param>
/// <param name="Speed">Bus speed.</param>
public readonly record struct OpenMessage(byte Interface, byte Setting, byte EndpointIn, byte EndpointOut, UsbSpeed Speed)
{
    /// <summary>The message for an accepted device.</summary>
    public static OpenMessage Of(AcceptedDevice device) => new(device.Interface, device.Setting, device.EndpointIn, device.EndpointOut, device.Speed);

    /// <summary>The message.</summary>
    public byte[] Write() => [Interface, Setting, EndpointIn, EndpointOut, (byte)Speed];

    /// <summary>Reads it.</summary>
    /// <exception cref="InvalidDataException">Not such a message.</exception>
    public static OpenMessage Read(ReadOnlySpan<byte> body)
    {
        var reader = new WireReader(body);
        var open = new OpenMessage(reader.Byte(), reader.Byte(), reader.Byte(), reader.Byte(), (UsbSpeed)reader.Byte());
        reader.End();
        return (open.EndpointIn & 0x80) != 0 && (open.EndpointOut & 0x80) == 0 && open.Speed is >= UsbSpeed.Low and <= UsbSpeed.Super
            ? open
            : throw new InvalidDataException("endpoints or speed out of range");
    }
}
