using Gatekeeper.PortGate;

namespace Gatekeeper.Service.Tests;

/// <summary>The kernel's USB tree as a model: what is written takes effect, and everything written is on record.</summary>
internal sealed class FakeUsbTree : IUsbTree
{
    private readonly SortedDictionary<string, UsbDeviceSnapshot> devices = [];

    internal List<string> Writes { get; } = [];

    internal int? InterfaceDefault { get; set; } = 0;

    internal void Plug(UsbDeviceSnapshot device) => devices[device.Name] = device;

    internal void Pull(string name) => devices.Remove(name);

    /// <summary>What the kernel keeps disabled.</summary>
    internal SortedSet<string> Disabled { get; } = [];

    /// <summary>A kernel that can load drivers.</summary>
    public bool OtherDrivers { get; set; }

    internal int Autoprobe { get; set; } = 1;

    public UsbTreeSnapshot Read() => new(0, [new UsbBusState("usb1", 0, InterfaceDefault)], [.. devices.Values])
    {
        DriversAutoprobe = Autoprobe,
    };

    public IReadOnlyList<string> DisabledPorts() => [.. Disabled];

    public UsbWrite SetAuthorizedDefault(string bus, bool authorized) => Wrote($"{bus} default {authorized}");

    public UsbWrite SetInterfaceAuthorizedDefault(string bus, bool authorized)
    {
        InterfaceDefault = authorized ? 1 : 0;
        return Wrote($"{bus} interface default {authorized}");
    }

    public UsbWrite SetDeviceAuthorized(string device, bool authorized)
    {
        if (devices.TryGetValue(device, out UsbDeviceSnapshot? now))
        {
            devices[device] = now with { Authorized = authorized };
        }

        return Wrote($"{device} {authorized}");
    }

    public UsbWrite SetInterfaceAuthorized(string usbInterface, bool authorized) => Wrote($"{usbInterface} {authorized}");

    public UsbWrite SetConfiguration(string device, byte value)
    {
        if (devices.TryGetValue(device, out UsbDeviceSnapshot? now))
        {
            devices[device] = now with { ConfigurationValue = value };
        }

        return Wrote($"{device} configuration {value}");
    }

    public UsbWrite SetDriversAutoprobe(bool on)
    {
        Autoprobe = on ? 1 : 0;
        return Wrote($"drivers_autoprobe {on}");
    }

    public UsbWrite ProbeInterface(string usbInterface) => Wrote($"{usbInterface} probe");

    public UsbWrite SetPortDisabled(string device, bool disabled)
    {
        _ = disabled ? Disabled.Add(device) : Disabled.Remove(device);
        return Wrote($"{device} disabled {disabled}");
    }

    private UsbWrite Wrote(string what)
    {
        Writes.Add(what);
        return UsbWrite.Done;
    }

    /// <summary>A plain high-speed stick: one configuration, one interface 08/06/50, two bulk endpoints.</summary>
    internal static UsbDeviceSnapshot Stick(string name, int number) => Device(name, number, 0x08, 0x06, 0x50, 2);

    /// <summary>A keyboard: one interface 03/01/01, one interrupt endpoint.</summary>
    internal static UsbDeviceSnapshot Keyboard(string name, int number) => Device(name, number, 0x03, 0x01, 0x01, 3);

    private static UsbDeviceSnapshot Device(string name, int number, byte type, byte subclass, byte protocol, byte attributes)
    {
        byte[] device = [18, 1, 0x00, 0x02, 0, 0, 0, 64, 0x34, 0x12, 0x78, 0x56, 0, 1, 0, 0, 0, 1];
        byte[] first = [7, 5, 0x81, attributes, 0x00, 0x02, 8];
        byte[] second = attributes == 2 ? [7, 5, 0x02, attributes, 0x00, 0x02, 0] : [];
        byte endpoints = (byte)(attributes == 2 ? 2 : 1);
        byte[] usbInterface = [9, 4, 0, 0, endpoints, type, subclass, protocol, 0];
        int total = 9 + usbInterface.Length + first.Length + second.Length;
        byte[] configuration = [9, 2, (byte)total, 0, 1, 1, 0, 0x80, 50];
        return new UsbDeviceSnapshot
        {
            Name = name,
            BusNumber = 1,
            DeviceNumber = number,
            Speed = UsbSpeed.High,
            Authorized = false,
            ConfigurationValue = 0,
            Descriptors = [.. device, .. configuration, .. usbInterface, .. first, .. second],
            BosDescriptors = [],
            Strings = (null, null, null),
            Interfaces = [],
        };
    }
}
