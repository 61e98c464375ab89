// The C names and layouts of linux/fb.h; a test compares them with the header.
#pragma warning disable IDE1006, CA1707, CS0649
namespace Gatekeeper.Linux.Screen.Fb;

internal static class FbIoctl
{
    internal const uint FBIOGET_VSCREENINFO = 0x4600;
    internal const uint FBIOGET_FSCREENINFO = 0x4602;

    /// <summary>Pixels lie side by side in memory.</summary>
    internal const uint FB_TYPE_PACKED_PIXELS = 0;

    /// <summary>Colours are in the pixel itself.</summary>
    internal const uint FB_VISUAL_TRUECOLOR = 2;
}

internal struct fb_bitfield
{
    internal uint offset;
    internal uint length;
    internal uint msb_right;
}

internal struct fb_var_screeninfo
{
    internal uint xres;
    internal uint yres;
    internal uint xres_virtual;
    internal uint yres_virtual;
    internal uint xoffset;
    internal uint yoffset;
    internal uint bits_per_pixel;
    internal uint grayscale;
    internal fb_bitfield red;
    internal fb_bitfield green;
    internal fb_bitfield blue;
    internal fb_bitfield transp;
    internal uint nonstd;
    internal uint activate;
    internal uint height;
    internal uint width;
    internal uint accel_flags;
    internal uint pixclock;
    internal uint left_margin;
    internal uint right_margin;
    internal uint upper_margin;
    internal uint lower_margin;
    internal uint hsync_len;
    internal uint vsync_len;
    internal uint sync;
    internal uint vmode;
    internal uint rotate;
    internal uint colorspace;
    internal Reserved4 reserved;

    [System.Runtime.CompilerServices.InlineArray(4)]
    internal struct Reserved4
    {
        private uint first;
    }
}

internal struct fb_fix_screeninfo
{
    internal Id16 id;
    internal nuint smem_start;
    internal uint smem_len;
    internal uint type;
    internal uint type_aux;
    internal uint visual;
    internal ushort xpanstep;
    internal ushort ypanstep;
    internal ushort ywrapstep;
    internal uint line_length;
    internal nuint mmio_start;
    internal uint mmio_len;
    internal uint accel;
    internal ushort capabilities;
    internal Reserved2 reserved;

    [System.Runtime.CompilerServices.InlineArray(16)]
    internal struct Id16
    {
        private byte first;
    }

    [System.Runtime.CompilerServices.InlineArray(2)]
    internal struct Reserved2
    {
        private ushort first;
    }
}
