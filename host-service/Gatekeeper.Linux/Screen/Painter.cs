using Gatekeeper.Linux.Screen.Cairo;

namespace Gatekeeper.Linux.Screen;

/// <summary>
/// Draws shapes and text into a <see cref="Picture"/>. X counts from the side where a line of the page's language starts, so a page is
/// written once: for a script that is read from right to left everything is mirrored, but the letters.
/// </summary>
public sealed class Painter : IDisposable
{
    private readonly CairoContextHandle _context;
    private readonly TextLocale _locale;

    /// <summary>A painter for <paramref name="picture"/>, which must outlive it.</summary>
    /// <param name="picture">Where it draws.</param>
    /// <param name="locale">The language of the page; English when left out.</param>
    public Painter(Picture picture, TextLocale? locale = null)
    {
        ArgumentNullException.ThrowIfNull(picture);
        Picture = picture;
        _locale = locale ?? TextLocale.English;
        _context = CairoLib.Create(picture.Surface);
        if (RightToLeft)
        {
            CairoLib.Translate(_context, picture.Width, 0);
            CairoLib.Scale(_context, -1, 1);
        }

        CairoLib.SetLineCap(_context, CairoLib.CAIRO_LINE_CAP_ROUND);
        CairoLib.SetLineJoin(_context, CairoLib.CAIRO_LINE_JOIN_ROUND);
    }

    /// <summary>What is drawn into.</summary>
    public Picture Picture { get; }

    /// <summary>True when the page is mirrored.</summary>
    public bool RightToLeft => _locale.RightToLeft;

    /// <summary>From a box as this painter counts to the same box from the top left of the screen; and back.</summary>
    public Box OnScreen(Box box) => RightToLeft ? box with { X = Picture.Width - box.Right } : box;

    /// <summary>Fills the whole picture.</summary>
    public void Clear(Rgb color)
    {
        Use(color);
        CairoLib.Paint(_context);
    }

    /// <summary>A filled box.</summary>
    public void FillBox(Box box, Rgb color)
    {
        Use(color);
        CairoLib.Rectangle(_context, box.X, box.Y, box.Width, box.Height);
        CairoLib.Fill(_context);
    }

    /// <summary>A filled box with round corners; a radius that is too large is made half the shorter side.</summary>
    public void FillRoundBox(Box box, double radius, Rgb color)
    {
        Use(color);
        RoundPath(box, radius);
        CairoLib.Fill(_context);
    }

    /// <summary>The outline of a box with round corners, <paramref name="width"/> pixels wide, wholly inside the box.</summary>
    public void StrokeRoundBox(Box box, double radius, double width, Rgb color)
    {
        Use(color);
        CairoLib.SetLineWidth(_context, width);
        RoundPath(box.Inset(width / 2, width / 2), radius);
        CairoLib.Stroke(_context);
    }

    /// <summary>A filled circle.</summary>
    public void FillCircle(Point center, double radius, Rgb color)
    {
        Use(color);
        CairoLib.NewPath(_context);
        CairoLib.Arc(_context, center.X, center.Y, radius, 0, 2 * Math.PI);
        CairoLib.Fill(_context);
    }

    /// <summary>Part of a circle's outline, clockwise; angles in turns, 0 is at three o'clock.</summary>
    public void StrokeArc(Point center, double radius, double from, double to, double width, Rgb color)
    {
        Use(color);
        CairoLib.SetLineWidth(_context, width);
        CairoLib.NewPath(_context);
        CairoLib.Arc(_context, center.X, center.Y, radius, from * 2 * Math.PI, to * 2 * Math.PI);
        CairoLib.Stroke(_context);
    }

    /// <summary>A line through the points with round ends and corners.</summary>
    public void StrokeLine(double width, Rgb color, params ReadOnlySpan<Point> points)
    {
        Use(color);
        CairoLib.SetLineWidth(_context, width);
        LinePath(points);
        CairoLib.Stroke(_context);
    }

    /// <summary>A filled polygon.</summary>
    public void FillPolygon(Rgb color, params ReadOnlySpan<Point> points)
    {
        Use(color);
        LinePath(points);
        CairoLib.ClosePath(_context);
        CairoLib.Fill(_context);
    }

    /// <summary>
    /// Text in a box: shrunk to its smallest size if need be, then ellipsized; never a pixel outside the box.
    /// A line feed starts a new line. Lines fill the box from the top, or stand in its middle.
    /// </summary>
    public PlacedText Text(Box box, string text, TextStyle style, bool middle = false) =>
        Counted(TextFitter.Draw(_context, _locale, OnScreen(box), text, style, middle));

    /// <summary>What <see cref="Text"/> would take of the box, without drawing.</summary>
    public PlacedText Measure(Box box, string text, TextStyle style) => Counted(TextFitter.Measure(_context, _locale, OnScreen(box), text, style));

    /// <inheritdoc/>
    public void Dispose()
    {
        int status = _context.IsClosed ? CairoLib.CAIRO_STATUS_SUCCESS : CairoLib.Status(_context);
        _context.Dispose();
        System.Diagnostics.Debug.Assert(status == CairoLib.CAIRO_STATUS_SUCCESS, $"cairo status {status}");
    }

    private PlacedText Counted(PlacedText text) => text with { Box = OnScreen(text.Box), Used = OnScreen(text.Used) };

    private void Use(Rgb color) => CairoLib.SetSourceRgb(_context, color.Red / 255.0, color.Green / 255.0, color.Blue / 255.0);

    private void LinePath(ReadOnlySpan<Point> points)
    {
        CairoLib.NewPath(_context);
        foreach (Point point in points)
        {
            // The first line_to of a path is a move_to.
            CairoLib.LineTo(_context, point.X, point.Y);
        }
    }

    private void RoundPath(Box box, double radius)
    {
        double r = Math.Max(0, Math.Min(radius, Math.Min(box.Width, box.Height) / 2));
        const double Quarter = Math.PI / 2;
        CairoLib.NewPath(_context);
        CairoLib.Arc(_context, box.Right - r, box.Y + r, r, -Quarter, 0);
        CairoLib.Arc(_context, box.Right - r, box.Bottom - r, r, 0, Quarter);
        CairoLib.Arc(_context, box.X + r, box.Bottom - r, r, Quarter, 2 * Quarter);
        CairoLib.Arc(_context, box.X + r, box.Y + r, r, 2 * Quarter, 3 * Quarter);
        CairoLib.ClosePath(_context);
    }
}
