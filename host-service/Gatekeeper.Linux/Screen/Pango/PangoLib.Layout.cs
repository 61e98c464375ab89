using System.Runtime.InteropServices;

namespace Gatekeeper.Linux.Screen.Pango;

/// <summary>libpango: <c>pango_layout_*</c>. Text goes in through set_text only; markup is never parsed.</summary>
internal static partial class PangoLib
{
    internal const int PANGO_ALIGN_LEFT = 0;
    internal const int PANGO_ALIGN_CENTER = 1;
    internal const int PANGO_ALIGN_RIGHT = 2;
    internal const int PANGO_WRAP_WORD_CHAR = 2;
    internal const int PANGO_ELLIPSIZE_NONE = 0;
    internal const int PANGO_ELLIPSIZE_END = 3;

    [LibraryImport(Name, EntryPoint = "pango_layout_set_text", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial void LayoutSetText(PangoLayoutHandle layout, string text, int length);

    [LibraryImport(Name, EntryPoint = "pango_layout_set_font_description")]
    internal static partial void LayoutSetFontDescription(PangoLayoutHandle layout, PangoFontDescriptionHandle font);

    [LibraryImport(Name, EntryPoint = "pango_layout_set_width")]
    internal static partial void LayoutSetWidth(PangoLayoutHandle layout, int width);

    [LibraryImport(Name, EntryPoint = "pango_layout_set_height")]
    internal static partial void LayoutSetHeight(PangoLayoutHandle layout, int height);

    [LibraryImport(Name, EntryPoint = "pango_layout_set_wrap")]
    internal static partial void LayoutSetWrap(PangoLayoutHandle layout, int wrap);

    [LibraryImport(Name, EntryPoint = "pango_layout_set_ellipsize")]
    internal static partial void LayoutSetEllipsize(PangoLayoutHandle layout, int ellipsize);

    [LibraryImport(Name, EntryPoint = "pango_layout_set_alignment")]
    internal static partial void LayoutSetAlignment(PangoLayoutHandle layout, int alignment);

    [LibraryImport(Name, EntryPoint = "pango_layout_set_auto_dir")]
    internal static partial void LayoutSetAutoDir(PangoLayoutHandle layout, int autoDir);

    [LibraryImport(Name, EntryPoint = "pango_layout_get_context")]
    internal static partial nint LayoutGetContext(PangoLayoutHandle layout);

    [LibraryImport(Name, EntryPoint = "pango_layout_context_changed")]
    internal static partial void LayoutContextChanged(PangoLayoutHandle layout);

    [LibraryImport(Name, EntryPoint = "pango_layout_get_unknown_glyphs_count")]
    internal static partial int LayoutGetUnknownGlyphsCount(PangoLayoutHandle layout);

    [LibraryImport(Name, EntryPoint = "pango_layout_get_pixel_size")]
    internal static partial void LayoutGetPixelSize(PangoLayoutHandle layout, out int width, out int height);
}
