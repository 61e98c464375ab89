using Microsoft.Win32.SafeHandles;

namespace Gatekeeper.Linux.Screen.Cairo;

/// <summary>A <c>cairo_surface_t</c>.</summary>
internal sealed class CairoSurfaceHandle() : SafeHandleZeroOrMinusOneIsInvalid(ownsHandle: true)
{
    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        CairoLib.SurfaceDestroy(handle);
        return true;
    }
}

/// <summary>A <c>cairo_t</c>.</summary>
internal sealed class CairoContextHandle() : SafeHandleZeroOrMinusOneIsInvalid(ownsHandle: true)
{
    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        CairoLib.Destroy(handle);
        return true;
    }
}
