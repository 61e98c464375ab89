using System.Runtime.InteropServices;

namespace Gatekeeper.Linux.Usb;

internal static partial class LibUsb
{
    [LibraryImport(Library, EntryPoint = "libusb_init")]
    internal static unsafe partial int Init(nint* context);
}
