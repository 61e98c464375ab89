using System.Runtime.InteropServices;

namespace Gatekeeper.Linux.Usb;

internal static partial class LibUsb
{
    [LibraryImport(Library, EntryPoint = "libusb_clear_halt")]
    internal static partial int ClearHalt(LibUsbDevice handle, byte endpoint);
}
