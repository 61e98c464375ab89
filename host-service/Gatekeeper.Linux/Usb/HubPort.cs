using System.Globalization;
using System.Runtime.InteropServices;
using Gatekeeper.PortGate;
using Gatekeeper.Release;
using Microsoft.Win32.SafeHandles;

namespace Gatekeeper.Linux.Usb;

/// <summary>
/// A hub's port, held with <c>USBDEVFS_CLAIM_PORT</c> for as long as a stick there is open: while it is, the kernel offers no interface of the
/// device at that port to any driver and chooses no configuration (usb_device_is_owned in drivers/usb/core/hub.c). For kernels that have
/// class drivers (DESIGN §6). The hold ends with the process at the latest; what keeps drivers off then is the bus's <c>drivers_autoprobe</c>.
/// </summary>
public sealed class HubPort : IDisposable
{
    private readonly SafeFileHandle hub;

    private HubPort(SafeFileHandle hub) => this.hub = hub;

    /// <summary>Holds the port a device name stands for.</summary>
    /// <param name="device">A device's name in sysfs, such as <c>1-2.3</c>.</param>
    /// <param name="root">Where sysfs is mounted.</param>
    /// <exception cref="RefusedException"><see cref="Refusal.StickGone"/> when the hub is gone, <see cref="Refusal.DeviceChanged"/> when the
    /// kernel does not give the port, for example because another process holds it.</exception>
    public static unsafe HubPort Hold(string device, string root = "/sys")
    {
        (string hub, _, string port) = UsbPortName.PortOf(device);
        uint number = uint.Parse(port.AsSpan(port.LastIndexOf("port", StringComparison.Ordinal) + 4), NumberStyles.None, CultureInfo.InvariantCulture);
        SafeFileHandle node = Open(Path.Combine(root, "bus/usb/devices", hub));
        if (Libc.Ioctl(node, Usbfs.USBDEVFS_CLAIM_PORT, &number) < 0)
        {
            int error = Marshal.GetLastPInvokeError();
            node.Dispose();
            throw UsbfsNodes.Refused(error, "USBDEVFS_CLAIM_PORT");
        }

        return new HubPort(node);
    }

    /// <summary>Lets the port go. To be called after the device was deauthorized.</summary>
    public void Dispose() => hub.Dispose();

    private static SafeFileHandle Open(string folder)
    {
        try
        {
            int Number(string attribute) => int.Parse(File.ReadAllText(Path.Combine(folder, attribute)).AsSpan().Trim(), NumberStyles.None, CultureInfo.InvariantCulture);
            return UsbfsNodes.Open(Number("busnum"), Number("devnum"), "open the hub");
        }
        catch (IOException)
        {
            throw new RefusedException(Refusal.StickGone, "the hub is gone");
        }
    }
}
