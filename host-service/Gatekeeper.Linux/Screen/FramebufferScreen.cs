using System.ComponentModel;
using System.Runtime.InteropServices;
using Gatekeeper.Linux.Screen.Fb;
using Microsoft.Win32.SafeHandles;

namespace Gatekeeper.Linux.Screen;

/// <summary>
/// The kernel's plain framebuffer, for boards whose screen has no DRM driver. It has no master: whoever writes is seen, so the hand-over
/// over the status socket is all that keeps two programs apart. When it is let go it is made black, for nothing else takes the picture away.
/// </summary>
public sealed unsafe class FramebufferScreen : IDisplay
{
    private const int ENOTSUP = 95;

    private readonly SafeFileHandle _file;
    private readonly PixelLayout _layout;
    private readonly MappedPixels _pixels;
    private readonly int _pitch;
    private readonly long _first;
    private bool _disposed;

    private FramebufferScreen(string path)
    {
        _file = MappedPixels.Open(path);
        try
        {
            fb_var_screeninfo screen;
            fb_fix_screeninfo memory;
            Check(Libc.Ioctl(_file, FbIoctl.FBIOGET_VSCREENINFO, &screen), "VSCREENINFO");
            Check(Libc.Ioctl(_file, FbIoctl.FBIOGET_FSCREENINFO, &memory), "FSCREENINFO");
            (_layout, Width, Height, _pitch, _first) = Geometry(screen, memory) ?? throw new Win32Exception(ENOTSUP, $"{path} is a kind of framebuffer that is not drawn on");
            _pixels = new MappedPixels(_file, memory.smem_len, 0, "framebuffer");
        }
        catch
        {
            _file.Dispose();
            throw;
        }
    }

    /// <summary>Where the kernel puts the first framebuffer.</summary>
    public static string DefaultPath => "/dev/fb0";

    /// <inheritdoc/>
    public int Width { get; }

    /// <inheritdoc/>
    public int Height { get; }

    /// <summary>Opens it. Throws <see cref="Win32Exception"/> (errno) when there is none, no permission, or it is of a kind that is not drawn on.</summary>
    public static FramebufferScreen Open(string path) => new(path);

    /// <inheritdoc/>
    public void Show(Picture picture)
    {
        ArgumentNullException.ThrowIfNull(picture);
        ObjectDisposedException.ThrowIf(_disposed, this);
        picture.RequireSizeOf(this);
        for (int y = 0; y < Height; y++)
        {
            _layout.Write(picture.Row(y), Row(y));
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        for (int y = 0; y < Height; y++)
        {
            Row(y).Clear();
        }

        _pixels.Dispose();
        _file.Dispose();
    }

    /// <summary>What is drawn where, or null when the numbers do not fit together or the kind is another.</summary>
    internal static (PixelLayout Layout, int Width, int Height, int Pitch, long First)? Geometry(in fb_var_screeninfo screen, in fb_fix_screeninfo memory)
    {
        if (memory.type != FbIoctl.FB_TYPE_PACKED_PIXELS || memory.visual != FbIoctl.FB_VISUAL_TRUECOLOR || PixelLayout.From(screen) is not { } layout)
        {
            return null;
        }

        const int Most = 16384; // pixels a side; ours, and what keeps the products below far from an overflow
        long first = ((long)screen.yoffset * memory.line_length) + ((long)screen.xoffset * layout.Bytes);
        bool fits = screen.xres is >= 1 and <= Most && screen.yres is >= 1 and <= Most
            && memory.line_length is >= 1 and <= Most * 4
            && (long)screen.xres * layout.Bytes <= memory.line_length
            && first + ((screen.yres - 1L) * memory.line_length) + ((long)screen.xres * layout.Bytes) <= memory.smem_len;
        return fits ? (layout, (int)screen.xres, (int)screen.yres, (int)memory.line_length, first) : null;
    }

    private static void Check(int result, string what)
    {
        if (result != 0)
        {
            throw new Win32Exception(Marshal.GetLastPInvokeError(), what);
        }
    }

    private Span<byte> Row(int y) => _pixels.At(_first + ((long)_pitch * y), Width * _layout.Bytes);
}
