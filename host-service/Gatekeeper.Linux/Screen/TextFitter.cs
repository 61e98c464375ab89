using Gatekeeper.Linux.Screen.Cairo;
using Gatekeeper.Linux.Screen.Pango;

namespace Gatekeeper.Linux.Screen;

/// <summary>Makes a text fit its box: shrink first, then leave out lines, then ellipsize; what still stands out is clipped.</summary>
internal static class TextFitter
{
    // One family that is made to be read, one that covers what it lacks, then whatever the image has.
    private const string Families = "Noto Sans, DejaVu Sans, sans-serif";
    private const double ShrinkStep = 0.92;

    internal static PlacedText Draw(CairoContextHandle context, Box box, string text, TextStyle style, bool middle)
    {
        using PangoLayoutHandle layout = PangoCairoLib.CreateLayout(context);
        PlacedText placed = Fit(layout, box, text, style);
        if (middle)
        {
            placed = placed with { Used = placed.Used with { Y = box.Y + ((box.Height - placed.Used.Height) / 2) } };
        }

        CairoLib.Save(context);
        CairoLib.NewPath(context);
        CairoLib.Rectangle(context, box.X, box.Y, box.Width, box.Height);
        CairoLib.Clip(context);
        CairoLib.SetSourceRgb(context, style.Color.Red / 255.0, style.Color.Green / 255.0, style.Color.Blue / 255.0);
        CairoLib.MoveTo(context, box.X, placed.Used.Y);
        PangoCairoLib.ShowLayout(context, layout);
        CairoLib.Restore(context);
        CairoLib.NewPath(context);
        return placed;
    }

    internal static PlacedText Measure(CairoContextHandle context, Box box, string text, TextStyle style)
    {
        using PangoLayoutHandle layout = PangoCairoLib.CreateLayout(context);
        return Fit(layout, box, text, style);
    }

    private static PlacedText Fit(PangoLayoutHandle layout, Box box, string text, TextStyle style)
    {
        PangoLib.LayoutSetWidth(layout, Units(box.Width));
        PangoLib.LayoutSetHeight(layout, Units(box.Height));
        PangoLib.LayoutSetWrap(layout, PangoLib.PANGO_WRAP_WORD_CHAR);
        PangoLib.LayoutSetEllipsize(layout, PangoLib.PANGO_ELLIPSIZE_END);
        PangoLib.LayoutSetAlignment(layout, style.Align switch { TextAlign.Middle => 1, TextAlign.End => 2, _ => 0 });
        PangoLib.LayoutSetText(layout, text, -1);

        double size = style.Size;
        while (true)
        {
            SetSize(layout, size, style.Bold);
            PlacedText placed = Placed(layout, box, style.Align, size, false);
            if (!placed.Ellipsized && placed.Used.Height <= box.Height)
            {
                return placed;
            }

            double smaller = Math.Max(style.SmallestSize, size * ShrinkStep);
            if (smaller >= size)
            {
                return LeaveOutLines(layout, box, text, style.Align, size, placed);
            }

            size = smaller;
        }
    }

    // Pango gives every paragraph at least one line, however many there are, so a height alone does not bound it.
    private static PlacedText LeaveOutLines(PangoLayoutHandle layout, Box box, string text, TextAlign align, double size, PlacedText placed)
    {
        string[] paragraphs = text.Split('\n');
        int keep = Math.Min(paragraphs.Length, (int)(box.Height / size) + 1);
        while (placed.Used.Height > box.Height && keep > 1)
        {
            keep--;
            PangoLib.LayoutSetText(layout, string.Join('\n', paragraphs[..keep]) + " \u2026", -1);
            placed = Placed(layout, box, align, size, true);
        }

        return placed;
    }

    private static PlacedText Placed(PangoLayoutHandle layout, Box box, TextAlign align, double size, bool leftOut)
    {
        PangoLib.LayoutGetPixelSize(layout, out int width, out int height);
        double x = align switch
        {
            TextAlign.Middle => box.X + ((box.Width - width) / 2),
            TextAlign.End => box.Right - width,
            _ => box.X,
        };
        return new PlacedText(box, new Box(x, box.Y, width, height), size, leftOut || PangoLib.LayoutIsEllipsized(layout) != 0);
    }

    private static void SetSize(PangoLayoutHandle layout, double size, bool bold)
    {
        using PangoFontDescriptionHandle font = PangoLib.FontDescriptionNew();
        PangoLib.FontDescriptionSetFamily(font, Families);
        PangoLib.FontDescriptionSetWeight(font, bold ? PangoLib.PANGO_WEIGHT_BOLD : PangoLib.PANGO_WEIGHT_NORMAL);
        PangoLib.FontDescriptionSetAbsoluteSize(font, size * PangoLib.PANGO_SCALE);
        PangoLib.LayoutSetFontDescription(layout, font);
    }

    private static int Units(double pixels) => checked((int)(pixels * PangoLib.PANGO_SCALE));
}
