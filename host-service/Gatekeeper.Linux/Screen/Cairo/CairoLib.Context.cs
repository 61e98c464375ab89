using System.Runtime.InteropServices;

namespace Gatekeeper.Linux.Screen.Cairo;

/// <summary>libcairo: <c>cairo_*</c>, the drawing context.</summary>
internal static partial class CairoLib
{
    internal const int CAIRO_LINE_CAP_ROUND = 1;
    internal const int CAIRO_LINE_JOIN_ROUND = 1;

    [LibraryImport(Name, EntryPoint = "cairo_create")]
    internal static partial CairoContextHandle Create(CairoSurfaceHandle surface);

    [LibraryImport(Name, EntryPoint = "cairo_destroy")]
    internal static partial void Destroy(nint context);

    [LibraryImport(Name, EntryPoint = "cairo_status")]
    internal static partial int Status(CairoContextHandle context);

    [LibraryImport(Name, EntryPoint = "cairo_save")]
    internal static partial void Save(CairoContextHandle context);

    [LibraryImport(Name, EntryPoint = "cairo_restore")]
    internal static partial void Restore(CairoContextHandle context);

    [LibraryImport(Name, EntryPoint = "cairo_translate")]
    internal static partial void Translate(CairoContextHandle context, double x, double y);

    [LibraryImport(Name, EntryPoint = "cairo_scale")]
    internal static partial void Scale(CairoContextHandle context, double x, double y);

    [LibraryImport(Name, EntryPoint = "cairo_identity_matrix")]
    internal static partial void IdentityMatrix(CairoContextHandle context);

    [LibraryImport(Name, EntryPoint = "cairo_set_source_rgb")]
    internal static partial void SetSourceRgb(CairoContextHandle context, double red, double green, double blue);

    [LibraryImport(Name, EntryPoint = "cairo_set_line_width")]
    internal static partial void SetLineWidth(CairoContextHandle context, double width);

    [LibraryImport(Name, EntryPoint = "cairo_set_line_cap")]
    internal static partial void SetLineCap(CairoContextHandle context, int cap);

    [LibraryImport(Name, EntryPoint = "cairo_set_line_join")]
    internal static partial void SetLineJoin(CairoContextHandle context, int join);
}
