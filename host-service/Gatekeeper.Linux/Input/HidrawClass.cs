using Gatekeeper.PortGate;
using Gatekeeper.Release;

namespace Gatekeeper.Linux.Input;

/// <summary>
/// The kernel's hidraw devices in sysfs, by the USB port they are plugged in: <c>usb-port/1-4</c>. There are some only where a rule let a
/// keypad in and the kernel has its driver.
/// </summary>
internal static class HidrawClass
{
    /// <summary>Where sysfs lists them.</summary>
    internal const string Folder = "/sys/class/hidraw";

    /// <summary>Where their nodes are.</summary>
    internal const string Nodes = "/dev";

    /// <summary>Each node that there is now (<c>hidraw0</c>) with its place, in the order of their names.</summary>
    internal static IEnumerable<(string Node, string Place)> All(string folder) => InputClass.Of(folder, "hidraw*", Place);

    /// <summary>How to read a node; null when it is no keypad, or went while it was asked.</summary>
    internal static HidKeyLayout? Layout(string folder, string node)
    {
        try
        {
            byte[] descriptor = new byte[Limits.MaxHidDescriptorBytes];
            using FileStream file = new(Path.Combine(folder, node, "device", "report_descriptor"), FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
            return HidKeyLayout.Find(descriptor.AsSpan(0, file.ReadAtLeast(descriptor, descriptor.Length, throwOnEndOfStream: false)));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    // .../usb1/1-4/1-4:1.0/0003:0627:0001.0001/hidraw/hidraw0: the device nearest to the node.
    private static string? Place(string link)
    {
        try
        {
            string path = File.ResolveLinkTarget(link, returnFinalTarget: true)?.FullName ?? link;
            return path.Split('/').LastOrDefault(UsbPortName.IsDevice) is { } port ? InputKeys.UsbPort + port : null;
        }
        catch (IOException)
        {
            return null;
        }
    }
}
