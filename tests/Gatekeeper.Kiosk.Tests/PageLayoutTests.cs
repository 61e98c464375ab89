using Gatekeeper.Kiosk.Drawing;
using Gatekeeper.Kiosk.Strings;
using Gatekeeper.Linux.Screen;
using Gatekeeper.Update.Status;

namespace Gatekeeper.Kiosk.Tests;

public class PageLayoutTests
{
    // Where the pictures are left for people to look at: English ones always, others when this variable names them ("de,ar").
    private const string PicturesOf = "GATEKEEPER_KIOSK_PICTURES";

    private static readonly string Pictures = Path.Combine(AppContext.BaseDirectory, "pages");

    private static readonly string[] Kept = ["en", .. (Environment.GetEnvironmentVariable(PicturesOf) ?? "").Split(',')];

    public static IEnumerable<object[]> Screens => Pages.Screens.Select(screen => new object[] { screen.Width, screen.Height });

    public static IEnumerable<object[]> EveryScreenAndLanguage =>
        Pages.Screens.SelectMany(screen => StatusLanguage.All.Select(language => new object[] { screen.Width, screen.Height, language }));

    [Theory]
    [MemberData(nameof(EveryScreenAndLanguage))]
    public void EveryPage_IsShownWholeInEveryLanguage(int width, int height, string language)
    {
        PageBuilder builder = new(Texts.Load(language));
        using Picture picture = new(width, height);
        (string Name, StatusMessage Status)[] everyday = [.. Pages.Everyday()];
        foreach ((string name, StatusMessage status) in everyday.Concat(Pages.EveryCode()))
        {
            IReadOnlyList<PageItem> items = Draw(builder, picture, name, status);
            if (Kept.Contains(language) && everyday.Any(page => page.Name == name))
            {
                Png.Write(picture, Path.Combine(Pictures, language, $"{width}x{height}", $"{name}.png"));
            }

            AssertSound(items, $"{language} {name}", width, height);
            foreach (PageItem item in items.Where(item => item.Text is not null))
            {
                // Release notes may be longer than the room beside a progress bar; everything else says what a person needs.
                Assert.False((item.Name != "notes" || status.Challenge is not null) && item.Text!.Value.Ellipsized, $"{language} {name} {width}x{height}: {item.Name} is not shown whole");
                Assert.True(item.Text!.Value.Unknown == 0, $"{language} {name}: {item.Name} has {item.Text.Value.Unknown} characters that no font of the image has");
            }

            if (status.Challenge is not null)
            {
                Assert.True(items.Any(item => item.Name == "notes") && items.Any(item => item.Name == "qr"), $"{language} {name} {width}x{height}: the challenge is not there in letters and as a code");
            }

            if (status.State == StatusState.Found)
            {
                Assert.True(items.Any(item => item.Name == "notes") && (status.Ask is not null || items.Any(item => item.Name == "takes")), $"{language} {name} {width}x{height}: what is new, or how long it takes, is not there");
            }

            AssertReadable(items, $"{language} {name}", width, height);
        }
    }

    [Theory]
    [MemberData(nameof(Screens))]
    public void LongestTexts_NeverLeaveTheirBox(int width, int height)
    {
        using Picture picture = new(width, height);
        foreach (string language in new[] { "en", "ar" })
        {
            PageBuilder builder = new(Texts.Load(language));
            foreach ((string name, StatusMessage status) in Pages.Longest())
            {
                AssertSound(Draw(builder, picture, name, status), $"{language} {name}", width, height);
            }
        }
    }

    /// <summary>Who is asked has to see what for: the notes are there on the smallest screen, in every language.</summary>
    [Fact]
    public void Question_ShowsTheNotes_OnTheSmallestScreen()
    {
        using Picture picture = new(800, 480);
        foreach (string language in StatusLanguage.All)
        {
            PageBuilder builder = new(Texts.Load(language));
            foreach ((string name, StatusMessage status) in Pages.Everyday().Where(page => page.Status.Ask is not null))
            {
                IReadOnlyList<PageItem> items = Draw(builder, picture, name, status);
                Assert.True(items.Any(item => item.Name == "notes"), $"{language} {name}: no notes");
                Assert.Equal(status.Ask!.Digits > 0, items.Any(item => item.Name == "dots"));
            }
        }
    }

    [Fact]
    public void CharacterThatNoFontHas_IsCounted()
    {
        // Linear B: no device is sold in it.
        PageBuilder builder = new(Texts.Load("en"));
        using Picture picture = new(800, 480);
        StatusMessage status = new() { State = StatusState.Done, Product = "A\U00010000B", Running = "1.0.0" };
        Assert.Equal(1, Draw(builder, picture, "done", status).Single(item => item.Name == "product").Text!.Value.Unknown);
    }

    [Theory]
    [InlineData("Ärzte Łódź Ångström Ŵ Ș ẞ Ђ Ѣ Ґ Ω ά ϊ")]
    [InlineData("更新说明：修复了报警音量的问题。")]
    [InlineData("警報の音量に関する問題を修正しました。")]
    [InlineData("경보 음량 문제를 수정했습니다.")]
    [InlineData("أُصلحت مشكلة مستوى صوت الإنذار، ٤٢٪.")]
    [InlineData("תוקנה בעיה בעוצמת האזעקה.")]
    [InlineData("แก้ไขปัญหาระดับเสียงเตือนแล้ว")]
    [InlineData("अलार्म की आवाज़ की समस्या ठीक की गई।")]
    public void NotesInAnotherLanguage_AreShownOnAnEnglishPage(string notes)
    {
        PageBuilder builder = new(Texts.Load("en"));
        using Picture picture = new(800, 480);
        StatusMessage status = new() { State = StatusState.Found, Product = "PM200", Running = "1.0.0", Release = Pages.Release2 with { Notes = notes } };
        Assert.Equal(0, Draw(builder, picture, "found", status).Single(item => item.Name == "notes").Text!.Value.Unknown);
    }

    // Ours: capitals of a 300th of the distance, more than twice what normal sight tells apart (5 arc minutes), on the smallest
    // screen that is sold with this resolution. Capitals are 0.71 of the font size.
    private static void AssertReadable(IReadOnlyList<PageItem> items, string name, int width, int height)
    {
        double pixelsPerMillimetre = Math.Sqrt((width * width) + (height * height)) / (DiagonalInches(width, height) * 25.4);
        double size = items.Single(item => item.Name == "title").Text!.Value.Size;
        Assert.True(size * 0.71 / pixelsPerMillimetre >= 2000.0 / 300, $"{name} {width}x{height}: a title of {size} pixels cannot be read at two metres");
    }

    private static double DiagonalInches(int width, int height) => Math.Max(width, height) switch { <= 800 => 7, <= 1280 => 10.1, _ => 15.6 };

    private static IReadOnlyList<PageItem> Draw(PageBuilder builder, Picture picture, string name, StatusMessage status) =>
        PagePainter.Draw(picture, builder.Build(status) ?? throw new InvalidOperationException($"{name} has no page"));

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
