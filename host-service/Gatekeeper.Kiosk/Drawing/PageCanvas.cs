using Gatekeeper.Linux.Screen;

namespace Gatekeeper.Kiosk.Drawing;

/// <summary>Something on a page that must not lie on something else.</summary>
/// <param name="Name">What it is, for tests.</param>
/// <param name="Box">Where it is.</param>
/// <param name="Text">What its text took, or null for a shape.</param>
internal sealed record PageItem(string Name, Box Box, PlacedText? Text = null);

/// <summary>A painter that remembers what it placed, as the painter counts, so that a test can check every page.</summary>
internal sealed class PageCanvas(Painter painter)
{
    private readonly List<PageItem> _items = [];

    internal Painter Painter => painter;

    internal IReadOnlyList<PageItem> Items => _items;

    internal PlacedText Text(string name, Box box, string text, TextStyle style, bool middle = false)
    {
        PlacedText placed = painter.Text(box, text, style, middle);
        _items.Add(new PageItem(name, placed.Used, placed));
        return placed;
    }

    internal void Shape(string name, Box box) => _items.Add(new PageItem(name, box));
}
