using Gatekeeper.Kiosk.Drawing;
using Gatekeeper.Kiosk.Strings;
using Gatekeeper.Linux.Screen;
using Gatekeeper.Rig;
using Gatekeeper.Update.Status;

namespace Gatekeeper.Kiosk.Tests;

/// <summary>What is drawn now against the pictures that the rig took of a guest's real screen, and the page that shows them to people.</summary>
public class KeptScreensTests
{
    private static readonly string Document = Path.Combine(RepositoryRoot.Path, "host-service", "Gatekeeper.Kiosk", "SCREENS.md");

    public static TheoryData<int, int, string> Cases()
    {
        TheoryData<int, int, string> cases = [];
        foreach ((int width, int height) in Pages.Screens)
        {
            foreach (string language in KeptScreens.Languages)
            {
                cases.Add(width, height, language);
            }
        }

        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void EveryPage_IsDrawnAsItsKeptPicture(int width, int height, string language)
    {
        PageBuilder builder = new(Texts.Load(language));
        List<string> wrong = [];
        foreach ((string name, StatusMessage status) in Pages.Everyday())
        {
            string kept = Path.Combine(RepositoryRoot.Path, KeptScreens.Path(language, width, height, name));
            if (KeptScreens.Updating && !File.Exists(kept))
            {
                Drawn(builder.Build(status)!, width, height).Keep(kept); // until the rig takes it from a real screen
            }

            double differs = Drawn(builder.Build(status)!, width, height).VisiblePerMille(ScreenImage.FromKept(kept));
            if (differs > KeptScreens.TolerancePerMille && !KeptScreens.Updating)
            {
                wrong.Add($"{name}: {differs:f2} of a thousand pixels differ");
            }
        }

        Assert.True(wrong.Count == 0, $"{language} {width}x{height}: {string.Join(", ", wrong)}");
    }

    /// <summary>The tolerance is smaller than what a person would notice: another letter in the title, another percentage.</summary>
    [Theory]
    [InlineData(800, 480)]
    [InlineData(1280, 800)]
    [InlineData(1080, 1920)]
    public void Tolerance_IsBelowOneLetter(int width, int height)
    {
        PageModel page = new PageBuilder(Texts.Load("en")).Build(Pages.Everyday().Single(p => p.Name == "copying").Status)!;
        ScreenImage drawn = Drawn(page, width, height);
        PageModel[] others = [page with { Title = page.Title[..^1] + "o" }, page with { PercentText = "43 %" }, page with { Running = page.Running[..^1] + "1" }];
        foreach (PageModel other in others)
        {
            Assert.InRange(drawn.VisiblePerMille(Drawn(other, width, height)), 1.5 * KeptScreens.TolerancePerMille, 1000);
        }

        Assert.Equal(0, drawn.VisiblePerMille(Drawn(page, width, height)));
    }

    [Fact]
    public void NoPictureIsKept_ThatIsNoPage()
    {
        string[] wanted = [.. from language in KeptScreens.Languages from screen in Pages.Screens from page in Pages.Everyday() select KeptScreens.Path(language, screen.Width, screen.Height, page.Name)];
        string folder = Path.Combine(RepositoryRoot.Path, "host-service", "Gatekeeper.Kiosk", "Screens");
        string[] there = [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(RepositoryRoot.Path, file))];
        Assert.Equal(wanted.Order(StringComparer.Ordinal), there.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void ScreensPage_ShowsEveryPicture()
    {
        Assert.Equal(Pages.Everyday().Select(page => page.Name).Order(), ScreensPage.Named.Order());
        string wanted = ScreensPage.Markdown();
        if (KeptScreens.Updating)
        {
            File.WriteAllText(Document, wanted);
        }

        Assert.Equal(wanted, File.ReadAllText(Document));
    }

    private static ScreenImage Drawn(PageModel page, int width, int height)
    {
        using Picture picture = new(width, height);
        PagePainter.Draw(picture, page);
        byte[] rgb = new byte[width * height * 3];
        for (int y = 0, to = 0; y < height; y++)
        {
            ReadOnlySpan<byte> row = picture.Row(y); // B G R X
            for (int from = 0; from < row.Length; from += 4, to += 3)
            {
                (rgb[to], rgb[to + 1], rgb[to + 2]) = (row[from + 2], row[from + 1], row[from]);
            }
        }

        return new ScreenImage(width, height, rgb);
    }
}
