using System.Runtime.InteropServices;
using Gatekeeper.Release;
using Microsoft.Win32.SafeHandles;

namespace Gatekeeper.Linux.Usb;

/// <summary>A device's node under /dev/bus/usb, with one interface claimed and every other right given up. gatekeeperd keeps it open until the device
/// is deauthorized, so a pump that dies leaves no moment in which a driver could bind (I10).</summary>
public sealed class UsbfsNode : IDisposable
{
    private UsbfsNode(SafeFileHandle handle) => Handle = handle;

    /// <summary>The descriptor to hand to the pump. Nobody else transfers on it: the kernel gives a finished transfer to whichever process asks first.</summary>
    public SafeFileHandle Handle { get; }

    /// <summary>Opens a node and claims one interface.</summary>
    /// <param name="busNumber">Bus number.</param>
    /// <param name="deviceNumber">Device number the node must stand for.</param>
    /// <param name="interfaceNumber">Interface, 0 to 31.</param>
    /// <param name="setting">Alternate setting to choose; 0 is chosen already.</param>
    /// <exception cref="RefusedException"><see cref="Refusal.StickGone"/>, or <see cref="Refusal.DeviceChanged"/> when a driver is bound or the node is another device's.</exception>
    public static UsbfsNode Claim(int busNumber, int deviceNumber, byte interfaceNumber, byte setting)
    {
        SafeFileHandle handle = UsbfsNodes.Open(busNumber, deviceNumber);
        try
        {
            Claim(handle, deviceNumber, interfaceNumber, setting);
            return new UsbfsNode(handle);
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    /// <summary>Closes our descriptor. To be called after the device was deauthorized.</summary>
    public void Dispose() => Handle.Dispose();

    private static unsafe void Claim(SafeFileHandle handle, int deviceNumber, byte interfaceNumber, byte setting)
    {
        var connected = default(UsbfsConnectInfo);
        Check(Libc.Ioctl(handle, Usbfs.USBDEVFS_CONNECTINFO, &connected), "USBDEVFS_CONNECTINFO");
        if (connected.DeviceNumber != deviceNumber)
        {
            throw new RefusedException(Refusal.DeviceChanged, $"the node is device {connected.DeviceNumber}, not {deviceNumber}");
        }

        // I02: ENODATA is the one good answer: no driver is bound.
        var driver = new UsbfsGetDriver { Interface = interfaceNumber };
        int bound = Libc.Ioctl(handle, Usbfs.USBDEVFS_GETDRIVER, &driver);
        if (bound == 0)
        {
            throw new RefusedException(Refusal.DeviceChanged, "a driver is bound to the interface");
        }

        if (Marshal.GetLastPInvokeError() is var error and not Errno.ENODATA)
        {
            throw UsbfsNodes.Refused(error, "USBDEVFS_GETDRIVER");
        }

        uint number = interfaceNumber;
        Check(Libc.Ioctl(handle, Usbfs.USBDEVFS_CLAIMINTERFACE, &number), "USBDEVFS_CLAIMINTERFACE");
        if (setting != 0)
        {
            var choose = new UsbfsSetInterface { Interface = interfaceNumber, Setting = setting };
            Check(Libc.Ioctl(handle, Usbfs.USBDEVFS_SETINTERFACE, &choose), "USBDEVFS_SETINTERFACE");
        }

        uint mask = 1u << interfaceNumber;
        Check(Libc.Ioctl(handle, Usbfs.USBDEVFS_DROP_PRIVILEGES, &mask), "USBDEVFS_DROP_PRIVILEGES");
    }

    private static void Check(int result, string call)
    {
        if (result < 0)
        {
            throw UsbfsNodes.Refused(Marshal.GetLastPInvokeError(), call);
        }
    }
}
