namespace Gatekeeper.PortGate.Tests;

/// <summary>A kernel in memory that behaves as Linux 6.12 was seen to: an authorized device gets its configuration and its interfaces,
/// each authorized by the bus's default.</summary>
internal sealed class FakeUsbTree : IUsbTree
{
    public int? AuthorizedDefault { get; set; } = 0;

    public int BusDefault { get; set; }

    public int InterfaceDefault { get; set; } = 1;

    public Dictionary<string, UsbDeviceSnapshot> Devices { get; } = [];

    /// <summary>Every write, in order: <c>1-2=1</c>.</summary>
    public List<string> Writes { get; } = [];

    /// <summary>Runs after each write: what an attacker's device does then.</summary>
    public Action<string>? After { get; set; }

    /// <summary>Driver that binds to an interface the moment it is authorized.</summary>
    public string? EagerDriver { get; set; }

    /// <summary>Driver that the kernel finds when it is told to look for one.</summary>
    public string? ProbedDriver { get; set; }

    /// <summary>Names whose switches the kernel refuses.</summary>
    public HashSet<string> Stuck { get; } = [];

    /// <summary>A kernel that can load modules.</summary>
    public bool OtherDrivers { get; init; }

    public int? Autoprobe { get; set; } = 1;

    /// <summary>The port is held: an authorized device stays without a configuration.</summary>
    public bool Held { get; set; }

    public UsbTreeSnapshot Read() => new(AuthorizedDefault, [new UsbBusState("usb1", BusDefault, InterfaceDefault)], [.. Devices.Values])
    {
        DriversAutoprobe = Autoprobe,
    };

    public UsbWrite SetDriversAutoprobe(bool on) => Write("drivers_autoprobe", on, () => Autoprobe = on ? 1 : 0);

    public UsbWrite SetConfiguration(string device, byte value) => Devices.TryGetValue(device, out UsbDeviceSnapshot? old)
        ? Write($"{device}/configuration", value == 1, () => Devices[device] = old with { ConfigurationValue = value, Interfaces = [.. Interfaces(old)] })
        : UsbWrite.Gone;

    public UsbWrite SetAuthorizedDefault(string bus, bool authorized) => Write($"{bus}/authorized_default", authorized, () => BusDefault = authorized ? 1 : 0);

    public UsbWrite SetInterfaceAuthorizedDefault(string bus, bool authorized) =>
        Write($"{bus}/interface_authorized_default", authorized, () => InterfaceDefault = authorized ? 1 : 0);

    public UsbWrite SetDeviceAuthorized(string device, bool authorized)
    {
        if (!Devices.TryGetValue(device, out UsbDeviceSnapshot? old))
        {
            return UsbWrite.Gone;
        }

        return Write(device, authorized, () => Devices[device] = old with
        {
            Authorized = authorized,
            ConfigurationValue = authorized && !Held ? 1 : 0,
            Interfaces = authorized && !Held ? [.. Interfaces(old)] : [],
        });
    }

    public UsbWrite SetInterfaceAuthorized(string usbInterface, bool authorized)
    {
        string device = usbInterface[..usbInterface.IndexOf(':', StringComparison.Ordinal)];
        if (!Devices.TryGetValue(device, out UsbDeviceSnapshot? old) || old.Interfaces.All(i => i.Name != usbInterface))
        {
            return UsbWrite.Gone;
        }

        return Write(usbInterface, authorized, () => Devices[device] = old with
        {
            Interfaces = [.. old.Interfaces.Select(i => i.Name == usbInterface ? i with { Authorized = authorized, Driver = authorized ? EagerDriver : null } : i)],
        });
    }

    public UsbWrite ProbeInterface(string usbInterface)
    {
        string device = usbInterface[..usbInterface.IndexOf(':', StringComparison.Ordinal)];
        return Write($"{usbInterface}/probe", true, () => Devices[device] = Devices[device] with
        {
            Interfaces = [.. Devices[device].Interfaces.Select(i => i.Name == usbInterface && i.Authorized == true ? i with { Driver = ProbedDriver } : i)],
        });
    }

    public IReadOnlyList<string> DisabledPorts() => [];

    public UsbWrite SetPortDisabled(string device, bool disabled) => Write($"{device}/port", disabled, () => Devices.Remove(device));

    private IEnumerable<UsbInterfaceState> Interfaces(UsbDeviceSnapshot device) => UsbDescriptors.Parse(device.Descriptors.AsSpan())
        .Configurations[0].Alternates.Select(a => a.Interface).Distinct()
        .Select(n => new UsbInterfaceState($"{device.Name}:1.{n}", n, InterfaceDefault == 1, InterfaceDefault == 1 ? EagerDriver : null));

    private UsbWrite Write(string what, bool value, Action effect)
    {
        if (Stuck.Contains(what))
        {
            return UsbWrite.Failed;
        }

        Writes.Add($"{what}={(value ? 1 : 0)}");
        effect();
        After?.Invoke(Writes[^1]);
        return UsbWrite.Done;
    }
}
