using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Gatekeeper.Linux.Screen.Drm;

/// <summary>An open /dev/dri/cardN. Each member is one ioctl; a failure is a <see cref="Win32Exception"/> with its errno.</summary>
internal sealed unsafe class DrmCard : IDisposable
{
    private const int EINTR = 4;
    private const int EAGAIN = 11;
    private const int MaxObjects = 64; // ours; a card with more connectors than this is not in a medical device

    private readonly SafeFileHandle _file;

    internal DrmCard(string path) => _file = MappedPixels.Open(path);

    internal SafeFileHandle File => _file;

    /// <summary>
    /// True when this file now is (or already was) the card's master. Who opens a card without a master becomes it;
    /// an unprivileged process that was master before gets it back here (kernel 5.8 and later); anyone else gets EACCES or EBUSY.
    /// </summary>
    internal bool TrySetMaster() => Call(DrmIoctl.DRM_IOCTL_SET_MASTER, null) == 0;

    internal void DropMaster() => Check(Call(DrmIoctl.DRM_IOCTL_DROP_MASTER, null), "DROP_MASTER");

    internal (uint[] Crtcs, uint[] Connectors) Resources()
    {
        uint[] crtcs = new uint[MaxObjects];
        uint[] connectors = new uint[MaxObjects];
        fixed (uint* crtc = crtcs, connector = connectors)
        {
            drm_mode_card_res res = new()
            {
                crtc_id_ptr = (ulong)crtc,
                connector_id_ptr = (ulong)connector,
                count_crtcs = MaxObjects,
                count_connectors = MaxObjects,
            };
            Check(Call(DrmIoctl.DRM_IOCTL_MODE_GETRESOURCES, &res), "GETRESOURCES");
            return (crtcs[..(int)Math.Min(res.count_crtcs, MaxObjects)], connectors[..(int)Math.Min(res.count_connectors, MaxObjects)]);
        }
    }

    internal (drm_mode_get_connector Connector, drm_mode_modeinfo[] Modes, uint[] Encoders) Connector(uint id)
    {
        // The first call, with no room for modes, makes the kernel probe the screen.
        drm_mode_get_connector connector = new() { connector_id = id };
        Check(Call(DrmIoctl.DRM_IOCTL_MODE_GETCONNECTOR, &connector), "GETCONNECTOR");

        drm_mode_modeinfo[] modes = new drm_mode_modeinfo[Math.Max(1, connector.count_modes)];
        uint[] encoders = new uint[Math.Max(1, connector.count_encoders)];
        fixed (drm_mode_modeinfo* mode = modes)
        fixed (uint* encoder = encoders)
        {
            connector = new()
            {
                connector_id = id,
                modes_ptr = (ulong)mode,
                count_modes = (uint)modes.Length,
                encoders_ptr = (ulong)encoder,
                count_encoders = (uint)encoders.Length,
            };
            Check(Call(DrmIoctl.DRM_IOCTL_MODE_GETCONNECTOR, &connector), "GETCONNECTOR");
            return (connector, modes[..(int)Math.Min(connector.count_modes, modes.Length)], encoders[..(int)Math.Min(connector.count_encoders, encoders.Length)]);
        }
    }

    internal drm_mode_get_encoder Encoder(uint id)
    {
        drm_mode_get_encoder encoder = new() { encoder_id = id };
        Check(Call(DrmIoctl.DRM_IOCTL_MODE_GETENCODER, &encoder), "GETENCODER");
        return encoder;
    }

    internal drm_mode_create_dumb CreateDumb(uint width, uint height)
    {
        drm_mode_create_dumb dumb = new() { width = width, height = height, bpp = 32 };
        Check(Call(DrmIoctl.DRM_IOCTL_MODE_CREATE_DUMB, &dumb), "CREATE_DUMB");
        return dumb;
    }

    internal ulong MapDumb(uint handle)
    {
        drm_mode_map_dumb map = new() { handle = handle };
        Check(Call(DrmIoctl.DRM_IOCTL_MODE_MAP_DUMB, &map), "MAP_DUMB");
        return map.offset;
    }

    internal void DestroyDumb(uint handle)
    {
        drm_mode_destroy_dumb destroy = new() { handle = handle };
        Call(DrmIoctl.DRM_IOCTL_MODE_DESTROY_DUMB, &destroy);
    }

    internal uint AddFb(in drm_mode_create_dumb dumb)
    {
        drm_mode_fb_cmd fb = new() { width = dumb.width, height = dumb.height, pitch = dumb.pitch, bpp = 32, depth = 24, handle = dumb.handle };
        Check(Call(DrmIoctl.DRM_IOCTL_MODE_ADDFB, &fb), "ADDFB");
        return fb.fb_id;
    }

    internal void RmFb(uint id) => Call(DrmIoctl.DRM_IOCTL_MODE_RMFB, &id);

    internal void SetCrtc(uint crtc, uint connector, uint fb, in drm_mode_modeinfo mode)
    {
        drm_mode_crtc set = new()
        {
            crtc_id = crtc,
            fb_id = fb,
            set_connectors_ptr = (ulong)&connector,
            count_connectors = 1,
            mode_valid = 1,
            mode = mode,
        };
        Check(Call(DrmIoctl.DRM_IOCTL_MODE_SETCRTC, &set), "SETCRTC");
    }

    /// <summary>Tells the card that the whole buffer changed. Cards that scan out of the buffer itself have no such call and show it anyway.</summary>
    internal void DirtyFb(uint id)
    {
        drm_mode_fb_dirty_cmd dirty = new() { fb_id = id };
        Call(DrmIoctl.DRM_IOCTL_MODE_DIRTYFB, &dirty);
    }

    public void Dispose() => _file.Dispose();

    private int Call(uint request, void* argument)
    {
        int result;
        do
        {
            result = Libc.Ioctl(_file, request, argument);
        }
        while (result < 0 && Marshal.GetLastPInvokeError() is EINTR or EAGAIN);
        return result;
    }

    private static void Check(int result, [CallerArgumentExpression(nameof(result))] string call = "")
    {
        if (result < 0)
        {
            throw new Win32Exception(Marshal.GetLastPInvokeError(), call);
        }
    }
}
