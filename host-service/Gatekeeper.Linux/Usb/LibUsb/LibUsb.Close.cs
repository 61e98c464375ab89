using System.Runtime.InteropServices;

namespace Gatekeeper.Linux.Usb;

internal static partial class LibUsb
{
    [LibraryImport(Library, EntryPoint = "libusb_close")]
    internal static partial void Close(nint handle);
}
