using System.Runtime.InteropServices;

namespace Gatekeeper.Linux.Screen.Pango;

/// <summary>libpango: <c>pango_context_*</c>. A context belongs to its layout and is never freed here.</summary>
internal static partial class PangoLib
{
    internal const int PANGO_DIRECTION_LTR = 0;
    internal const int PANGO_DIRECTION_RTL = 1;

    [LibraryImport(Name, EntryPoint = "pango_context_set_base_dir")]
    internal static partial void ContextSetBaseDir(nint context, int direction);

    [LibraryImport(Name, EntryPoint = "pango_context_set_language")]
    internal static partial void ContextSetLanguage(nint context, nint language);

    [LibraryImport(Name, EntryPoint = "pango_language_from_string", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial nint LanguageFromString(string tag);
}
