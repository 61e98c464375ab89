using System.Runtime.InteropServices;

namespace Gatekeeper.Linux.Usb;

internal static partial class LibUsb
{
    [LibraryImport(Library, EntryPoint = "libusb_bulk_transfer")]
    internal static unsafe partial int BulkTransfer(LibUsbDevice handle, byte endpoint, byte* data, int length, int* transferred, uint timeout);
}
