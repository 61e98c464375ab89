using System.Text;

namespace Gatekeeper.Rig.UsbRedir;

/// <summary>What a device says it is: everything that GET_DESCRIPTOR can be asked for. The defaults are those of an honest device.</summary>
public sealed record DeviceShape
{
    private const byte Manufacturer = 1;
    private const byte Product = 2;
    private const byte Serial = 3;

    /// <summary>Bus speed.</summary>
    public BusSpeed Speed { get; init; } = BusSpeed.High;

    /// <summary>bcdUSB; null takes what the speed asks for.</summary>
    public ushort? UsbVersion { get; init; }

    /// <summary>bDeviceClass; 0 leaves it to the interfaces.</summary>
    public byte Class { get; init; }

    /// <summary>bDeviceSubClass.</summary>
    public byte Subclass { get; init; }

    /// <summary>bDeviceProtocol.</summary>
    public byte Protocol { get; init; }

    /// <summary>bMaxPacketSize0; null takes what the speed prescribes (USB 2.0 §5.5.3; USB 3.2 table 9-11: a power of two).</summary>
    public byte? MaxPacket0 { get; init; }

    /// <summary>idVendor. The default belongs to nobody: an emulated device imitates no maker.</summary>
    public ushort VendorId { get; init; } = 0xFFFE;

    /// <summary>idProduct.</summary>
    public ushort ProductId { get; init; } = 0x0001;

    /// <summary>bcdDevice.</summary>
    public ushort Release { get; init; } = 0x0100;

    /// <summary>Manufacturer, product and serial number; null has none. At most 126 characters each.</summary>
    public (string? Manufacturer, string? Product, string? Serial) Strings { get; init; } = ("Rig", "Stick", "0000000000000001");

    /// <summary>All configurations.</summary>
    public IReadOnlyList<ConfigurationShape> Configurations { get; init; } = [];

    /// <summary>bNumConfigurations, when it is a lie.</summary>
    public byte? ConfigurationCount { get; init; }

    /// <summary>The binary object store (USB 3.2 §9.6.2); null takes a plain one at SuperSpeed and none below.</summary>
    public byte[]? Bos { get; init; }

    /// <summary>The device descriptor (USB 2.0 §9.6.1), 18 bytes.</summary>
    public byte[] DeviceDescriptor()
    {
        ushort usb = UsbVersion ?? Speed switch { BusSpeed.Super => 0x0300, BusSpeed.Low => 0x0110, _ => 0x0200 };
        byte max = MaxPacket0 ?? Speed switch { BusSpeed.Super => 9, BusSpeed.Low => 8, _ => 64 };
        return
        [
            18, 1, .. Two(usb), Class, Subclass, Protocol, max, .. Two(VendorId), .. Two(ProductId), .. Two(Release),
            Strings.Manufacturer is null ? (byte)0 : Manufacturer, Strings.Product is null ? (byte)0 : Product, Strings.Serial is null ? (byte)0 : Serial,
            ConfigurationCount ?? (byte)Configurations.Count,
        ];
    }

    /// <summary>A descriptor by its type and index, or null for one the device does not have.</summary>
    public byte[]? Descriptor(byte type, byte index) => type switch
    {
        1 when index == 0 => DeviceDescriptor(),
        2 when index < Configurations.Count => Configurations[index].ToBytes(Speed),
        3 => StringDescriptor(index),
        6 when Speed == BusSpeed.High => Qualifier(),
        15 when index == 0 => Bos ?? (Speed == BusSpeed.Super ? PlainBos() : null),
        _ => null,
    };

    /// <summary>Device and configuration descriptors one behind the other, as sysfs shows them.</summary>
    public byte[] AllDescriptors() => [.. DeviceDescriptor(), .. Configurations.SelectMany(c => c.ToBytes(Speed))];

    private byte[]? StringDescriptor(byte index)
    {
        if (index == 0)
        {
            return [4, 3, 0x09, 0x04]; // one language, English (United States)
        }
        string? text = index switch { Manufacturer => Strings.Manufacturer, Product => Strings.Product, Serial => Strings.Serial, _ => null };
        if (text is null)
        {
            return null;
        }
        byte[] utf16 = Encoding.Unicode.GetBytes(text);
        return utf16.Length <= 252 ? [(byte)(2 + utf16.Length), 3, .. utf16] : throw new InvalidOperationException($"a string of {text.Length} characters");
    }

    // USB 2.0 §9.6.2: what it would be at full speed.
    private byte[] Qualifier() => [10, 6, 0x00, 0x02, Class, Subclass, Protocol, 64, (byte)Configurations.Count, 0];

    // USB 3.2 §9.6.2.1 and §9.6.2.2: LPM, and SuperSpeed from full speed upwards.
    private static byte[] PlainBos() => [5, 15, 22, 0, 2, 7, 16, 2, 2, 0, 0, 0, 10, 16, 3, 0, 0x0E, 0, 1, 10, 0xFF, 0x07];

    private static byte[] Two(ushort value) => [(byte)(value & 0xFF), (byte)(value >> 8)];
}
