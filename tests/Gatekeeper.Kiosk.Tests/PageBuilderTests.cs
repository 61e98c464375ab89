using Gatekeeper.Kiosk.Strings;
using Gatekeeper.Update.Status;

namespace Gatekeeper.Kiosk.Tests;

public class PageBuilderTests
{
    private static readonly PageBuilder Builder = new(Texts.Load("en"));

    private static readonly StatusMessage Copying = new()
    {
        State = StatusState.Copying,
        Product = "PM200",
        Running = "1.0.0",
        Release = Pages.Release2,
        PhasePercent = 5,
    };

    public static TheoryData<StatusState> States => [.. Enum.GetValues<StatusState>()];

    [Theory]
    [MemberData(nameof(States))]
    public void I15_NothingIsDrawnInUse(StatusState state) => Assert.Null(Builder.Build(Copying with { State = state, InUse = true }));

    [Theory]
    [MemberData(nameof(States))]
    public void EveryStateButIdleAndWaiting_HasAPage(StatusState state) =>
        Assert.Equal(state is StatusState.Idle or StatusState.Waiting, Builder.Build(Copying with { State = state }) is null);

    [Fact]
    public void PagesThatCanFollowEachOther_HaveDifferentIcons()
    {
        PageIcon[] icons = [.. Enum.GetValues<StatusState>().Select(state => Builder.Build(Copying with { State = state })).OfType<PageModel>().Select(page => page.Icon)];
        Assert.Equal(icons.Length, icons.Distinct().Count());
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData(0, "less than a minute left")]
    [InlineData(59, "less than a minute left")]
    [InlineData(60, "about 1 minute left")]
    [InlineData(89, "about 1 minute left")]
    [InlineData(90, "about 2 minutes left")]
    [InlineData(600, "about 10 minutes left")]
    [InlineData(int.MaxValue, "about 9999 minutes left")]
    public void TimeLeft_IsSaidAsAPersonWould(int? seconds, string? text) => Assert.Equal(text, Builder.Build(Copying with { SecondsLeft = seconds })!.TimeLeft);

    [Theory]
    [InlineData(1, "1 MB")]
    [InlineData(137_499_999, "137 MB")]
    [InlineData(137_500_000, "138 MB")]
    [InlineData(long.MaxValue, "9999999 MB")]
    public void Size_IsInMegabytes(long bytes, string text) =>
        Assert.Equal(text, Builder.Build(Copying with { Release = Pages.Release2 with { Bytes = bytes } })!.Size);

    [Fact]
    public void Band_SaysWhetherTheStickIsNeeded()
    {
        Assert.Equal(new PageBand(BandKind.LeaveStick, "Leave the stick in"), Builder.Build(Copying)!.Band);
        Assert.Equal(new PageBand(BandKind.PullStick, "You can pull the stick now"), Builder.Build(Copying with { CanPull = true })!.Band);
    }

    [Fact]
    public void Refused_ShowsSentenceNextStepAndCode()
    {
        PageModel page = Builder.Build(Copying with { State = StatusState.Refused, Message = new StatusNotice("R-99", "It is damaged.", "Copy it again.") })!;
        Assert.Equal((PageIcon.Cross, "It is damaged.", "Copy it again.", "Code R-99"), (page.Icon, page.Body, page.Band!.Text, page.Code));
    }

    [Theory]
    [InlineData(StatusState.Refused, "R-07", "Die Update-Datei ist beschädigt oder unvollständig.", "Kopieren Sie die Datei noch einmal oder verwenden Sie einen anderen USB-Stick.")]
    [InlineData(StatusState.Taken, "K-08", "Dieses Gerät ist eingerichtet.", "Sie können den USB-Stick abziehen.")]
    [InlineData(StatusState.FellBack, "D-05", "Das Update ist nicht richtig gestartet. Das Gerät läuft wie bisher mit 1.0.0.", "Rufen Sie den Service an und nennen Sie diesen Code.")]
    public void KnownCode_IsSaidInTheLanguageOfThePage(StatusState state, string code, string body, string band)
    {
        StatusNotice notice = new(code, "In English.", "In English.") { Facts = new StatusFacts { RunningVersion = "1.0.0" } };
        PageModel page = new PageBuilder(Texts.Load("de")).Build(Copying with { State = state, Message = notice })!;
        Assert.Equal((body, band, $"Code {code}"), (page.Body, page.Band!.Text, page.Code));
    }

    [Fact]
    public void InstalledAlready_DoesNotLookLikeAFault()
    {
        string code = Gatekeeper.Release.RefusalCatalogue.Of(Gatekeeper.Release.Refusal.InstalledAlready).Code;
        PageModel page = Builder.Build(Copying with { State = StatusState.Refused, Message = new StatusNotice(code, "It is installed.", "") })!;
        Assert.Equal((PageIcon.Tick, PageTone.Good), (page.Icon, page.Tone));
    }
}
