using System.Text.RegularExpressions;
using Gatekeeper.Kiosk.Drawing;
using Gatekeeper.Kiosk.Strings;
using Gatekeeper.Linux.Screen;
using Gatekeeper.Update.Status;

namespace Gatekeeper.Kiosk.Tests;

public partial class RightToLeftTests
{
    private const int Width = 800;
    private const int Height = 480;

    private static readonly TextStyle Style = new(40, 40, Theme.Ink);

    private static readonly StatusMessage Copying = new() { State = StatusState.Copying, Product = "PM200", Running = "1.0.0", Release = Pages.Release2, PhasePercent = 42, SecondsLeft = 130 };

    public static TheoryData<string> RightToLeft => ["ar", "he"];

    [Theory]
    [MemberData(nameof(RightToLeft))]
    public void Page_IsMirrored(string language)
    {
        using Picture left = new(Width, Height);
        using Picture right = new(Width, Height);
        Dictionary<string, PageItem> english = Draw(left, "en");
        Dictionary<string, PageItem> mirrored = Draw(right, language);
        foreach (string shape in new[] { "disc", "bar", "band icon" })
        {
            // The disc stands level with the text, which is higher or lower in another language.
            Assert.Equal(Width - english[shape].Box.Right, mirrored[shape].Box.X, 0.001);
        }

        Assert.Equal(Width - english["product"].Box.X, mirrored["product"].Box.Right, 0.001);
        Assert.Equal(Width - english["running"].Box.Right, mirrored["running"].Box.X, 0.001);
        Assert.Equal(Width - english["title"].Box.X, mirrored["title"].Box.Right, 0.001);
        Assert.True(mirrored["from"].Box.X > mirrored["arrow"].Box.X && mirrored["arrow"].Box.X > mirrored["to"].Box.X);
    }

    [Theory]
    [InlineData("en", false)]
    [InlineData("ar", true)]
    [InlineData("he", true)]
    public void Bar_FillsFromWhereTheLineStarts(string language, bool fromTheRight)
    {
        using Picture picture = new(Width, Height);
        Box bar = Draw(picture, language)["bar"].Box;
        Rgb left = Pixel(picture, bar.X + (bar.Width * 0.2), bar.Y + (bar.Height / 2));
        Rgb right = Pixel(picture, bar.X + (bar.Width * 0.8), bar.Y + (bar.Height / 2));
        Assert.Equal(fromTheRight ? (Theme.Rule, Theme.Work) : (Theme.Work, Theme.Rule), (left, right));
    }

    [Fact]
    public void Icons_ThatPointAreMirrored_AndTheOthersAreNot()
    {
        foreach (PageIcon icon in Enum.GetValues<PageIcon>())
        {
            byte[][] plain = Rows(TextLocale.English, painter => Icons.Draw(painter, icon, new Point(50, 50), 45, Theme.Ink));
            byte[][] other = Rows(new TextLocale("ar", RightToLeft: true), painter => Icons.Draw(painter, icon, new Point(50, 50), 45, Theme.Ink));
            byte[][] expected = icon is PageIcon.Arrow or PageIcon.Return ? [.. plain.Select(Reversed)] : plain;
            Assert.True(expected.Zip(other).Average(row => Different(row.First, row.Second)) < 1, $"{icon}");
        }
    }

    [Theory]
    [InlineData("PM-200+")]
    [InlineData("2.0.0")]
    [InlineData("(c) 1.0+2")]
    public void Name_LooksTheSameOnEveryPage(string name)
    {
        byte[][] english = Ink(TextLocale.English, name);
        Assert.Equal(english, Ink(new TextLocale("ar", RightToLeft: true), Bidi.Isolated(name, rightToLeft: true)));
    }

    [Fact]
    public void Name_ThatIsNotIsolated_WouldBeTurned() =>
        Assert.NotEqual(Ink(TextLocale.English, "PM-200+"), Ink(new TextLocale("ar", RightToLeft: true), "PM-200+"));

    [Theory]
    [InlineData("en")]
    [InlineData("ar")]
    public void I09_NameInAnotherScript_TurnsNothingBesideIt(string language)
    {
        // Verified names are ASCII (FORMAT.md R-53); the device's own product is whatever its image says.
        const string Name = "\u05d0\u05d1\u05d2 1";
        Texts texts = Texts.Load(language);
        Assert.Contains($"\u2068{Name}\u2069", texts[TextKey.DoneBody, Name, "1.0.0"], StringComparison.Ordinal);
        PageModel page = new PageBuilder(texts).Build(Copying with { Product = Name })!;
        Assert.Equal($"\u2068{Name}\u2069", page.Product);
    }

    [Theory]
    [MemberData(nameof(RightToLeft))]
    public void EveryName_IsIsolatedInEveryText(string language)
    {
        PageBuilder builder = new(Texts.Load(language));
        foreach ((string name, StatusMessage status) in Pages.Everyday().Concat(Pages.EveryCode()))
        {
            PageModel page = builder.Build(status)!;
            foreach (string text in new[] { page.Product, page.Running, page.Title, page.From, page.To, page.Body, page.Band?.Text, page.Code }.OfType<string>())
            {
                string outside = Isolate().Replace(text, "");
                Assert.False(NameOrVersion().IsMatch(outside), $"{language} {name}: {text}");
            }
        }
    }

    [Fact]
    public void Value_OfDigitsOrLatin_StaysAsItIs()
    {
        Assert.Equal("42", Bidi.Isolated("42", rightToLeft: true));
        Assert.Equal("M\u00fcller \u0416 \u03a9", Bidi.Isolated("M\u00fcller \u0416 \u03a9", rightToLeft: false));
    }

    private static Dictionary<string, PageItem> Draw(Picture picture, string language)
    {
        PageModel page = new PageBuilder(Texts.Load(language)).Build(Copying)!;
        return PagePainter.Draw(picture, page).ToDictionary(item => item.Name);
    }

    private static Rgb Pixel(Picture picture, double x, double y)
    {
        ReadOnlySpan<byte> pixel = picture.Row((int)y).Slice((int)x * 4, 4);
        return new Rgb(pixel[2], pixel[1], pixel[0]);
    }

    /// <summary>What a text draws, cut to its ink.</summary>
    private static byte[][] Ink(TextLocale locale, string text)
    {
        byte[][] rows = [.. Rows(locale, painter => painter.Text(new Box(0, 0, 400, 100), text, Style), width: 400).Where(row => row.Any(level => level < 255))];
        int first = rows.Min(row => Array.FindIndex(row, level => level < 255));
        int last = rows.Max(row => Array.FindLastIndex(row, level => level < 255));
        return [.. rows.Select(row => row[first..(last + 1)])];
    }

    /// <summary>The blue of each pixel, row by row, of something drawn on white.</summary>
    private static byte[][] Rows(TextLocale locale, Action<Painter> draw, int width = 100)
    {
        using Picture picture = new(width, 100);
        using (Painter painter = new(picture, locale))
        {
            painter.Clear(Theme.Paper);
            draw(painter);
        }

        return [.. Enumerable.Range(0, 100).Select(y => picture.Row(y).ToArray().Where((_, at) => at % 4 == 0).ToArray())];
    }

    private static byte[] Reversed(byte[] row) => [.. Enumerable.Reverse(row)];

    private static double Different(byte[] one, byte[] other) => one.Zip(other).Average(pair => Math.Abs(pair.First - pair.Second));

    [GeneratedRegex("\u2068[^\u2068\u2069]*\u2069")]
    private static partial Regex Isolate();

    // PM200, 2.0.0, U-21; a number alone is one run and stays as it is.
    [GeneratedRegex("PM|[0-9A-Z][.-][0-9]")]
    private static partial Regex NameOrVersion();
}
