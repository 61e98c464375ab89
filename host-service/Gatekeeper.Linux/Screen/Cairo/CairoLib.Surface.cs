using System.Runtime.InteropServices;

namespace Gatekeeper.Linux.Screen.Cairo;

/// <summary>libcairo: <c>cairo_surface_*</c> and <c>cairo_image_surface_*</c>.</summary>
internal static partial class CairoLib
{
    internal const string Name = "libcairo.so.2";

    /// <summary>32 bits a pixel, native endian, upper 8 bits unused: DRM's depth 24, XRGB8888.</summary>
    internal const int CAIRO_FORMAT_RGB24 = 1;

    internal const int CAIRO_STATUS_SUCCESS = 0;

    [LibraryImport(Name, EntryPoint = "cairo_image_surface_create")]
    internal static partial CairoSurfaceHandle ImageSurfaceCreate(int format, int width, int height);

    [LibraryImport(Name, EntryPoint = "cairo_image_surface_get_data")]
    internal static partial nint ImageSurfaceGetData(CairoSurfaceHandle surface);

    [LibraryImport(Name, EntryPoint = "cairo_image_surface_get_stride")]
    internal static partial int ImageSurfaceGetStride(CairoSurfaceHandle surface);

    [LibraryImport(Name, EntryPoint = "cairo_surface_status")]
    internal static partial int SurfaceStatus(CairoSurfaceHandle surface);

    [LibraryImport(Name, EntryPoint = "cairo_surface_flush")]
    internal static partial void SurfaceFlush(CairoSurfaceHandle surface);

    [LibraryImport(Name, EntryPoint = "cairo_surface_destroy")]
    internal static partial void SurfaceDestroy(nint surface);
}
