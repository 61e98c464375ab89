using System.Runtime.InteropServices;

namespace Gatekeeper.Linux.Usb;

internal static partial class LibUsb
{
    [LibraryImport(Library, EntryPoint = "libusb_exit")]
    internal static partial void Exit(nint context);
}
