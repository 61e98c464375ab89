using System.Runtime.InteropServices;
using Gatekeeper.Linux.Screen.Cairo;

namespace Gatekeeper.Linux.Screen.Pango;

/// <summary>libpangocairo: Pango's layouts on a Cairo context.</summary>
internal static partial class PangoCairoLib
{
    private const string Name = "libpangocairo-1.0.so.0";

    [LibraryImport(Name, EntryPoint = "pango_cairo_create_layout")]
    internal static partial PangoLayoutHandle CreateLayout(CairoContextHandle context);

    [LibraryImport(Name, EntryPoint = "pango_cairo_show_layout")]
    internal static partial void ShowLayout(CairoContextHandle context, PangoLayoutHandle layout);
}
