using System.Runtime.InteropServices;

namespace Gatekeeper.Linux.Screen.Pango;

/// <summary>libpango: <c>pango_font_description_*</c>.</summary>
internal static partial class PangoLib
{
    internal const string Name = "libpango-1.0.so.0";

    /// <summary>Pango units in a pixel.</summary>
    internal const int PANGO_SCALE = 1024;

    internal const int PANGO_WEIGHT_NORMAL = 400;
    internal const int PANGO_WEIGHT_BOLD = 700;

    [LibraryImport(Name, EntryPoint = "pango_font_description_new")]
    internal static partial PangoFontDescriptionHandle FontDescriptionNew();

    [LibraryImport(Name, EntryPoint = "pango_font_description_set_family", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial void FontDescriptionSetFamily(PangoFontDescriptionHandle font, string family);

    [LibraryImport(Name, EntryPoint = "pango_font_description_set_weight")]
    internal static partial void FontDescriptionSetWeight(PangoFontDescriptionHandle font, int weight);

    [LibraryImport(Name, EntryPoint = "pango_font_description_set_absolute_size")]
    internal static partial void FontDescriptionSetAbsoluteSize(PangoFontDescriptionHandle font, double size);

    [LibraryImport(Name, EntryPoint = "pango_font_description_free")]
    internal static partial void FontDescriptionFree(nint font);
}
