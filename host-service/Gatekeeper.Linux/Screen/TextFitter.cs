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
        PangoLib.LayoutSetWrap(layout, PangoLib.PANGO_WRAP_WORD_CHAR);
        PangoLib.LayoutSetAlignment(layout, style.Align switch { TextAlign.Middle => 1, TextAlign.End => 2, _ => 0 });

        // More paragraphs than lines could stand in the box cannot be seen, so they are not measured either.
        string[] paragraphs = text.Split('\n');
        int most = (int)(box.Height / style.SmallestSize) + 1;
        bool cut = paragraphs.Length > most;
        if (!cut)
        {
            PangoLib.LayoutSetText(layout, text, -1);
            for (double size = style.Size; ; size = Math.Max(style.SmallestSize, size * ShrinkStep))
            {
                SetSize(layout, size, style.Bold);
                if (Natural(layout, box))
                {
                    if (style.Balanced && style.Align == TextAlign.Start)
                    {
                        Balance(layout, box);
                    }

                    return Placed(layout, box, style.Align, size, leftOut: false);
                }

                if (size <= style.SmallestSize)
                {
                    break;
                }
            }
        }

        SetSize(layout, style.SmallestSize, style.Bold);
        LeaveOut(layout, box, paragraphs.AsSpan(0, Math.Min(paragraphs.Length, most)), cut);
        return Placed(layout, box, style.Align, style.SmallestSize, leftOut: true);
    }

    /// <summary>As many whole paragraphs as fit, then as much of the next one as fits, then an ellipsis.</summary>
    private static void LeaveOut(PangoLayoutHandle layout, Box box, ReadOnlySpan<string> paragraphs, bool cut)
    {
        int whole = paragraphs.Length;
        do
        {
            whole--;
            PangoLib.LayoutSetText(layout, string.Join('\n', paragraphs[..whole]!), -1);
        }
        while (whole > 0 && !Natural(layout, box));

        // Pango ellipsizes the line at which the height ends, but gives every paragraph at least one line.
        if (whole < paragraphs.Length && (!cut || whole < paragraphs.Length - 1))
        {
            PangoLib.LayoutSetText(layout, string.Join('\n', paragraphs[..(whole + 1)]!), -1);
            PangoLib.LayoutSetEllipsize(layout, PangoLib.PANGO_ELLIPSIZE_END);
            if (EllipsizeWithin(layout, box.Height) || whole == 0)
            {
                return;
            }
        }

        do
        {
            PangoLib.LayoutSetText(layout, string.Join('\n', paragraphs[..whole]!) + " \u2026", -1);
            whole--;
        }
        while (whole > 0 && !Natural(layout, box));
    }

    /// <summary>True when all of the layout's text fits the box. Leaves the layout without ellipsis.</summary>
    private static bool Natural(PangoLayoutHandle layout, Box box)
    {
        PangoLib.LayoutSetEllipsize(layout, PangoLib.PANGO_ELLIPSIZE_NONE);
        PangoLib.LayoutSetHeight(layout, -1);
        PangoLib.LayoutGetPixelSize(layout, out int width, out int height);
        return width <= box.Width + 1 && height <= box.Height;
    }

    /// <summary>Narrows the lines as far as their number stays, so that no last line holds one word alone.</summary>
    private static void Balance(PangoLayoutHandle layout, Box box)
    {
        PangoLib.LayoutGetPixelSize(layout, out _, out int height);
        double narrow = box.Width / 2;
        double wide = box.Width;
        while (wide - narrow > 4)
        {
            double width = (narrow + wide) / 2;
            PangoLib.LayoutSetWidth(layout, Units(width));
            PangoLib.LayoutGetPixelSize(layout, out int used, out int now);
            (narrow, wide) = now == height && used <= width + 1 ? (narrow, width) : (width, wide);
        }

        PangoLib.LayoutSetWidth(layout, Units(wide));
    }

    /// <summary>True when the ellipsized text is no higher than asked. Pango plans with the first font's lines; those of a taller script need another try.</summary>
    private static bool EllipsizeWithin(PangoLayoutHandle layout, double most)
    {
        double plan = most;
        for (int attempt = 0; attempt < 4 && plan > 0; attempt++)
        {
            PangoLib.LayoutSetHeight(layout, Units(plan));
            PangoLib.LayoutGetPixelSize(layout, out _, out int height);
            if (height <= most)
            {
                return true;
            }

            plan -= height - most;
        }

        return false;
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
        return new PlacedText(box, new Box(x, box.Y, width, height), size, leftOut);
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
