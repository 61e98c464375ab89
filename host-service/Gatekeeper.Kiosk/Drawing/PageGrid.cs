using Gatekeeper.Linux.Screen;

namespace Gatekeeper.Kiosk.Drawing;

/// <summary>
/// The fixed boxes of a page, counted from the side where its language starts. All measures are in units of one 480th of a landscape screen's height or one 540th of a portrait
/// screen's width, so a page keeps its look at any resolution and type stays readable at two metres.
/// </summary>
internal sealed class PageGrid
{
    // With the disc above it this is just what a landscape page has room for, and four pixels a module of a challenge on the smallest screen.
    private const double QrSide = 150;

    internal PageGrid(int width, int height, BandKind? band, bool bar, bool qr = false)
    {
        Portrait = height > width;
        Unit = Portrait ? Math.Min(width / 540.0, height / 760.0) : Math.Min(height / 480.0, width / 720.0);

        double u = Unit;
        double margin = 36 * u;
        Header = new Box(0, 0, width, (Portrait ? 60 : 50) * u);
        double foot = band switch
        {
            null => 0,
            _ when Portrait => 132 * u,
            BandKind.NextStep or BandKind.Pin => 96 * u, // two lines
            _ => 82 * u,
        };
        Band = new Box(0, height - foot, width, foot);

        double bottom = height - foot - ((Portrait ? 28 : 16) * u);
        double barHeight = bar ? (Portrait ? 112 : 89) * u : 0;
        Bar = new Box(margin, bottom - barHeight, width - (2 * margin), barHeight);
        double mainBottom = bar ? Bar.Y - (12 * u) : bottom;

        double top = Header.Bottom + ((Portrait ? 32 : 18) * u);
        double disc = (Portrait ? 148 : 132) * u;
        if (Portrait)
        {
            IconColumn = new Box(margin, top, disc, disc);
            Main = new Box(margin, top + disc + (28 * u), width - (2 * margin), mainBottom - top - disc - (28 * u));
            // Beside the disc, where no text stands.
            Qr = qr ? new Box(width - margin - disc, top, disc, disc) : default;
        }
        else
        {
            IconColumn = new Box(margin, top, disc, mainBottom - top);
            double column = qr ? Math.Max(disc, QrSide * u) : disc;
            double left = margin + column + ((qr ? 20 : 32) * u);
            Qr = qr ? new Box(margin, mainBottom - (QrSide * u), column, QrSide * u) : default;
            Main = new Box(left, top, width - left - margin, mainBottom - top);
        }
    }

    /// <summary>Pixels of one unit.</summary>
    internal double Unit { get; }

    internal bool Portrait { get; }

    internal Box Header { get; }

    /// <summary>Where the disc stands, at the top of it; in landscape as high as the main box.</summary>
    internal Box IconColumn { get; }

    /// <summary>Title, versions, text, notes.</summary>
    internal Box Main { get; }

    /// <summary>A QR code: below the disc, in portrait at the other end of its row. No height on a page without.</summary>
    internal Box Qr { get; }

    /// <summary>Progress bar, percent and time left. No height on a page without.</summary>
    internal Box Bar { get; }

    /// <summary>The band at the foot. No height on a page without.</summary>
    internal Box Band { get; }
}
