using System.Collections.Immutable;
using Gatekeeper.Release;

namespace Gatekeeper.PortGate;

/// <summary>A device's descriptors as the kernel keeps them: the device descriptor, then every configuration whole (USB 2.0 chapter 9).</summary>
/// <param name="Device">The device descriptor.</param>
/// <param name="Configurations">All configurations, in order; 1 to 8.</param>
public sealed record UsbDescriptors(UsbDeviceDescriptor Device, ImmutableArray<UsbConfiguration> Configurations)
{
    /// <summary>Every alternate setting of every interface of every configuration: what the device may become without a new enumeration.</summary>
    public IEnumerable<UsbAlternate> EveryAlternate => Configurations.SelectMany(c => c.Alternates);

    /// <summary>Reads the file <c>descriptors</c> of sysfs. Strict: what contradicts itself is refused, also what drivers usually tolerate.</summary>
    /// <exception cref="RefusedException"><see cref="Refusal.DescriptorMalformed"/>.</exception>
    public static UsbDescriptors Parse(ReadOnlySpan<byte> bytes) => UsbDescriptorParser.Parse(bytes);
}

/// <summary>USB 2.0 table 9-8.</summary>
/// <param name="UsbVersion">bcdUSB.</param>
/// <param name="Class">bDeviceClass; 0 when the interfaces say it.</param>
/// <param name="Subclass">bDeviceSubClass.</param>
/// <param name="Protocol">bDeviceProtocol.</param>
/// <param name="VendorId">idVendor: chosen by the device, says nothing about who made it.</param>
/// <param name="ProductId">idProduct: likewise.</param>
public sealed record UsbDeviceDescriptor(ushort UsbVersion, byte Class, byte Subclass, byte Protocol, ushort VendorId, ushort ProductId);

/// <summary>USB 2.0 table 9-10 with everything that follows it.</summary>
/// <param name="Value">bConfigurationValue.</param>
/// <param name="InterfaceCount">bNumInterfaces.</param>
/// <param name="Alternates">Every alternate setting of every interface, in the order of the bytes.</param>
public sealed record UsbConfiguration(byte Value, byte InterfaceCount, ImmutableArray<UsbAlternate> Alternates);

/// <summary>One alternate setting of one interface (USB 2.0 table 9-12).</summary>
/// <param name="Interface">bInterfaceNumber.</param>
/// <param name="Setting">bAlternateSetting.</param>
/// <param name="Type">Class, subclass and protocol.</param>
/// <param name="Endpoints">Its endpoints, in the order of the bytes.</param>
public sealed record UsbAlternate(byte Interface, byte Setting, UsbInterfaceType Type, ImmutableArray<UsbEndpoint> Endpoints);

/// <summary>What an interface says it is. Written <c>08:06:50</c>.</summary>
/// <param name="Class">bInterfaceClass.</param>
/// <param name="Subclass">bInterfaceSubClass.</param>
/// <param name="Protocol">bInterfaceProtocol.</param>
public readonly record struct UsbInterfaceType(byte Class, byte Subclass, byte Protocol)
{
    /// <summary>Mass storage, SCSI, Bulk-Only Transport.</summary>
    public static readonly UsbInterfaceType BulkOnlyStorage = new(0x08, 0x06, 0x50);

    /// <summary>Mass storage, SCSI, USB Attached SCSI.</summary>
    public static readonly UsbInterfaceType AttachedScsi = new(0x08, 0x06, 0x62);

    /// <inheritdoc/>
    public override string ToString() => $"{Class:x2}:{Subclass:x2}:{Protocol:x2}";
}

/// <summary>How an endpoint transfers (USB 2.0 table 9-13, bmAttributes).</summary>
public enum UsbTransferType
{
    /// <summary>Control.</summary>
    Control = 0,

    /// <summary>Isochronous.</summary>
    Isochronous = 1,

    /// <summary>Bulk.</summary>
    Bulk = 2,

    /// <summary>Interrupt.</summary>
    Interrupt = 3,
}

/// <summary>USB 2.0 table 9-13.</summary>
/// <param name="Address">bEndpointAddress: bit 7 is the direction, bits 0 to 3 the number, never 0.</param>
/// <param name="Type">Transfer type.</param>
/// <param name="MaxPacket">wMaxPacketSize as it stands.</param>
public sealed record UsbEndpoint(byte Address, UsbTransferType Type, ushort MaxPacket)
{
    /// <summary>True when it sends to the host.</summary>
    public bool IsIn => (Address & 0x80) != 0;
}
