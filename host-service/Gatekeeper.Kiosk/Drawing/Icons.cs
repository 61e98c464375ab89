using Gatekeeper.Linux.Screen;

namespace Gatekeeper.Kiosk.Drawing;

/// <summary>
/// The icons, drawn as shapes in one colour: no font and no picture file can be missing. Each fits a circle of the given radius.
/// On a mirrored page only those are mirrored that point along the line; a tick or a pulse is the same everywhere.
/// </summary>
internal static class Icons
{
    internal static void Draw(Painter painter, PageIcon icon, Point center, double radius, Rgb color)
    {
        bool points = icon is PageIcon.Arrow or PageIcon.Return;
        Pen pen = new(painter, center, radius, color, Back: painter.RightToLeft && !points);
        switch (icon)
        {
            case PageIcon.Stick:
                Stick(pen);
                break;
            case PageIcon.Arrow:
                pen.Line((-0.55, 0), (0.55, 0));
                pen.Line((0.15, -0.4), (0.55, 0), (0.15, 0.4));
                break;
            case PageIcon.Lens:
                pen.Arc(-0.12, -0.12, 0.4, 0, 1);
                pen.Line((0.18, 0.18), (0.55, 0.55));
                break;
            case PageIcon.Download:
                pen.Line((0, -0.58), (0, 0.22));
                pen.Line((-0.34, -0.1), (0, 0.22), (0.34, -0.1));
                pen.Line((-0.5, 0.55), (0.5, 0.55));
                break;
            case PageIcon.Circle:
                pen.Arc(0, 0, 0.48, 0.06, 0.87);
                pen.Line((0.35, -0.66), (0.37, -0.32), (0.03, -0.33));
                break;
            case PageIcon.Pulse:
                pen.Line((-0.65, 0.05), (-0.32, 0.05), (-0.15, -0.5), (0.12, 0.5), (0.28, 0.05), (0.65, 0.05));
                break;
            case PageIcon.Tick:
                pen.Line((-0.48, 0.05), (-0.12, 0.42), (0.52, -0.36));
                break;
            case PageIcon.Return:
                pen.Line((-0.5, -0.2), (0.2, -0.2));
                pen.Arc(0.2, 0.12, 0.32, -0.25, 0.25);
                pen.Line((0.2, 0.44), (-0.25, 0.44));
                pen.Line((-0.2, -0.52), (-0.52, -0.2), (-0.2, 0.12));
                break;
            case PageIcon.Cross:
                pen.Line((-0.4, -0.4), (0.4, 0.4));
                pen.Line((-0.4, 0.4), (0.4, -0.4));
                break;
            case PageIcon.Key:
                pen.Arc(-0.35, 0, 0.26, 0, 1);
                pen.Line((-0.09, 0), (0.6, 0), (0.6, 0.28));
                pen.Line((0.3, 0), (0.3, 0.22));
                break;
            case PageIcon.Button:
                pen.Line((0, -0.62), (0, 0.02));
                pen.Line((-0.24, -0.22), (0, 0.02), (0.24, -0.22));
                pen.Line((-0.3, 0.3), (0.3, 0.3));
                pen.Line((-0.55, 0.55), (0.55, 0.55));
                break;
            case PageIcon.Keypad:
                for (int key = 0; key < 9; key++)
                {
                    pen.Dot(((key % 3) - 1) * 0.42, ((key / 3) - 1) * 0.42, 0.13);
                }

                break;
            case PageIcon.Clock:
                pen.Arc(0, 0, 0.55, 0, 1);
                pen.Line((0, -0.32), (0, 0.02), (0.24, 0.16));
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(icon));
        }
    }

    /// <summary>The stick with an arrow away from the port.</summary>
    internal static void PullStick(Painter painter, Point center, double radius, Rgb color)
    {
        Pen pen = new(painter, center, radius, color);
        Stick(pen with { Center = new Point(center.X - (radius * 0.35), center.Y) });
        pen.Line((0.7, 0.6), (0.7, -0.6));
        pen.Line((0.38, -0.25), (0.7, -0.6), (1.02, -0.25));
    }

    /// <summary>A stick standing on its plug: body, plug, two contacts.</summary>
    private static void Stick(Pen pen)
    {
        pen.Line((-0.3, 0.18), (-0.3, -0.55), (0.3, -0.55), (0.3, 0.18), (-0.3, 0.18));
        pen.Line((-0.18, 0.18), (-0.18, 0.58), (0.18, 0.58), (0.18, 0.18));
    }

    /// <summary>Draws in units of the icon's radius; <paramref name="Back"/> mirrors back what the painter mirrors.</summary>
    private readonly record struct Pen(Painter Painter, Point Center, double Radius, Rgb Color, bool Back = false)
    {
        private double Width => Radius * 0.15;

        private double Side => Back ? -1 : 1;

        internal void Line(params ReadOnlySpan<(double X, double Y)> points)
        {
            Span<Point> at = stackalloc Point[points.Length];
            for (int i = 0; i < points.Length; i++)
            {
                at[i] = new Point(Center.X + (points[i].X * Radius * Side), Center.Y + (points[i].Y * Radius));
            }

            Painter.StrokeLine(Width, Color, at);
        }

        internal void Dot(double x, double y, double radius) => Painter.FillCircle(new Point(Center.X + (x * Radius * Side), Center.Y + (y * Radius)), radius * Radius, Color);

        internal void Arc(double x, double y, double radius, double from, double to) =>
            Painter.StrokeArc(
                new Point(Center.X + (x * Radius * Side), Center.Y + (y * Radius)), radius * Radius, Back ? 0.5 - to : from, Back ? 0.5 - from : to, Width, Color);
    }
}
