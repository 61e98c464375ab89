using System.Runtime.InteropServices;

namespace Gatekeeper.Linux.Usb;

/// <summary>Requests of linux/usbdevice_fs.h under their C names (x86-64 and arm64: asm-generic/ioctl.h).</summary>
internal static class Usbfs
{
    public const uint USBDEVFS_CONTROL = 0xc0185500;
    public const uint USBDEVFS_SETINTERFACE = 0x80085504;
    public const uint USBDEVFS_GETDRIVER = 0x41045508;
    public const uint USBDEVFS_SUBMITURB = 0x8038550a;
    public const uint USBDEVFS_DISCARDURB = 0x550b;
    public const uint USBDEVFS_REAPURBNDELAY = 0x4008550d;
    public const uint USBDEVFS_CLAIMINTERFACE = 0x8004550f;
    public const uint USBDEVFS_RELEASEINTERFACE = 0x80045510;
    public const uint USBDEVFS_CONNECTINFO = 0x40085511;
    public const uint USBDEVFS_CLEAR_HALT = 0x80045515;
    public const uint USBDEVFS_CLAIM_PORT = 0x80045518;
    public const uint USBDEVFS_GET_CAPABILITIES = 0x8004551a;
    public const uint USBDEVFS_DROP_PRIVILEGES = 0x4004551e;
    public const uint USBDEVFS_GET_SPEED = 0x551f;
}

/// <summary><c>struct usbdevfs_setinterface</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct UsbfsSetInterface
{
    public uint Interface;
    public uint Setting;
}

/// <summary><c>struct usbdevfs_getdriver</c>; the name's 256 bytes are not looked at.</summary>
[StructLayout(LayoutKind.Sequential, Size = 260)]
internal struct UsbfsGetDriver
{
    public uint Interface;
}

/// <summary><c>struct usbdevfs_connectinfo</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct UsbfsConnectInfo
{
    public uint DeviceNumber;
    public byte Slow;
}
