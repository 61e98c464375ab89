using System.Collections.Immutable;

namespace Gatekeeper.PortGate;

/// <summary>One full reading of the USB part of sysfs. Nothing is remembered from one to the next (usb is level-triggered here).</summary>
/// <param name="AuthorizedDefault">usbcore's parameter <c>authorized_default</c>: what a new controller gets. Null when it cannot be read.</param>
/// <param name="Buses">Every root hub.</param>
/// <param name="Devices">Every other device, in the order of their names.</param>
public sealed record UsbTreeSnapshot(int? AuthorizedDefault, ImmutableArray<UsbBusState> Buses, ImmutableArray<UsbDeviceSnapshot> Devices)
{
    /// <summary>1: a driver that is loaded takes what is there, and a device that comes is offered to each driver (<c>drivers_autoprobe</c> of the bus). Null when it cannot be read.</summary>
    public int? DriversAutoprobe { get; init; } = 1;
}

/// <summary>What a root hub gives to devices that appear below it.</summary>
/// <param name="Name">For example <c>usb1</c>.</param>
/// <param name="AuthorizedDefault">1: devices are authorized by themselves. Null when it cannot be read.</param>
/// <param name="InterfaceAuthorizedDefault">1: interfaces of an authorized device are authorized by themselves. Null when it cannot be read.</param>
public sealed record UsbBusState(string Name, int? AuthorizedDefault, int? InterfaceAuthorizedDefault);

/// <summary>Bus speed of a device.</summary>
public enum UsbSpeed
{
    /// <summary>1.5 Mbit/s, or not known: treated as the slowest.</summary>
    Low = 1,

    /// <summary>12 Mbit/s.</summary>
    Full = 2,

    /// <summary>480 Mbit/s.</summary>
    High = 3,

    /// <summary>5 Gbit/s or more.</summary>
    Super = 4,
}

/// <summary>One plugged device as sysfs shows it at one moment.</summary>
public sealed record UsbDeviceSnapshot
{
    /// <summary>Name in sysfs, for example <c>1-2.3</c>: bus 1, port 2, port 3 of the hub there. It names the port.</summary>
    public required string Name { get; init; }

    /// <summary>Bus number, 1 or more.</summary>
    public required int BusNumber { get; init; }

    /// <summary>Device number on the bus, 1 to 127. A device that re-appears gets another one.</summary>
    public required int DeviceNumber { get; init; }

    /// <summary>Bus speed.</summary>
    public required UsbSpeed Speed { get; init; }

    /// <summary>What the kernel says about its authorization; null when it cannot be read.</summary>
    public required bool? Authorized { get; init; }

    /// <summary>The active configuration's value; 0 when there is none.</summary>
    public required int ConfigurationValue { get; init; }

    /// <summary>Device and configuration descriptors as the kernel keeps them.</summary>
    public required ImmutableArray<byte> Descriptors { get; init; }

    /// <summary>Binary object store (USB 3.2 §9.6.2); empty when there is none or the kernel does not show it.</summary>
    public required ImmutableArray<byte> BosDescriptors { get; init; }

    /// <summary>The device's own words: manufacturer, product and serial number, each up to 126 characters; null when absent. Never shown, never trusted.</summary>
    public required (string? Manufacturer, string? Product, string? Serial) Strings { get; init; }

    /// <summary>Interfaces of the active configuration; empty before the device is authorized.</summary>
    public required ImmutableArray<UsbInterfaceState> Interfaces { get; init; }
}

/// <summary>One interface of a device's active configuration.</summary>
/// <param name="Name">Name in sysfs, for example <c>1-2:1.0</c>.</param>
/// <param name="Number">bInterfaceNumber.</param>
/// <param name="Authorized">What the kernel says; null when it cannot be read.</param>
/// <param name="Driver">Name of the bound driver, or null.</param>
public sealed record UsbInterfaceState(string Name, int Number, bool? Authorized, string? Driver);
