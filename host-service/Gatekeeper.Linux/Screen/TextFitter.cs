using Gatekeeper.Linux.Screen.Cairo;
using Gatekeeper.Linux.Screen.Pango;

namespace Gatekeeper.Linux.Screen;

/// <summary>Makes a text fit its box: shrink first, then leave out lines, then ellipsize; what still stands out is clipped. Boxes are of the screen, never mirrored.</summary>
internal static class TextFitter
{
    private const double ShrinkStep = 0.92;

    internal static PlacedText Draw(CairoContextHandle context, TextLocale locale, Box box, string text, TextStyle style, bool middle)
    {
        CairoLib.Save(context);
        CairoLib.IdentityMatrix(context);
        using PangoLayoutHandle layout = Layout(context, locale, style);
        (PlacedText placed, double width) = Fit(layout, locale, box, text, style);
        if (middle)
        {
            placed = placed with { Used = placed.Used with { Y = box.Y + ((box.Height - placed.Used.Height) / 2) } };
        }

        CairoLib.NewPath(context);
        CairoLib.Rectangle(context, box.X, box.Y, box.Width, box.Height);
        CairoLib.Clip(context);
        CairoLib.SetSourceRgb(context, style.Color.Red / 255.0, style.Color.Green / 255.0, style.Color.Blue / 255.0);
        // A balanced text is narrower than its box, and stands on the side where its lines start.
        CairoLib.MoveTo(context, locale.RightToLeft && style.Align == TextAlign.Start ? box.Right - width : box.X, placed.Used.Y);
        PangoCairoLib.ShowLayout(context, layout);
        CairoLib.Restore(context);
        CairoLib.NewPath(context);
        return placed;
    }

    internal static PlacedText Measure(CairoContextHandle context, TextLocale locale, Box box, string text, TextStyle style)
    {
        CairoLib.Save(context);
        CairoLib.IdentityMatrix(context);
        using PangoLayoutHandle layout = Layout(context, locale, style);
        PlacedText placed = Fit(layout, locale, box, text, style).Placed;
        CairoLib.Restore(context);
        return placed;
    }

    private static PangoLayoutHandle Layout(CairoContextHandle context, TextLocale locale, TextStyle style)
    {
        PangoLayoutHandle layout = PangoCairoLib.CreateLayout(context);
        nint pango = PangoLib.LayoutGetContext(layout);
        PangoLib.ContextSetBaseDir(pango, locale.RightToLeft ? PangoLib.PANGO_DIRECTION_RTL : PangoLib.PANGO_DIRECTION_LTR);
        PangoLib.ContextSetLanguage(pango, PangoLib.LanguageFromString(locale.Language));
        PangoLib.LayoutContextChanged(layout);

        // A sentence of the page runs the page's way even when it begins with a name in another script.
        PangoLib.LayoutSetAutoDir(layout, style.Foreign ? 1 : 0);
        PangoLib.LayoutSetWrap(layout, PangoLib.PANGO_WRAP_WORD_CHAR);
        PangoLib.LayoutSetAlignment(layout, style.Align switch
        {
            TextAlign.Middle => PangoLib.PANGO_ALIGN_CENTER,
            TextAlign.End => locale.RightToLeft ? PangoLib.PANGO_ALIGN_LEFT : PangoLib.PANGO_ALIGN_RIGHT,
            _ => locale.RightToLeft ? PangoLib.PANGO_ALIGN_RIGHT : PangoLib.PANGO_ALIGN_LEFT,
        });
        return layout;
    }

    private static (PlacedText Placed, double Width) Fit(PangoLayoutHandle layout, TextLocale locale, Box box, string text, TextStyle style)
    {
        string families = FontFamilies.Of(locale.Language);
        double layoutWidth = box.Width;
        PangoLib.LayoutSetWidth(layout, Units(layoutWidth));

        // More paragraphs than lines could stand in the box cannot be seen, so they are not measured either.
        string[] paragraphs = text.Split('\n');
        int most = (int)(box.Height / style.SmallestSize) + 1;
        bool cut = paragraphs.Length > most;
        if (!cut)
        {
            PangoLib.LayoutSetText(layout, text, -1);
            for (double size = style.Size; ; size = Math.Max(style.SmallestSize, size * ShrinkStep))
            {
                SetSize(layout, families, size, style.Bold);
                if (Natural(layout, box))
                {
                    if (style.Balanced && style.Align == TextAlign.Start)
                    {
                        layoutWidth = Balance(layout, box);
                    }

                    return (Placed(layout, locale, box, style, size, leftOut: false), layoutWidth);
                }

                if (size <= style.SmallestSize)
                {
                    break;
                }
            }
        }

        SetSize(layout, families, style.SmallestSize, style.Bold);
        LeaveOut(layout, box, paragraphs.AsSpan(0, Math.Min(paragraphs.Length, most)), cut);
        return (Placed(layout, locale, box, style, style.SmallestSize, leftOut: true), layoutWidth);
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

    /// <summary>Narrows the lines as far as their number stays, so that no last line holds one word alone. Returns the width they were given.</summary>
    private static double Balance(PangoLayoutHandle layout, Box box)
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
        return wide;
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

    private static PlacedText Placed(PangoLayoutHandle layout, TextLocale locale, Box box, TextStyle style, double size, bool leftOut)
    {
        PangoLib.LayoutGetPixelSize(layout, out int width, out int height);
        bool right = (style.Align == TextAlign.End) != locale.RightToLeft;
        Box used = style switch
        {
            // Paragraphs that run either way may stand on both sides.
            { Foreign: true } => box with { Height = height },
            { Align: TextAlign.Middle } => new Box(box.X + ((box.Width - width) / 2), box.Y, width, height),
            _ => new Box(right ? box.Right - width : box.X, box.Y, width, height),
        };
        return new PlacedText(box, used, size, leftOut, PangoLib.LayoutGetUnknownGlyphsCount(layout));
    }

    private static void SetSize(PangoLayoutHandle layout, string families, double size, bool bold)
    {
        using PangoFontDescriptionHandle font = PangoLib.FontDescriptionNew();
        PangoLib.FontDescriptionSetFamily(font, families);
        PangoLib.FontDescriptionSetWeight(font, bold ? PangoLib.PANGO_WEIGHT_BOLD : PangoLib.PANGO_WEIGHT_NORMAL);
        PangoLib.FontDescriptionSetAbsoluteSize(font, size * PangoLib.PANGO_SCALE);
        PangoLib.LayoutSetFontDescription(layout, font);
    }

    private static int Units(double pixels) => checked((int)(pixels * PangoLib.PANGO_SCALE));
}
