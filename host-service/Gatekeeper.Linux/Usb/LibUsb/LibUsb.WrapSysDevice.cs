using System.Runtime.InteropServices;

namespace Gatekeeper.Linux.Usb;

internal static partial class LibUsb
{
    [LibraryImport(Library, EntryPoint = "libusb_wrap_sys_device")]
    internal static unsafe partial int WrapSysDevice(nint context, nint fd, nint* handle);
}
