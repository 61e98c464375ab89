// The C names of drm.h. The numbers are _IO(0x64, n) and _IOWR(0x64, n, struct); a test compares them with the header.
#pragma warning disable IDE1006, CA1707
namespace Gatekeeper.Linux.Screen.Drm;

internal static class DrmIoctl
{
    internal const uint DRM_IOCTL_SET_MASTER = 0x641e;
    internal const uint DRM_IOCTL_DROP_MASTER = 0x641f;
    internal const uint DRM_IOCTL_MODE_GETRESOURCES = 0xc04064a0;
    internal const uint DRM_IOCTL_MODE_SETCRTC = 0xc06864a2;
    internal const uint DRM_IOCTL_MODE_GETENCODER = 0xc01464a6;
    internal const uint DRM_IOCTL_MODE_GETCONNECTOR = 0xc05064a7;
    internal const uint DRM_IOCTL_MODE_ADDFB = 0xc01c64ae;
    internal const uint DRM_IOCTL_MODE_RMFB = 0xc00464af;
    internal const uint DRM_IOCTL_MODE_DIRTYFB = 0xc01864b1;
    internal const uint DRM_IOCTL_MODE_CREATE_DUMB = 0xc02064b2;
    internal const uint DRM_IOCTL_MODE_MAP_DUMB = 0xc01064b3;
    internal const uint DRM_IOCTL_MODE_DESTROY_DUMB = 0xc00464b4;

    /// <summary><c>enum drm_connector_status</c> of the kernel: a screen is there.</summary>
    internal const uint connector_status_connected = 1;
}
