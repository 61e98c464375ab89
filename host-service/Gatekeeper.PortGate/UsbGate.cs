using System.Collections.Immutable;
using System.Globalization;
using Gatekeeper.Release;

namespace Gatekeeper.PortGate;

/// <summary>What closing the gate found.</summary>
/// <param name="Unprotected">What is wrong, or was bound before the service came (I01): one fixed sentence each, empty when all is well.</param>
/// <param name="Deauthorized">Names of devices that were authorized and are not any more.</param>
public sealed record GateReport(ImmutableArray<string> Unprotected, ImmutableArray<string> Deauthorized);

/// <summary>
/// Holds the USB ports shut, and opens them for one proven device at a time. The kernel is the one that denies (I01); this class
/// asserts that, switches, and reads back after every switch. It remembers nothing: every call starts with a full reading.
/// </summary>
public sealed class UsbGate(IUsbTree tree)
{
    /// <summary>At every start of the service: asserts the kernel's defaults, mends what can be mended, and deauthorizes every device whose name is not in
    /// <paramref name="known"/>. What was open before is named even when it is shut now.</summary>
    public GateReport Close(IReadOnlySet<string> known)
    {
        var wrong = new List<string>();
        UsbTreeSnapshot before = tree.Read();
        CheckDefaults(before, wrong);
        CheckDrivers(before, wrong);
        var shut = new List<string>();
        foreach (UsbDeviceSnapshot device in before.Devices.Where(d => d.Authorized != false && !known.Contains(d.Name)))
        {
            foreach (UsbInterfaceState bound in device.Interfaces.Where(i => i.Driver is not null and not "usbfs"))
            {
                wrong.Add($"usb {bound.Name}: driver {bound.Driver} was bound before the service came");
            }

            foreach (UsbInterfaceState open in device.Interfaces.Where(i => i.Authorized != false))
            {
                tree.SetInterfaceAuthorized(open.Name, false);
            }

            tree.SetDeviceAuthorized(device.Name, false);
            shut.Add(device.Name);
        }

        // Read back: a sentence for each switch that did not hold.
        UsbTreeSnapshot after = tree.Read();
        foreach (UsbBusState bus in after.Buses.Where(b => b.AuthorizedDefault != 0 || b.InterfaceAuthorizedDefault != 0))
        {
            wrong.Add($"usb {bus.Name}: authorized_default {Show(bus.AuthorizedDefault)}, interface_authorized_default {Show(bus.InterfaceAuthorizedDefault)}");
        }

        if (DriversBind(after))
        {
            wrong.Add($"usb: drivers_autoprobe is {Show(after.DriversAutoprobe)}, a driver could bind by itself");
        }

        foreach (UsbDeviceSnapshot device in after.Devices.Where(d => d.Authorized != false && !known.Contains(d.Name)))
        {
            wrong.Add($"usb {device.Name}: still authorized");
        }

        return new GateReport([.. wrong], [.. shut]);
    }

    /// <summary>True when this kernel has or can load a driver that could bind to a stick: then its port is held too.</summary>
    public bool OtherDrivers => tree.OtherDrivers;

    /// <summary>True when the kernel of this reading binds another driver by itself (I02).</summary>
    public bool DriversBind(UsbTreeSnapshot snapshot)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        return tree.OtherDrivers && snapshot.DriversAutoprobe != 0;
    }

    /// <summary>Authorizes the device, then its interface, comparing everything readable before, between and after (I10). No driver may bind meanwhile (I02).</summary>
    /// <exception cref="RefusedException">The device changed, vanished, or the kernel did not do what it was told; it is shut again.</exception>
    public void Open(AcceptedDevice device)
    {
        try
        {
            // A controller that appeared since the last reading still authorizes interfaces by itself: before the device, its bus.
            if (tree.SetInterfaceAuthorizedDefault(BusOf(device), false) != UsbWrite.Done)
            {
                throw Changed("the bus of the device is gone");
            }

            Confirm(device);
            Switch(tree.SetDeviceAuthorized(device.Name, true), "authorize the device");
            Configure(Confirm(device), device.Configuration);
            UsbInterfaceState only = OnlyInterface(Confirm(device), device);
            if (only.Authorized != false)
            {
                throw Changed("the interface was authorized by itself");
            }

            Switch(tree.SetInterfaceAuthorized(device.InterfaceName, true), "authorize the interface");
            only = OnlyInterface(Confirm(device), device);
            if (only.Authorized != true)
            {
                throw Changed("the interface is not authorized");
            }
        }
        catch (RefusedException)
        {
            Shut(device.Name);
            throw;
        }
    }

    /// <summary>Reads the device anew and compares: still the same connection, the same descriptors, no driver but usbfs. Called again once the device's node is open.</summary>
    /// <exception cref="RefusedException"><see cref="Refusal.DeviceChanged"/>, or <see cref="Refusal.StickGone"/> when nothing is there.</exception>
    public UsbDeviceSnapshot Confirm(AcceptedDevice device)
    {
        UsbDeviceSnapshot now = Same(device.Name, device.Digest);
        if (now.Interfaces.FirstOrDefault(i => i.Driver is not null and not "usbfs") is { } bound)
        {
            throw Changed($"driver {bound.Driver} is bound to interface {bound.Number}");
        }

        return now;
    }

    /// <summary>Authorizes a device that a rule names, and its interfaces, for the kernel's own drivers.</summary>
    /// <exception cref="RefusedException">The device changed or vanished; it is shut again.</exception>
    public void Open(AllowedDevice device)
    {
        try
        {
            Same(device.Name, device.Digest);
            Switch(tree.SetDeviceAuthorized(device.Name, true), "authorize the device");
            Configure(Same(device.Name, device.Digest), device.Configuration);
            ImmutableArray<UsbInterfaceState> interfaces = Same(device.Name, device.Digest).Interfaces;
            foreach (UsbInterfaceState one in interfaces)
            {
                Switch(tree.SetInterfaceAuthorized(one.Name, true), "authorize an interface");
            }

            // All of them first: a driver may want several. One that finds no driver is no fault of the device.
            foreach (UsbInterfaceState one in interfaces)
            {
                tree.ProbeInterface(one.Name);
            }
        }
        catch (RefusedException)
        {
            Shut(device.Name);
            throw;
        }
    }

    /// <summary>Deauthorizes interfaces, then the device, and reads back. To be called before the device's handle is closed (I10).</summary>
    /// <returns>True when nothing is authorized there any more, or nothing is there.</returns>
    public bool Shut(string device)
    {
        UsbDeviceSnapshot? now = Find(device);
        foreach (UsbInterfaceState one in now?.Interfaces ?? [])
        {
            tree.SetInterfaceAuthorized(one.Name, false);
        }

        if (now is not null)
        {
            tree.SetDeviceAuthorized(device, false);
        }

        return Find(device) is not { } after || after.Authorized == false;
    }

    /// <summary>Disables the port a device is plugged into until <see cref="EnablePort"/> (I10).</summary>
    /// <returns>False when the kernel or the hub cannot: the device stays unauthorized, but it may enumerate again and again.</returns>
    public bool DisablePort(string device) => tree.SetPortDisabled(device, true) == UsbWrite.Done;

    /// <summary>Ports that are disabled now, by a service before this one too.</summary>
    public IReadOnlyList<string> DisabledPorts => tree.DisabledPorts();

    /// <summary>Enables a port again: a service action.</summary>
    public bool EnablePort(string device) => tree.SetPortDisabled(device, false) == UsbWrite.Done;

    private void CheckDefaults(UsbTreeSnapshot before, List<string> wrong)
    {
        // The parameter is what a controller that appears later gets; a plain insmod of usbcore ignores the command line's.
        if (before.AuthorizedDefault != 0)
        {
            wrong.Add($"usb: usbcore.authorized_default is {Show(before.AuthorizedDefault)}, not 0");
        }

        foreach (UsbBusState bus in before.Buses)
        {
            if (bus.AuthorizedDefault != 0)
            {
                wrong.Add($"usb {bus.Name}: authorized_default was {Show(bus.AuthorizedDefault)}");
                tree.SetAuthorizedDefault(bus.Name, false);
            }

            if (bus.InterfaceAuthorizedDefault != 0)
            {
                // The kernel has no start value 0 for this one, so 1 is no fault.
                tree.SetInterfaceAuthorizedDefault(bus.Name, false);
            }
        }
    }

    // Whoever loads a driver after this, or kills us while a stick is open: the kernel binds nothing by itself (I02). It is the bus's
    // state and stays when we are gone. A kernel without another driver has nothing to hold.
    private void CheckDrivers(UsbTreeSnapshot before, List<string> wrong)
    {
        if (DriversBind(before) && tree.SetDriversAutoprobe(false) != UsbWrite.Done)
        {
            wrong.Add("usb: drivers_autoprobe cannot be written");
        }
    }

    // At a port that is held, and for a device without the driver usb (Linux 6.8 and later), the kernel chooses no configuration.
    private void Configure(UsbDeviceSnapshot now, byte configuration)
    {
        if (now.ConfigurationValue == 0)
        {
            Switch(tree.SetConfiguration(now.Name, configuration), "configure the device");
        }
    }

    private UsbDeviceSnapshot Same(string name, ImmutableArray<byte> digest)
    {
        UsbDeviceSnapshot now = Find(name) ?? throw new RefusedException(Refusal.StickGone, "the device is not there any more");
        return DeviceDigest.OfConnection(now).AsSpan().SequenceEqual(digest.AsSpan()) ? now : throw Changed("another device, or other descriptors");
    }

    private static UsbInterfaceState OnlyInterface(UsbDeviceSnapshot now, AcceptedDevice device)
    {
        if (now.Authorized != true || now.ConfigurationValue != device.Configuration)
        {
            throw Changed("the kernel did not configure the device");
        }

        return now.Interfaces is [var only] && only.Name == device.InterfaceName && only.Driver is null
            ? only
            : throw Changed($"{now.Interfaces.Length} interfaces, or a bound one");
    }

    private UsbDeviceSnapshot? Find(string name) => tree.Read().Devices.FirstOrDefault(d => d.Name == name);

    private static string BusOf(AcceptedDevice device) => string.Create(CultureInfo.InvariantCulture, $"usb{device.BusNumber}");

    private static void Switch(UsbWrite done, string what)
    {
        if (done != UsbWrite.Done)
        {
            throw done == UsbWrite.Gone ? new RefusedException(Refusal.StickGone, $"gone when told to {what}") : Changed($"the kernel refused to {what}");
        }
    }

    private static RefusedException Changed(string detail) => new(Refusal.DeviceChanged, detail);

    private static string Show(int? value) => value?.ToString(CultureInfo.InvariantCulture) ?? "unreadable";
}
