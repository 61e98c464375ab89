namespace Gatekeeper.Rig.UsbRedir;

/// <summary>One configuration (USB 2.0 §9.6.3) with every alternate setting of its interfaces.</summary>
public sealed record ConfigurationShape
{
    /// <summary>bConfigurationValue.</summary>
    public byte Value { get; init; } = 1;

    /// <summary>bmAttributes: 0x80 is powered by the bus.</summary>
    public byte Attributes { get; init; } = 0x80;

    /// <summary>bMaxPower in mA, up to 500; what the bus grants everywhere.</summary>
    public int Milliamperes { get; init; } = 100;

    /// <summary>Every alternate setting, in the order of the bytes.</summary>
    public IReadOnlyList<InterfaceShape> Interfaces { get; init; } = [];

    /// <summary>wTotalLength, when it is a lie.</summary>
    public ushort? TotalLength { get; init; }

    /// <summary>bNumInterfaces, when it is a lie.</summary>
    public byte? InterfaceCount { get; init; }

    /// <summary>Everything behind the first nine bytes, when <see cref="Interfaces"/> shall not say it.</summary>
    public byte[]? Body { get; init; }

    /// <summary>The descriptor and everything that belongs to it.</summary>
    public byte[] ToBytes(BusSpeed speed)
    {
        byte[] body = Body ?? [.. Interfaces.SelectMany(i => i.ToBytes(speed))];
        int total = TotalLength ?? (9 + body.Length);
        byte count = InterfaceCount ?? (byte)Interfaces.Select(i => i.Number).Distinct().Count();
        // USB 3.2 §9.6.3: bMaxPower counts 8 mA at SuperSpeed, 2 mA below.
        byte power = (byte)(Milliamperes / (speed == BusSpeed.Super ? 8 : 2));
        return [9, 2, (byte)(total & 0xFF), (byte)(total >> 8), count, Value, 0, Attributes, power, .. body];
    }
}
