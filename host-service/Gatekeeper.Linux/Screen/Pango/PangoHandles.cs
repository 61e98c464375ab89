using Microsoft.Win32.SafeHandles;

namespace Gatekeeper.Linux.Screen.Pango;

/// <summary>A <c>PangoLayout</c>, a GObject.</summary>
internal sealed class PangoLayoutHandle() : SafeHandleZeroOrMinusOneIsInvalid(ownsHandle: true)
{
    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        GObjectLib.Unref(handle);
        return true;
    }
}

/// <summary>A <c>PangoFontDescription</c>.</summary>
internal sealed class PangoFontDescriptionHandle() : SafeHandleZeroOrMinusOneIsInvalid(ownsHandle: true)
{
    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        PangoLib.FontDescriptionFree(handle);
        return true;
    }
}
