using System.Runtime.InteropServices;

namespace Gatekeeper.Linux.Screen.Cairo;

/// <summary>libcairo: paths and what is done with them.</summary>
internal static partial class CairoLib
{
    [LibraryImport(Name, EntryPoint = "cairo_new_path")]
    internal static partial void NewPath(CairoContextHandle context);

    [LibraryImport(Name, EntryPoint = "cairo_move_to")]
    internal static partial void MoveTo(CairoContextHandle context, double x, double y);

    [LibraryImport(Name, EntryPoint = "cairo_line_to")]
    internal static partial void LineTo(CairoContextHandle context, double x, double y);

    [LibraryImport(Name, EntryPoint = "cairo_arc")]
    internal static partial void Arc(CairoContextHandle context, double x, double y, double radius, double from, double to);

    [LibraryImport(Name, EntryPoint = "cairo_rectangle")]
    internal static partial void Rectangle(CairoContextHandle context, double x, double y, double width, double height);

    [LibraryImport(Name, EntryPoint = "cairo_close_path")]
    internal static partial void ClosePath(CairoContextHandle context);

    [LibraryImport(Name, EntryPoint = "cairo_fill")]
    internal static partial void Fill(CairoContextHandle context);

    [LibraryImport(Name, EntryPoint = "cairo_stroke")]
    internal static partial void Stroke(CairoContextHandle context);

    [LibraryImport(Name, EntryPoint = "cairo_clip")]
    internal static partial void Clip(CairoContextHandle context);

    [LibraryImport(Name, EntryPoint = "cairo_paint")]
    internal static partial void Paint(CairoContextHandle context);
}
