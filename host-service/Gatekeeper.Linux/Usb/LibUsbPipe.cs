using Gatekeeper.Release;
using Gatekeeper.Stick.Boundary;
using Gatekeeper.Stick.Transport;
using Microsoft.Win32.SafeHandles;

namespace Gatekeeper.Linux.Usb;

/// <summary>A stick's bulk endpoints through libusb, on a usbfs descriptor that somebody else opened. libusb looks for no device by itself.</summary>
public sealed class LibUsbPipe : IBulkPipe, IDisposable
{
    // Control requests of BOT 1.0 §3: class request to the interface.
    private const byte ToInterface = 0x21;
    private const byte FromInterface = 0xa1;
    private const byte RequestReset = 0xff;
    private const byte RequestMaxLun = 0xfe;
    private const uint ControlMilliseconds = 2000;

    private readonly SafeFileHandle _usbfs;
    private readonly LibUsbDevice _device;
    private readonly OpenMessage _stick;

    private LibUsbPipe(SafeFileHandle usbfs, LibUsbDevice device, OpenMessage stick)
    {
        _usbfs = usbfs;
        _device = device;
        _stick = stick;
    }

    /// <summary>Prepares libusb in this process. Once, before the first stick; it opens neither /dev nor netlink.</summary>
    public static unsafe void Initialize()
    {
        Check(LibUsb.SetOption(0, LibUsb.LIBUSB_OPTION_NO_DEVICE_DISCOVERY), "libusb_set_option");
        Check(LibUsb.Init(null), "libusb_init");
    }

    /// <summary>Takes over a usbfs descriptor whose interface was claimed on the same open file.</summary>
    /// <exception cref="RefusedException"><see cref="Refusal.StickGone"/>.</exception>
    public static unsafe LibUsbPipe Open(SafeFileHandle usbfs, OpenMessage stick)
    {
        nint pointer = 0;
        int wrapped = LibUsb.WrapSysDevice(0, usbfs.DangerousGetHandle(), &pointer);
        if (wrapped != LibUsb.LIBUSB_SUCCESS)
        {
            throw new RefusedException(Refusal.StickGone, $"libusb_wrap_sys_device: {wrapped}");
        }

        LibUsbDevice device = LibUsbDevice.Of(pointer);
        int claimed = LibUsb.ClaimInterface(device, stick.Interface);
        if (claimed != LibUsb.LIBUSB_SUCCESS)
        {
            device.Dispose();
            throw new RefusedException(Refusal.StickGone, $"libusb_claim_interface: {claimed}");
        }

        return new LibUsbPipe(usbfs, device, stick);
    }

    /// <inheritdoc/>
    public BulkResult Send(ReadOnlySpan<byte> data, int timeoutMilliseconds)
    {
        unsafe
        {
            fixed (byte* bytes = data)
            {
                return Transfer(_stick.EndpointOut, bytes, data.Length, timeoutMilliseconds);
            }
        }
    }

    /// <inheritdoc/>
    public BulkResult Receive(Span<byte> buffer, int timeoutMilliseconds)
    {
        unsafe
        {
            fixed (byte* bytes = buffer)
            {
                return Transfer(_stick.EndpointIn, bytes, buffer.Length, timeoutMilliseconds);
            }
        }
    }

    /// <inheritdoc/>
    public BulkStatus ClearHaltIn() => Status(LibUsb.ClearHalt(_device, _stick.EndpointIn));

    /// <inheritdoc/>
    public BulkStatus ClearHaltOut() => Status(LibUsb.ClearHalt(_device, _stick.EndpointOut));

    /// <inheritdoc/>
    public unsafe BulkStatus MassStorageReset() =>
        Status(LibUsb.ControlTransfer(_device, ToInterface, RequestReset, 0, _stick.Interface, null, 0, ControlMilliseconds));

    /// <inheritdoc/>
    public unsafe BulkStatus GetMaxLun(out byte maxLun)
    {
        byte answer = 0;
        int got = LibUsb.ControlTransfer(_device, FromInterface, RequestMaxLun, 0, _stick.Interface, &answer, 1, ControlMilliseconds);
        maxLun = got == 1 ? answer : (byte)0;
        return Status(got);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _device.Dispose();
        _usbfs.Dispose();
    }

    // libusb hands the kernel one request of this size where the controller scatters and gathers (xHCI, EHCI), else pieces of 16 KiB in flight together;
    // a timeout cancels what is in flight.
    private unsafe BulkResult Transfer(byte endpoint, byte* data, int length, int timeoutMilliseconds)
    {
        int moved = 0;
        int result = LibUsb.BulkTransfer(_device, endpoint, data, length, &moved, (uint)Math.Max(timeoutMilliseconds, 1));
        return new BulkResult(Status(result), Math.Clamp(moved, 0, length));
    }

    private static BulkStatus Status(int result) => result switch
    {
        >= LibUsb.LIBUSB_SUCCESS => BulkStatus.Ok,
        LibUsb.LIBUSB_ERROR_PIPE => BulkStatus.Stall,
        LibUsb.LIBUSB_ERROR_TIMEOUT => BulkStatus.Timeout,
        LibUsb.LIBUSB_ERROR_OVERFLOW => BulkStatus.Babble,
        LibUsb.LIBUSB_ERROR_NO_DEVICE => BulkStatus.Gone,
        _ => BulkStatus.Failed,
    };

    private static void Check(int result, string call)
    {
        if (result != LibUsb.LIBUSB_SUCCESS)
        {
            throw new IOException($"{call}: {result}");
        }
    }
}
