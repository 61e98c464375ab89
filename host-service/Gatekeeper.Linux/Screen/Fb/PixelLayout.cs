namespace Gatekeeper.Linux.Screen.Fb;

/// <summary>Where red, green and blue lie in a framebuffer's pixel, and how a row of a <see cref="Picture"/> becomes one of it. Pure.</summary>
/// <param name="Bytes">Bytes a pixel: 2, 3 or 4.</param>
/// <param name="Red">Red's place.</param>
/// <param name="Green">Green's place.</param>
/// <param name="Blue">Blue's place.</param>
internal readonly record struct PixelLayout(int Bytes, PixelLayout.Field Red, PixelLayout.Field Green, PixelLayout.Field Blue)
{
    /// <summary>A colour's bits, from the lowest bit of a little-endian pixel.</summary>
    /// <param name="Offset">The lowest of them.</param>
    /// <param name="Length">1 to 8.</param>
    internal readonly record struct Field(int Offset, int Length)
    {
        internal uint Place(byte value) => (uint)(value >> (8 - Length)) << Offset;
    }

    /// <summary>From what the kernel says; null when it is a kind of screen that this code does not draw on.</summary>
    internal static PixelLayout? From(in fb_var_screeninfo screen)
    {
        if (screen.bits_per_pixel is not (16 or 24 or 32) || screen.grayscale != 0 || screen.nonstd != 0)
        {
            return null;
        }

        return FieldOf(screen.red, screen.bits_per_pixel) is { } red && FieldOf(screen.green, screen.bits_per_pixel) is { } green && FieldOf(screen.blue, screen.bits_per_pixel) is { } blue
            ? new PixelLayout((int)screen.bits_per_pixel / 8, red, green, blue)
            : null;
    }

    /// <summary>Converts a row of B G R X bytes.</summary>
    /// <param name="row">Four bytes a pixel.</param>
    /// <param name="target">At least <see cref="Bytes"/> for each of its pixels.</param>
    internal void Write(ReadOnlySpan<byte> row, Span<byte> target)
    {
        if (this == Native)
        {
            row.CopyTo(target);
            return;
        }

        for (int from = 0, to = 0; from < row.Length; from += 4, to += Bytes)
        {
            uint pixel = Blue.Place(row[from]) | Green.Place(row[from + 1]) | Red.Place(row[from + 2]);
            for (int i = 0; i < Bytes; i++)
            {
                target[to + i] = (byte)((pixel >> (8 * i)) & 0xff);
            }
        }
    }

    private static PixelLayout Native => new(4, new Field(16, 8), new Field(8, 8), new Field(0, 8));

    private static Field? FieldOf(fb_bitfield bits, uint pixel) =>
        bits is { length: >= 1 and <= 8, msb_right: 0 } && bits.offset <= pixel - bits.length ? new Field((int)bits.offset, (int)bits.length) : null;
}
