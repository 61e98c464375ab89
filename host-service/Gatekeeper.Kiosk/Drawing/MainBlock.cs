using Gatekeeper.Linux.Screen;

namespace Gatekeeper.Kiosk.Drawing;

/// <summary>Title, versions, text and notes: from the top down, each as high as it needs and the last one what is left.</summary>
internal static class MainBlock
{
    /// <summary>The least height of a panel of notes that is worth its frame.</summary>
    private const double NotesHeight = 100;

    /// <summary>The same for a challenge: its title and two lines, at their smallest.</summary>
    private const double ChallengeHeight = 96;

    /// <summary>One line of the title of notes; a portrait screen has room for two.</summary>
    private const double TitleLine = 34;

    /// <summary>Draws the block; returns where its first line stands.</summary>
    internal static double Draw(PageCanvas canvas, PageGrid grid, PageModel page)
    {
        double u = grid.Unit;
        Box main = grid.Main;

        // Notes use all the room there is, if that is worth a panel; a page without them stands in the middle of it.
        Measures measures = Measure(canvas, grid, page);
        bool notes = page.Notes is not null && (page.Qr is not null || main.Height - measures.Whole >= NotesHeight * u);
        double top = main.Y;
        if (!notes && !grid.Portrait)
        {
            double whole = Math.Max(measures.Whole, grid.IconColumn.Width);
            top += Math.Max(0, (main.Height - whole) / 2);
        }

        double y = top;
        if (!notes && !grid.Portrait && measures.Whole < grid.IconColumn.Width)
        {
            y += (grid.IconColumn.Width - measures.Whole) / 2;
        }

        Box title = new(main.X, y, main.Width, measures.Title);
        canvas.Text("title", title, page.Title, TitleStyle(u, page));
        y = title.Bottom;

        if (page.To is not null)
        {
            y += 4 * u;
            Versions(canvas, new Box(main.X, y, main.Width, 56 * u), u, page);
            y += 56 * u;
        }

        if (page.Body is not null)
        {
            y += 12 * u;
            double height = notes ? measures.Body : main.Bottom - y;
            canvas.Text("body", new Box(main.X, y, main.Width, height), page.Body, BodyStyle(u));
            y += height;
        }

        if (notes)
        {
            y += 8 * u;
            Notes(canvas, new Box(main.X, y, main.Width, main.Bottom - y), u, (grid.Portrait ? 2 : 1) * TitleLine * u, page);
        }

        return top;
    }

    // Beside a code a line is shorter; 50 is still read at two metres.
    private static TextStyle TitleStyle(double u, PageModel page) => new((page.Qr is null ? 54 : 50) * u, 34 * u, Theme.Ink, Bold: true, Balanced: true);

    private static TextStyle BodyStyle(double u) => new(32 * u, 18 * u, Theme.Ink, Balanced: true);

    private static Measures Measure(PageCanvas canvas, PageGrid grid, PageModel page)
    {
        double u = grid.Unit;
        Box main = grid.Main;
        // Two lines of title at most, and in any case no more than its share.
        Box titleRoom = main with { Height = Math.Min(main.Height * 0.5, 152 * u) };
        double title = Math.Min(titleRoom.Height, canvas.Painter.Measure(titleRoom, page.Title, TitleStyle(u, page)).Used.Height);
        double whole = title + (page.To is null ? 0 : 60 * u);
        double body = 0;
        if (page.Body is not null)
        {
            // What a person has to read out comes before the size of the text above it.
            double kept = page.Qr is null ? 0 : ChallengeHeight * u;
            Box room = main with { Height = Math.Max(u, main.Height - whole - kept - (12 * u)) };
            body = Math.Min(room.Height, canvas.Painter.Measure(room, page.Body, BodyStyle(u)).Used.Height);
            whole += (12 * u) + body;
        }

        return new Measures(title, body, whole);
    }

    private static void Versions(PageCanvas canvas, Box row, double u, PageModel page)
    {
        // From, an arrow, to, and the size at the end of the row.
        double size = page.Size is null ? 0 : Math.Min(150 * u, row.Width * 0.28);
        double arrow = 56 * u;
        double room = (row.Width - size - arrow) / 2;
        TextStyle style = new(40 * u, 20 * u, Theme.SoftInk);

        PlacedText from = canvas.Text("from", row with { Width = room }, page.From ?? "", style, middle: true);
        double x = from.Used.Right + (14 * u);
        double y = row.Y + (row.Height / 2);
        double tip = x + (arrow - (28 * u));
        canvas.Painter.StrokeLine(4 * u, Theme.SoftInk, new Point(x, y), new Point(tip, y));
        canvas.Painter.StrokeLine(4 * u, Theme.SoftInk, new Point(tip - (10 * u), y - (10 * u)), new Point(tip, y), new Point(tip - (10 * u), y + (10 * u)));
        canvas.Shape("arrow", new Box(x - (2 * u), y - (12 * u), tip - x + (4 * u), 24 * u));
        canvas.Text("to", row with { X = tip + (14 * u), Width = room }, page.To!, style with { Color = Theme.Ink, Bold = true }, middle: true);
        if (page.Size is not null)
        {
            canvas.Text("size", row with { X = row.Right - size, Width = size }, page.Size, new TextStyle(26 * u, 16 * u, Theme.SoftInk, Align: TextAlign.End), middle: true);
        }
    }

    private static void Notes(PageCanvas canvas, Box room, double u, double titleHeight, PageModel page)
    {
        TextStyle titleStyle = new(22 * u, 16 * u, Theme.SoftInk, Bold: true);
        TextStyle style = new(25 * u, 18 * u, Theme.Ink, Foreign: true);
        double pad = 9 * u;
        double gap = 2 * u;
        Box inner = room.Inset(18 * u, pad);
        Box title = inner with { Height = Math.Min(titleHeight, canvas.Painter.Measure(inner with { Height = titleHeight }, page.NotesTitle!, titleStyle).Used.Height) };
        Box notes = new(inner.X, title.Bottom + gap, inner.Width, inner.Bottom - title.Bottom - gap);
        notes = notes with { Height = Math.Min(notes.Height, canvas.Painter.Measure(notes, page.Notes!, style).Used.Height) };

        Box panel = room with { Height = notes.Bottom + pad - room.Y };
        canvas.Painter.FillRoundBox(panel, 10 * u, Theme.Panel);
        canvas.Painter.StrokeRoundBox(panel, 10 * u, Math.Max(1, u), Theme.Rule);
        canvas.Text("notes title", title, page.NotesTitle!, titleStyle);
        canvas.Text("notes", notes, page.Notes!, style);
    }

    private readonly record struct Measures(double Title, double Body, double Whole);
}
