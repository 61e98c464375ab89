using Gatekeeper.Linux.Screen;
using Gatekeeper.Release;

namespace Gatekeeper.Kiosk.Drawing;

/// <summary>Draws a <see cref="PageModel"/> into a picture of any size.</summary>
internal static class PagePainter
{
    /// <summary>Draws the page; returns what was placed where, from the top left of the screen.</summary>
    internal static IReadOnlyList<PageItem> Draw(Picture picture, PageModel page)
    {
        using Painter painter = new(picture, page.Locale);
        PageCanvas canvas = new(painter);
        PageGrid grid = new(picture.Width, picture.Height, page.Band?.Kind ?? (page.Code is null ? null : BandKind.NextStep), page.Percent is not null, page.Qr is not null);

        painter.Clear(Theme.Page);
        Header(canvas, grid, page);
        double mainTop = MainBlock.Draw(canvas, grid, page);
        Disc(canvas, grid, page, mainTop);
        if (page.Qr is not null)
        {
            canvas.Shape("qr", QrCode.Draw(painter, grid.Qr, page.Qr));
        }

        if (page.Percent is { } percent)
        {
            Progress(canvas, grid, page, percent);
        }

        if (page.Band is not null || page.Code is not null)
        {
            Foot(canvas, grid, page);
        }

        return [.. canvas.Items.Select(item => item with
        {
            Box = painter.OnScreen(item.Box),
            Text = item.Text is { } text ? text with { Box = painter.OnScreen(text.Box), Used = painter.OnScreen(text.Used) } : null,
        })];
    }

    private static void Header(PageCanvas canvas, PageGrid grid, PageModel page)
    {
        double u = grid.Unit;
        canvas.Painter.FillBox(grid.Header, Theme.Panel);
        canvas.Painter.FillBox(new Box(0, grid.Header.Bottom - Math.Max(1, u), grid.Header.Width, Math.Max(1, u)), Theme.Rule);

        Box line = grid.Header.Inset(36 * u, 8 * u);
        double third = line.Width / (page.ServiceMode is null ? 2 : 3);
        TextStyle style = new(24 * u, 14 * u, Theme.SoftInk);
        canvas.Text("product", line with { Width = third - (8 * u) }, page.Product, style with { Bold = true, Color = Theme.Ink }, middle: true);
        canvas.Text("running", line with { X = line.Right - third + (8 * u), Width = third - (8 * u) }, page.Running, style with { Align = TextAlign.End }, middle: true);
        if (page.ServiceMode is not null)
        {
            Box sign = new Box(line.X + third, line.Y, third, line.Height).Inset(8 * u, 0);
            canvas.Painter.FillRoundBox(sign, 8 * u, Theme.Ink);
            canvas.Text("service mode", sign.Inset(8 * u, 0), page.ServiceMode, style with { Color = Theme.Paper, Bold = true, Size = 20 * u, Align = TextAlign.Middle }, middle: true);
        }
    }

    private static void Disc(PageCanvas canvas, PageGrid grid, PageModel page, double mainTop)
    {
        double size = grid.IconColumn.Width;
        // In landscape the disc stands level with the first line of the text.
        double y = grid.Portrait || page.Qr is not null ? grid.IconColumn.Y : Math.Min(mainTop, grid.IconColumn.Bottom - size);
        Box box = new(grid.IconColumn.X, y, size, size);
        Point center = new(box.X + (size / 2), box.Y + (size / 2));
        canvas.Painter.FillCircle(center, size / 2, Theme.Of(page.Tone));
        Icons.Draw(canvas.Painter, page.Icon, center, size / 2 * 0.9, Theme.Paper);
        canvas.Shape("disc", box);
    }

    private static void Progress(PageCanvas canvas, PageGrid grid, PageModel page, int percent)
    {
        double u = grid.Unit;
        double gap = 20 * u;
        double barHeight = 30 * u;
        double numberWidth = 132 * u;
        double rowHeight = 52 * u;

        Box row = grid.Bar with { Height = rowHeight };
        Box track = new(row.X, row.Y + ((rowHeight - barHeight) / 2), row.Width - numberWidth - gap, barHeight);
        canvas.Painter.FillRoundBox(track, barHeight / 2, Theme.Rule);
        double filled = track.Width * percent / 100;
        if (percent > 0)
        {
            canvas.Painter.FillRoundBox(track with { Width = Math.Max(filled, barHeight) }, barHeight / 2, Theme.Of(page.Tone));
        }

        canvas.Shape("bar", track);
        canvas.Text("percent", row with { X = row.Right - numberWidth, Width = numberWidth }, page.PercentText!, new TextStyle(44 * u, 26 * u, Theme.Ink, Bold: true, TextAlign.End), middle: true);
        if (page.TimeLeft is not null)
        {
            Box below = new(row.X, row.Bottom, grid.Bar.Width, grid.Bar.Height - rowHeight);
            canvas.Text("time left", below, page.TimeLeft, new TextStyle(27 * u, 18 * u, Theme.SoftInk));
        }
    }

    private static void Foot(PageCanvas canvas, PageGrid grid, PageModel page)
    {
        double u = grid.Unit;
        Rgb color = page.Band is { } kind ? Theme.Of(kind.Kind) : Theme.Quiet;
        canvas.Painter.FillBox(grid.Band, color);
        Box inner = grid.Band.Inset(36 * u, 8 * u);

        if ((page.Code ?? page.Takes) is { } aside)
        {
            double width = (page.Code is null ? 230 : 150) * u;
            canvas.Text(page.Code is null ? "takes" : "code", inner with { X = inner.Right - width, Width = width }, aside, new TextStyle(24 * u, 16 * u, Theme.Paper, Align: TextAlign.End, Balanced: true), middle: true);
            inner = inner with { Width = inner.Width - width - (20 * u) };
        }

        if (page.Band is not { } band)
        {
            return;
        }

        double radius = 30 * u;
        Box icon = new(inner.X, inner.Y + (inner.Height / 2) - radius, 2 * radius, 2 * radius);
        Point center = new(icon.X + radius, icon.Y + radius);
        switch (band.Kind)
        {
            case BandKind.PullStick:
                Icons.PullStick(canvas.Painter, center, radius, Theme.Paper);
                break;
            case BandKind.LeaveStick:
                Icons.Draw(canvas.Painter, PageIcon.Stick, center, radius, Theme.Paper);
                break;
            case BandKind.Pin:
                Icons.Draw(canvas.Painter, PageIcon.Keypad, center, radius, Theme.Paper);
                break;
            default:
                Icons.Draw(canvas.Painter, PageIcon.Arrow, center, radius, Theme.Paper);
                break;
        }

        canvas.Shape("band icon", icon);
        double left = icon.Right + (20 * u);
        if (page.Dots > 0)
        {
            Dots(canvas, new Box(left, inner.Y, inner.Right - left, inner.Height), u, page.Dots);
            return;
        }

        double size = band.Kind is BandKind.NextStep or BandKind.Pin ? 30 : 38;
        canvas.Text("band", new Box(left, inner.Y, inner.Right - left, inner.Height), band.Text, new TextStyle(size * u, 18 * u, Theme.Paper, Bold: true, Balanced: true), middle: true);
    }

    // One a digit, all alike, in the middle of the band's height. Room for the longest PIN is left in every screen.
    private static void Dots(PageCanvas canvas, Box room, double u, int count)
    {
        double step = Math.Min(44 * u, room.Width / Limits.MaxPinDigits);
        double radius = step * 0.3;
        double y = room.Y + (room.Height / 2);
        for (int i = 0; i < count; i++)
        {
            canvas.Painter.FillCircle(new Point(room.X + (step * (i + 0.5)), y), radius, Theme.Paper);
        }

        canvas.Shape("dots", new Box(room.X, y - radius, step * count, 2 * radius));
    }
}
