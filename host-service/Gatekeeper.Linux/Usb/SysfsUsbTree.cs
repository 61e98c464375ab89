using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Gatekeeper.PortGate;
using Gatekeeper.Release;
using Microsoft.Win32.SafeHandles;

namespace Gatekeeper.Linux.Usb;

/// <summary>The USB tree under /sys/bus/usb/devices (Documentation/ABI/testing/sysfs-bus-usb). Reads and writes, decides nothing.</summary>
/// <param name="root">Where sysfs is mounted; a test gives a folder of files.</param>
/// <param name="modules">There in a kernel that can load modules, whatever is loaded.</param>
public sealed class SysfsUsbTree(string root = "/sys", string modules = "/proc/modules") : IUsbTree
{
    /// <summary>What every kernel with USB has: none of them reads what a device stores.</summary>
    private static readonly string[] Plain = ["hub", "usb", "usbfs"];

    private readonly string _devices = Path.Combine(root, "bus/usb/devices");

    // A kernel that loads no modules has its drivers from the start.
    private readonly Lazy<bool> _otherDrivers = new(() => File.Exists(modules) || Drivers(Path.Combine(root, "bus/usb/drivers")).Except(Plain).Any());

    /// <inheritdoc/>
    public bool OtherDrivers => _otherDrivers.Value;

    /// <inheritdoc/>
    public UsbTreeSnapshot Read()
    {
        List<string> names = Directory.Exists(_devices)
            ? [.. new DirectoryInfo(_devices).EnumerateFileSystemInfos().Select(e => e.Name).Order(StringComparer.Ordinal)]
            : [];
        List<UsbInterfaceState> interfaces = [.. names.Select(ReadInterface).OfType<UsbInterfaceState>()];
        return new UsbTreeSnapshot(
            Number(Path.Combine(root, "module/usbcore/parameters/authorized_default")),
            [.. names.Where(UsbPortName.IsRootHub).Select(ReadBus)],
            [.. names.Where(UsbPortName.IsDevice).Take(Limits.MaxUsbDevices).Select(n => ReadDevice(n, interfaces)).OfType<UsbDeviceSnapshot>()])
        {
            DriversAutoprobe = Number(Path.Combine(root, "bus/usb/drivers_autoprobe")),
        };
    }

    /// <inheritdoc/>
    public UsbWrite SetAuthorizedDefault(string bus, bool authorized) => Write(Of(bus, "authorized_default"), authorized);

    /// <inheritdoc/>
    public UsbWrite SetInterfaceAuthorizedDefault(string bus, bool authorized) => Write(Of(bus, "interface_authorized_default"), authorized);

    /// <inheritdoc/>
    public UsbWrite SetDeviceAuthorized(string device, bool authorized) => Write(Of(device, "authorized"), authorized);

    /// <inheritdoc/>
    public UsbWrite SetInterfaceAuthorized(string usbInterface, bool authorized) => Write(Of(usbInterface, "authorized"), authorized);

    /// <inheritdoc/>
    public UsbWrite SetConfiguration(string device, byte value) =>
        Write(Of(device, "bConfigurationValue"), Encoding.ASCII.GetBytes(value.ToString(CultureInfo.InvariantCulture)));

    /// <inheritdoc/>
    public UsbWrite SetDriversAutoprobe(bool on) => Write(Path.Combine(root, "bus/usb/drivers_autoprobe"), on);

    /// <inheritdoc/>
    public UsbWrite ProbeInterface(string usbInterface) => Write(Path.Combine(root, "bus/usb/drivers_probe"), Encoding.ASCII.GetBytes(usbInterface));

    /// <inheritdoc/>
    public UsbWrite SetPortDisabled(string device, bool disabled)
    {
        (string hub, string hubInterface, string port) = UsbPortName.PortOf(device);
        return Write(Path.Combine(_devices, hub, hubInterface, port, "disable"), disabled);
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> DisabledPorts() => !Directory.Exists(_devices)
        ? []
        : [.. new DirectoryInfo(_devices).EnumerateDirectories("*:1.0")
            .SelectMany(Ports)
            .Where(port => Flag(Path.Combine(port, "disable")) == true)
            .Select(port => UsbPortName.DeviceAt(Path.GetFileName(port))).OfType<string>().Order(StringComparer.Ordinal)];

    // A hub that goes while it is asked has no ports.
    private static string[] Ports(DirectoryInfo hub)
    {
        try
        {
            return Directory.GetDirectories(hub.FullName, "*-port*");
        }
        catch (IOException)
        {
            return [];
        }
    }

    private static IEnumerable<string> Drivers(string folder) => Directory.Exists(folder) ? Directory.EnumerateDirectories(folder).Select(d => Path.GetFileName(d)) : [];

    private UsbBusState ReadBus(string name) => new(name, Number(Of(name, "authorized_default")), Number(Of(name, "interface_authorized_default")));

    private UsbInterfaceState? ReadInterface(string name) => UsbPortName.TryInterface(name, out _, out int number)
        ? new UsbInterfaceState(name, number, Flag(Of(name, "authorized")), Driver(name))
        : null;

    // A device on its way out loses its attributes one after another: without its serial number it would be another device for the rest of
    // us, and its port closed for that (I10). The kernel takes the number and the descriptors away before the strings (device_remove_attrs
    // goes through the groups in their order; before Linux 6.9 the descriptors go first of all), so what still has both afterwards was read whole.
    private UsbDeviceSnapshot? ReadDevice(string name, List<UsbInterfaceState> interfaces) =>
        ReadAttributes(name, interfaces) is { } device && Number(Of(name, "devnum")) == device.DeviceNumber && Bytes(Of(name, "descriptors"), 1) is { Length: 1 }
            ? device
            : null;

    // A device without the attributes that name it is left out.
    private UsbDeviceSnapshot? ReadAttributes(string name, List<UsbInterfaceState> interfaces) =>
        Number(Of(name, "busnum")) is not { } bus || Number(Of(name, "devnum")) is not { } device || Bytes(Of(name, "descriptors"), Limits.MaxDescriptorBytes + 1) is not { } descriptors
            ? null
            : new UsbDeviceSnapshot
            {
                Name = name,
                BusNumber = bus,
                DeviceNumber = device,
                Speed = Speed(Text(Of(name, "speed"))),
                Authorized = Flag(Of(name, "authorized")),
                ConfigurationValue = Number(Of(name, "bConfigurationValue")) ?? 0,
                Descriptors = ImmutableArray.Create(descriptors),
                BosDescriptors = ImmutableArray.Create(Bytes(Of(name, "bos_descriptors"), Limits.MaxDescriptorBytes) ?? []),
                Strings = (Text(Of(name, "manufacturer")), Text(Of(name, "product")), Text(Of(name, "serial"))),
                Interfaces = [.. interfaces.Where(i => i.Name.StartsWith(name + ":", StringComparison.Ordinal))],
            };

    private string? Driver(string name)
    {
        try
        {
            return new FileInfo(Of(name, "driver")).LinkTarget is { } target ? Path.GetFileName(target) : null;
        }
        catch (IOException)
        {
            return null; // the interface is gone
        }
    }

    private string Of(string name, string attribute) => Path.Combine(_devices, name, attribute);

    private static UsbSpeed Speed(string? text) => text switch
    {
        "12" => UsbSpeed.Full,
        "480" => UsbSpeed.High,
        "5000" or "10000" or "20000" => UsbSpeed.Super,
        _ => UsbSpeed.Low,
    };

    private static bool? Flag(string path) => Text(path) switch
    {
        "0" => false,
        "1" => true,
        _ => null,
    };

    private static int? Number(string path) => int.TryParse(Text(path), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value) ? value : null;

    private static string? Text(string path) => Bytes(path, 4096) is { } bytes ? Encoding.UTF8.GetString(bytes).TrimEnd('\n') : null;

    // Whole, or its first bytes; null when it is not there or the kernel does not give it.
    private static byte[]? Bytes(string path, int most)
    {
        try
        {
            using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
            byte[] buffer = new byte[most];
            return buffer[..file.ReadAtLeast(buffer, most, throwOnEndOfStream: false)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static UsbWrite Write(string path, bool value) => Write(path, value ? "1"u8 : "0"u8);

    private static UsbWrite Write(string path, ReadOnlySpan<byte> value)
    {
        try
        {
            using SafeFileHandle file = File.OpenHandle(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
            RandomAccess.Write(file, value, 0);
            return UsbWrite.Done;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return UsbWrite.Gone;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The directory may go between open and write: then the kernel says ENODEV.
            return e.HResult == Errno.ENODEV ? UsbWrite.Gone : UsbWrite.Failed;
        }
    }
}
