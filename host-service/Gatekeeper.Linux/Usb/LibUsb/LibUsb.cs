namespace Gatekeeper.Linux.Usb;

/// <summary>libusb-1.0, one function a file, no logic beside it.</summary>
internal static partial class LibUsb
{
    internal const string Library = "libusb-1.0.so.0";

    internal const int LIBUSB_OPTION_NO_DEVICE_DISCOVERY = 2;

    internal const int LIBUSB_SUCCESS = 0;
    internal const int LIBUSB_ERROR_NO_DEVICE = -4;
    internal const int LIBUSB_ERROR_TIMEOUT = -7;
    internal const int LIBUSB_ERROR_OVERFLOW = -8;
    internal const int LIBUSB_ERROR_PIPE = -9;
    internal const int LIBUSB_ERROR_INTERRUPTED = -10;
}
