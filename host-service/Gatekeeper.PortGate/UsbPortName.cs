using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Gatekeeper.PortGate;

/// <summary>Names in <c>/sys/bus/usb/devices</c>: <c>usb1</c> a root hub, <c>1-2.3</c> a device, <c>1-2.3:1.0</c> an interface.</summary>
public static class UsbPortName
{
    /// <summary>True for a device's name that is no root hub. Bus and ports have no leading zero; at most seven tiers (USB 2.0 §4.1.1).</summary>
    public static bool IsDevice(string name)
    {
        int dash = name.IndexOf('-', StringComparison.Ordinal);
        if (dash < 1 || !IsNumber(name.AsSpan(0, dash)))
        {
            return false;
        }

        string[] ports = name[(dash + 1)..].Split('.');
        return ports.Length <= 6 && ports.All(p => IsNumber(p));
    }

    /// <summary>True for a root hub's name.</summary>
    public static bool IsRootHub(string name) => name.StartsWith("usb", StringComparison.Ordinal) && IsNumber(name.AsSpan(3));

    /// <summary>Reads an interface's name into its device and number.</summary>
    public static bool TryInterface(string name, [NotNullWhen(true)] out string? device, out int number)
    {
        device = null;
        number = 0;
        int colon = name.IndexOf(':', StringComparison.Ordinal);
        if (colon < 1)
        {
            return false;
        }

        string[] parts = name[(colon + 1)..].Split('.');
        if (parts.Length != 2 || !IsNumber(parts[0]) || !int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out number))
        {
            return false;
        }

        device = name[..colon];
        return IsDevice(device);
    }

    /// <summary>The hub's device, that hub's interface, and the port's own name, for the port a device name stands for:
    /// <c>1-2.3</c> is <c>1-2</c>, <c>1-2:1.0</c>, <c>1-2-port3</c>; <c>1-2</c> is <c>usb1</c>, <c>1-0:1.0</c>, <c>usb1-port2</c>.</summary>
    /// <exception cref="ArgumentException">Not a device's name.</exception>
    public static (string Hub, string HubInterface, string Port) PortOf(string device)
    {
        if (!IsDevice(device))
        {
            throw new ArgumentException("not a device's name", nameof(device));
        }

        int dot = device.LastIndexOf('.');
        if (dot > 0)
        {
            string hub = device[..dot];
            return (hub, $"{hub}:1.0", $"{hub}-port{device[(dot + 1)..]}");
        }

        int dash = device.IndexOf('-', StringComparison.Ordinal);
        string bus = device[..dash];
        return ($"usb{bus}", $"{bus}-0:1.0", $"usb{bus}-port{device[(dash + 1)..]}");
    }

    /// <summary>The device name that a port's own name stands for, the reverse of <see cref="PortOf"/>; null when it is no port's name.</summary>
    public static string? DeviceAt(string port)
    {
        int at = port.LastIndexOf("-port", StringComparison.Ordinal);
        if (at < 1)
        {
            return null;
        }

        string hub = port[..at];
        string number = port[(at + 5)..];
        string device = IsRootHub(hub) ? $"{hub[3..]}-{number}" : $"{hub}.{number}";
        return IsDevice(device) ? device : null;
    }

    private static bool IsNumber(ReadOnlySpan<char> text) =>
        text.Length is > 0 and <= 3 && text[0] != '0' && !text.ContainsAnyExceptInRange('0', '9');
}
