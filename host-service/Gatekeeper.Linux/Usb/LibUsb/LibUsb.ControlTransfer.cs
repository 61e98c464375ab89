using System.Runtime.InteropServices;

namespace Gatekeeper.Linux.Usb;

internal static partial class LibUsb
{
    [LibraryImport(Library, EntryPoint = "libusb_control_transfer")]
    internal static unsafe partial int ControlTransfer(LibUsbDevice handle, byte requestType, byte request, ushort value, ushort index, byte* data, ushort length, uint timeout);
}
