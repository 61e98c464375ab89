using Gatekeeper.Kiosk.Drawing;
using Gatekeeper.Kiosk.Strings;
using Gatekeeper.Linux.Screen;
using Gatekeeper.Update.Status;

namespace Gatekeeper.Kiosk.Tests;

public class PageLayoutTests
{
    private static readonly PageBuilder Builder = new(Texts.Load("en"));

    // Where the pictures are left for people to look at.
    private static readonly string Pictures = Path.Combine(AppContext.BaseDirectory, "pages");

    public static IEnumerable<object[]> Screens => Pages.Screens.Select(screen => new object[] { screen.Width, screen.Height });

    [Theory]
    [MemberData(nameof(Screens))]
    public void EverydayPages_AreShownWhole(int width, int height)
    {
        foreach ((string name, StatusMessage status) in Pages.Everyday())
        {
            IReadOnlyList<PageItem> items = Draw(name, status, width, height, write: true);
            AssertSound(items, name, width, height);
            // Notes may be longer than the room beside a progress bar; everything else says what a person needs.
            Assert.All(items.Where(item => item.Name != "notes"), item => Assert.False(item.Text?.Ellipsized ?? false, $"{name} {width}x{height}: {item.Name} is not shown whole"));
        }
    }

    [Theory]
    [MemberData(nameof(Screens))]
    public void LongestTexts_NeverLeaveTheirBox(int width, int height)
    {
        foreach ((string name, StatusMessage status) in Pages.Longest())
        {
            AssertSound(Draw(name, status, width, height), name, width, height);
        }
    }

    [Theory]
    [MemberData(nameof(Screens))]
    public void Type_IsReadableAtTwoMetres(int width, int height)
    {
        // Ours: capitals of a 300th of the distance, more than twice what normal sight tells apart (5 arc minutes), on the smallest
        // screen that is sold with this resolution. Capitals are 0.71 of the font size.
        double pixelsPerMillimetre = Math.Sqrt((width * width) + (height * height)) / (DiagonalInches(width, height) * 25.4);
        foreach ((string name, StatusMessage status) in Pages.Everyday())
        {
            PageItem title = Draw(name, status, width, height).Single(item => item.Name == "title");
            Assert.True(title.Text!.Value.Size * 0.71 / pixelsPerMillimetre >= 2000.0 / 300, $"{name}: {title.Text.Value.Size}");
        }
    }

    private static double DiagonalInches(int width, int height) => Math.Max(width, height) switch { <= 800 => 7, <= 1280 => 10.1, _ => 15.6 };

    private static IReadOnlyList<PageItem> Draw(string name, StatusMessage status, int width, int height, bool write = false)
    {
        PageModel page = Builder.Build(status) ?? throw new InvalidOperationException($"{name} has no page");
        using Picture picture = new(width, height);
        IReadOnlyList<PageItem> items = PagePainter.Draw(picture, page);
        if (write)
        {
            Png.Write(picture, Path.Combine(Pictures, $"{width}x{height}", $"{name}.png"));
        }

        return items;
    }

    private static void AssertSound(IReadOnlyList<PageItem> items, string name, int width, int height)
    {
        Box screen = new(0, 0, width, height);
        foreach (PageItem item in items)
        {
            string what = $"{name} {width}x{height}: {item.Name} {item.Box}";
            Assert.True(screen.Contains(item.Box), $"{what} leaves the screen");
            if (item.Text is { } text)
            {
                // Pango rounds sizes up to whole pixels.
                Box given = text.Box.Inset(-1, -1);
                Assert.True(given.Contains(item.Box), $"{what} leaves its box {text.Box}");
            }

            foreach (PageItem other in items.TakeWhile(other => !ReferenceEquals(other, item)))
            {
                Assert.False(item.Box.Overlaps(other.Box), $"{what} lies on {other.Name} {other.Box}");
            }
        }
    }
}
