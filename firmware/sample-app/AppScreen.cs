using System.ComponentModel;
using Gatekeeper.Linux.Screen;

namespace Gatekeeper.SampleApp;

/// <summary>
/// The screen: name, version and a number in seven segments. The first program that opens the card is its master; giving the
/// screen is dropping mastership (the card stays open, so that an unprivileged program may take it again), taking it back is
/// asking for mastership and drawing everything.
/// </summary>
internal sealed class AppScreen(string cardPath, string? version) : IDisposable
{
    private static readonly Rgb Background = new(0x0a, 0x12, 0x1c);
    private static readonly Rgb Label = new(0xb8, 0xc7, 0xd6);
    private static readonly Rgb Lit = new(0x3d, 0xe0, 0x9a);
    private static readonly Rgb Unlit = new(0x14, 0x26, 0x30);

    private DrmScreen? _screen;
    private Picture? _picture;
    private bool _given;
    private (int Number, string State)? _drawn;
    private long _tried = long.MinValue;

    /// <summary>False when the card said no for another reason than that somebody else draws.</summary>
    internal bool Works { get; private set; } = true;

    /// <summary>Draws, if something changed and the screen is ours.</summary>
    /// <returns>True when it drew.</returns>
    internal bool Draw(int number, string state)
    {
        if (_given || _drawn == (number, state) || !Open())
        {
            return false;
        }

        try
        {
            _picture ??= new Picture(_screen!.Width, _screen.Height);
            Paint(_picture, number, state);
            _screen!.Show(_picture);
            _drawn = (number, state);
            Works = true;
            return true;
        }
        catch (Win32Exception error)
        {
            Fail(error);
            return false;
        }
    }

    /// <summary>Lets Gatekeeper's screen program draw.</summary>
    internal void Give()
    {
        _given = true;
        _drawn = null;
        try
        {
            _screen?.DropMaster();
        }
        catch (Win32Exception error)
        {
            Fail(error);
        }
    }

    /// <summary>The screen is ours again, or is worth trying.</summary>
    internal void Reclaim()
    {
        _given = false;
        _drawn = null;
        _tried = long.MinValue;
        if (_screen is not null && !_screen.TryBecomeMaster())
        {
            // A card that we opened while another program was its master cannot be asked for; one that is opened anew can.
            Close();
        }
    }

    public void Dispose() => Close();

    /// <summary>Opens the card; asked at most twice a second while another program has it.</summary>
    private bool Open()
    {
        if (_screen is not null)
        {
            return true;
        }

        if (_tried != long.MinValue && Environment.TickCount64 - _tried < 500)
        {
            return false;
        }

        _tried = Environment.TickCount64;
        try
        {
            _screen = DrmScreen.TryOpen(cardPath);
        }
        catch (Win32Exception error)
        {
            Fail(error);
        }

        return _screen is not null;
    }

    private void Fail(Win32Exception error)
    {
        // A device without a screen is no fault.
        const int ENOENT = 2;
        if (error.NativeErrorCode == ENOENT)
        {
            return;
        }

        if (Works)
        {
            Console.Error.WriteLine($"sample-app: screen: {error.Message} (errno {error.NativeErrorCode})");
        }

        Works = false;
        Close();
    }

    private void Close()
    {
        _screen?.Dispose();
        _screen = null;
        _picture?.Dispose();
        _picture = null;
        _drawn = null;
    }

    /// <summary>Paints one picture of any size.</summary>
    internal void Paint(Picture picture, int number, string state)
    {
        using Painter painter = new(picture);
        painter.Clear(Background);

        double u = Math.Min(picture.Width / 800.0, picture.Height / 480.0);
        Box page = new Box(0, 0, picture.Width, picture.Height).Inset(40 * u, 28 * u);
        TextStyle style = new(34 * u, 18 * u, Label);
        painter.Text(page with { Height = 56 * u, Width = page.Width / 2 }, "Sample device", style with { Bold = true });
        painter.Text(page with { Height = 56 * u, X = page.X + (page.Width / 2), Width = page.Width / 2 }, $"Version {version ?? "unknown"}", style with { Align = TextAlign.End });
        painter.Text(page with { Y = page.Bottom - (56 * u), Height = 56 * u }, state, style);

        double digitHeight = 220 * u;
        double digitWidth = 120 * u;
        double gap = 36 * u;
        double x = (picture.Width - (4 * digitWidth) - (3 * gap)) / 2;
        double y = (picture.Height - digitHeight) / 2;
        for (int divisor = 1000; divisor > 0; divisor /= 10)
        {
            Digit(painter, new Box(x, y, digitWidth, digitHeight), number / divisor % 10, 12 * u);
            x += digitWidth + gap;
        }
    }

    /// <summary>One digit of seven segments: a top, b and c right, d bottom, e and f left, g middle.</summary>
    private static void Digit(Painter painter, Box box, int digit, double width)
    {
        ReadOnlySpan<byte> segments = [0b0111111, 0b0000110, 0b1011011, 0b1001111, 0b1100110, 0b1101101, 0b1111101, 0b0000111, 0b1111111, 0b1101111];
        double middle = box.Y + (box.Height / 2);
        double inset = width * 1.2;
        Point topLeft = new(box.X, box.Y);
        Point topRight = new(box.Right, box.Y);
        Point left = new(box.X, middle);
        Point right = new(box.Right, middle);
        Point bottomLeft = new(box.X, box.Bottom);
        Point bottomRight = new(box.Right, box.Bottom);
        ReadOnlySpan<(Point, Point)> lines =
            [(topLeft, topRight), (topRight, right), (right, bottomRight), (bottomLeft, bottomRight), (left, bottomLeft), (topLeft, left), (left, right)];
        for (int i = 0; i < lines.Length; i++)
        {
            (Point start, Point end) = lines[i];
            bool flat = start.Y == end.Y;
            start = flat ? start with { X = start.X + inset } : start with { Y = start.Y + inset };
            end = flat ? end with { X = end.X - inset } : end with { Y = end.Y - inset };
            painter.StrokeLine(width, (segments[digit] & (1 << i)) != 0 ? Lit : Unlit, start, end);
        }
    }
}
