using System.Runtime.InteropServices;

// The C names, so that this file and drm_mode.h read side by side. A test lets the C compiler compare the layouts.
#pragma warning disable IDE1006, CA1707
namespace Gatekeeper.Linux.Screen.Drm;

[StructLayout(LayoutKind.Sequential)]
internal unsafe struct drm_mode_modeinfo
{
    public uint clock;
    public ushort hdisplay;
    public ushort hsync_start;
    public ushort hsync_end;
    public ushort htotal;
    public ushort hskew;
    public ushort vdisplay;
    public ushort vsync_start;
    public ushort vsync_end;
    public ushort vtotal;
    public ushort vscan;
    public uint vrefresh;
    public uint flags;
    public uint type;
    public fixed byte name[32];
}

[StructLayout(LayoutKind.Sequential)]
internal struct drm_mode_card_res
{
    public ulong fb_id_ptr;
    public ulong crtc_id_ptr;
    public ulong connector_id_ptr;
    public ulong encoder_id_ptr;
    public uint count_fbs;
    public uint count_crtcs;
    public uint count_connectors;
    public uint count_encoders;
    public uint min_width;
    public uint max_width;
    public uint min_height;
    public uint max_height;
}

[StructLayout(LayoutKind.Sequential)]
internal struct drm_mode_get_connector
{
    public ulong encoders_ptr;
    public ulong modes_ptr;
    public ulong props_ptr;
    public ulong prop_values_ptr;
    public uint count_modes;
    public uint count_props;
    public uint count_encoders;
    public uint encoder_id;
    public uint connector_id;
    public uint connector_type;
    public uint connector_type_id;
    public uint connection;
    public uint mm_width;
    public uint mm_height;
    public uint subpixel;
    public uint pad;
}

[StructLayout(LayoutKind.Sequential)]
internal struct drm_mode_get_encoder
{
    public uint encoder_id;
    public uint encoder_type;
    public uint crtc_id;
    public uint possible_crtcs;
    public uint possible_clones;
}

[StructLayout(LayoutKind.Sequential)]
internal struct drm_mode_crtc
{
    public ulong set_connectors_ptr;
    public uint count_connectors;
    public uint crtc_id;
    public uint fb_id;
    public uint x;
    public uint y;
    public uint gamma_size;
    public uint mode_valid;
    public drm_mode_modeinfo mode;
}

[StructLayout(LayoutKind.Sequential)]
internal struct drm_mode_create_dumb
{
    public uint height;
    public uint width;
    public uint bpp;
    public uint flags;
    public uint handle;
    public uint pitch;
    public ulong size;
}

[StructLayout(LayoutKind.Sequential)]
internal struct drm_mode_map_dumb
{
    public uint handle;
    public uint pad;
    public ulong offset;
}

[StructLayout(LayoutKind.Sequential)]
internal struct drm_mode_destroy_dumb
{
    public uint handle;
}

[StructLayout(LayoutKind.Sequential)]
internal struct drm_mode_fb_cmd
{
    public uint fb_id;
    public uint width;
    public uint height;
    public uint pitch;
    public uint bpp;
    public uint depth;
    public uint handle;
}

[StructLayout(LayoutKind.Sequential)]
internal struct drm_mode_fb_dirty_cmd
{
    public uint fb_id;
    public uint flags;
    public uint color;
    public uint num_clips;
    public ulong clips_ptr;
}
