using System.Reflection;
using System.Runtime.InteropServices;
using Gatekeeper.Linux.Screen;

namespace Gatekeeper.Kiosk.Tests;

/// <summary>Writes a picture as a PNG file, for people to look at. The product itself writes no files.</summary>
internal static partial class Png
{
    internal static void Write(Picture picture, string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        SafeHandle surface = (SafeHandle)typeof(Picture).GetProperty("Surface", BindingFlags.Instance | BindingFlags.NonPublic)!.GetValue(picture)!;
        Assert.Equal(0, WriteToPng(surface, path));
    }

    [LibraryImport("libcairo.so.2", EntryPoint = "cairo_surface_write_to_png", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int WriteToPng(SafeHandle surface, string path);
}
