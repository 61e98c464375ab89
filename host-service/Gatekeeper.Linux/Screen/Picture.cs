using Gatekeeper.Linux.Screen.Cairo;

namespace Gatekeeper.Linux.Screen;

/// <summary>A picture in memory, 32 bits a pixel in the byte order B G R X, drawn through <see cref="Painter"/>.</summary>
public sealed class Picture : IDisposable
{
    private readonly CairoSurfaceHandle _surface;
    private readonly nint _data;
    private readonly int _stride;

    /// <summary>A picture of the given size in pixels, black.</summary>
    public Picture(int width, int height)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        _surface = CairoLib.ImageSurfaceCreate(CairoLib.CAIRO_FORMAT_RGB24, width, height);
        int status = CairoLib.SurfaceStatus(_surface);
        if (status != CairoLib.CAIRO_STATUS_SUCCESS)
        {
            _surface.Dispose();
            throw new InvalidOperationException($"cairo status {status} for a picture of {width}x{height}");
        }

        Width = width;
        Height = height;
        _data = CairoLib.ImageSurfaceGetData(_surface);
        _stride = CairoLib.ImageSurfaceGetStride(_surface);
    }

    /// <summary>Pixels across.</summary>
    public int Width { get; }

    /// <summary>Pixels down.</summary>
    public int Height { get; }

    internal CairoSurfaceHandle Surface => _surface;

    /// <summary>The bytes of one row, <see cref="Width"/> times 4. Valid until the picture is disposed.</summary>
    public unsafe ReadOnlySpan<byte> Row(int y)
    {
        ObjectDisposedException.ThrowIf(_surface.IsClosed, this);
        ArgumentOutOfRangeException.ThrowIfNegative(y);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(y, Height);
        CairoLib.SurfaceFlush(_surface);
        return new ReadOnlySpan<byte>((byte*)_data + ((long)_stride * y), Width * 4);
    }

    /// <exception cref="ArgumentException">It has another size than the screen it is to be shown on.</exception>
    internal void RequireSizeOf(IDisplay screen)
    {
        if (Width != screen.Width || Height != screen.Height)
        {
            throw new ArgumentException($"picture is {Width}x{Height}, screen is {screen.Width}x{screen.Height}");
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _surface.Dispose();
}
