using System.Globalization;
using System.Runtime.InteropServices;
using Gatekeeper.Release;
using Microsoft.Win32.SafeHandles;

namespace Gatekeeper.Linux.Usb;

/// <summary>What every use of a node under /dev/bus/usb shares.</summary>
internal static class UsbfsNodes
{
    /// <summary>Opens a device's node for reading and writing.</summary>
    /// <exception cref="RefusedException">See <see cref="Refused"/>.</exception>
    public static SafeFileHandle Open(int busNumber, int deviceNumber, string call = "open")
    {
        SafeFileHandle node = Libc.Open(string.Create(CultureInfo.InvariantCulture, $"/dev/bus/usb/{busNumber:D3}/{deviceNumber:D3}"), Libc.O_RDWR | Libc.O_CLOEXEC);
        return node.IsInvalid ? throw Refused(Marshal.GetLastPInvokeError(), call) : node;
    }

    /// <summary>A call that failed: <see cref="Refusal.StickGone"/> when nothing is there any more, else <see cref="Refusal.DeviceChanged"/>.</summary>
    public static RefusedException Refused(int error, string call) => new(
        error is Errno.ENODEV or Errno.ENOENT ? Refusal.StickGone : Refusal.DeviceChanged,
        $"{call}: error {error}");
}
