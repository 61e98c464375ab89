namespace Gatekeeper.PortGate;

/// <summary>How a write to sysfs ended. What the kernel then does is read back by the caller, not assumed (I01).</summary>
public enum UsbWrite
{
    /// <summary>The kernel took it.</summary>
    Done,

    /// <summary>The device, interface or port is not there any more.</summary>
    Gone,

    /// <summary>The kernel refused it.</summary>
    Failed,
}

/// <summary>The kernel's USB tree: a full reading, and the few switches we use. No policy here.</summary>
public interface IUsbTree
{
    /// <summary>True when this kernel has a USB driver beside <c>hub</c>, <c>usb</c> and <c>usbfs</c>, or can load one. It does not change while the machine runs. The reference image's has and can not.</summary>
    bool OtherDrivers { get; }

    /// <summary>Reads everything anew. A device that vanishes while it is read is left out.</summary>
    UsbTreeSnapshot Read();

    /// <summary>Writes <c>authorized_default</c> of a root hub.</summary>
    UsbWrite SetAuthorizedDefault(string bus, bool authorized);

    /// <summary>Writes <c>interface_authorized_default</c> of a root hub.</summary>
    UsbWrite SetInterfaceAuthorizedDefault(string bus, bool authorized);

    /// <summary>Writes <c>authorized</c> of a device.</summary>
    UsbWrite SetDeviceAuthorized(string device, bool authorized);

    /// <summary>Writes <c>authorized</c> of an interface.</summary>
    UsbWrite SetInterfaceAuthorized(string usbInterface, bool authorized);

    /// <summary>Writes <c>bConfigurationValue</c> of a device, whose interfaces then appear. The kernel does not choose one at a port that is held.</summary>
    UsbWrite SetConfiguration(string device, byte value);

    /// <summary>Writes <c>drivers_autoprobe</c> of the bus: whether the kernel binds drivers by itself.</summary>
    UsbWrite SetDriversAutoprobe(bool on);

    /// <summary>
    /// Lets the kernel look for a driver of an interface (<c>drivers_probe</c>). It does not look by itself when an interface is
    /// authorized later than its device (Documentation/usb/authorization.rst, "Interface authorization").
    /// </summary>
    UsbWrite ProbeInterface(string usbInterface);

    /// <summary>Names of the devices whose ports are disabled now, whoever did it; the kernel keeps that when we are gone.</summary>
    IReadOnlyList<string> DisabledPorts();

    /// <summary>Writes <c>disable</c> of the port that a device name stands for (Linux 6.0 and later). The hub drops the link; whether it cuts the power is its own affair.</summary>
    UsbWrite SetPortDisabled(string device, bool disabled);
}
