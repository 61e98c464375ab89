using System.Runtime.InteropServices;

namespace Gatekeeper.Linux.Usb;

/// <summary><c>libusb_device_handle *</c>.</summary>
internal sealed class LibUsbDevice() : SafeHandle(0, ownsHandle: true)
{
    public override bool IsInvalid => handle == 0;

    public static LibUsbDevice Of(nint pointer)
    {
        var device = new LibUsbDevice();
        device.SetHandle(pointer);
        return device;
    }

    protected override bool ReleaseHandle()
    {
        LibUsb.Close(handle);
        return true;
    }
}
