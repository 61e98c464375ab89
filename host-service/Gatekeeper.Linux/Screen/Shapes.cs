namespace Gatekeeper.Linux.Screen;

/// <summary>A colour, each part 0 to 255.</summary>
public readonly record struct Rgb(byte Red, byte Green, byte Blue);

/// <summary>A point in pixels from the top left.</summary>
public readonly record struct Point(double X, double Y);

/// <summary>A box in pixels from the top left.</summary>
public readonly record struct Box(double X, double Y, double Width, double Height)
{
    /// <summary>Right edge.</summary>
    public double Right => X + Width;

    /// <summary>Bottom edge.</summary>
    public double Bottom => Y + Height;

    /// <summary>The same box, smaller by these margins on each side.</summary>
    public Box Inset(double horizontal, double vertical) => new(X + horizontal, Y + vertical, Width - (2 * horizontal), Height - (2 * vertical));

    /// <summary>True when <paramref name="other"/> lies in this box; touching counts.</summary>
    public bool Contains(Box other) => other.X >= X && other.Y >= Y && other.Right <= Right && other.Bottom <= Bottom;

    /// <summary>True when the two share more than an edge.</summary>
    public bool Overlaps(Box other) => other.X < Right && X < other.Right && other.Y < Bottom && Y < other.Bottom;
}

/// <summary>Where lines of text stand in their box.</summary>
public enum TextAlign
{
    /// <summary>At the start of the line: left, or right for a script that runs from right to left.</summary>
    Start,

    /// <summary>In the middle.</summary>
    Middle,

    /// <summary>At the end of the line.</summary>
    End,
}

/// <summary>How a text looks.</summary>
/// <param name="Size">Font size in pixels wanted.</param>
/// <param name="SmallestSize">The text shrinks down to this size in pixels before it is ellipsized.</param>
/// <param name="Color">Colour.</param>
/// <param name="Bold">Bold or regular.</param>
/// <param name="Align">Where lines stand across the box.</param>
/// <param name="Balanced">Lines of about the same length, for short texts that stand at the start of the line.</param>
/// <param name="Foreign">Not of the page's language: each paragraph runs the way of its first letter, from its own side of the box.</param>
public readonly record struct TextStyle(double Size, double SmallestSize, Rgb Color, bool Bold = false, TextAlign Align = TextAlign.Start, bool Balanced = false, bool Foreign = false);

/// <summary>What a text took of its box.</summary>
/// <param name="Box">The box it was given.</param>
/// <param name="Used">The part of the box that its lines fill.</param>
/// <param name="Size">Font size in pixels that was used.</param>
/// <param name="Ellipsized">True when not all of the text is seen.</param>
/// <param name="Unknown">Characters that no font has a shape for: a box is drawn in their place.</param>
public readonly record struct PlacedText(Box Box, Box Used, double Size, bool Ellipsized, int Unknown);
