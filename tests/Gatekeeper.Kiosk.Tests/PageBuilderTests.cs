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

    [Fact]
    public void Question_KeepsWhatIsToBeInstalledOnThePage_AndSaysHowToSayNo()
    {
        PageModel found = Builder.Build(Asking(null))!;
        foreach (StatusAsk ask in new[] { Button, Pin, Pin with { Wrong = true }, Pin with { WaitSeconds = 30 } })
        {
            PageModel page = Builder.Build(Asking(ask))!;
            Assert.Equal((found.Product, found.From, found.To, found.Size, found.Notes), (page.Product, page.From, page.To, page.Size, page.Notes));
            Assert.NotEqual(found.Icon, page.Icon);
        }

        Assert.Equal("Press the button to go on. To stop, pull the stick.", Builder.Build(Asking(Button))!.Band!.Text);
        Assert.Equal("Type your PIN, then press Enter. To stop, pull the stick.", Builder.Build(Asking(Pin))!.Band!.Text);
    }

    [Fact]
    public void Pin_IsDotsAndNeverDigits()
    {
        PageModel page = Builder.Build(Asking(Pin with { Digits = 7 }))!;
        Assert.Equal((BandKind.Pin, 7), (page.Band!.Kind, page.Dots));
        Assert.Equal("Wrong PIN. Tries left: 2", Builder.Build(Asking(Pin with { Wrong = true, TriesLeft = 2 }))!.Band!.Text);
    }

    [Theory]
    [InlineData(1, "1")]
    [InlineData(10, "10")]
    [InlineData(11, "20")]
    [InlineData(900, "900")]
    public void Wait_IsToldInStepsOfTen_AndToTheSecondAtTheEnd(int seconds, string told) =>
        Assert.Equal($"Too many wrong PINs. Seconds to the next try: {told}", Builder.Build(Asking(Pin with { WaitSeconds = seconds }))!.Band!.Text);

    [Fact]
    public void I15_QuestionIsNotDrawnInUse() => Assert.Null(Builder.Build(Asking(Pin) with { InUse = true }));

    private static readonly StatusAsk Button = new(AskKind.Button, 0, 60, false, 0, 0);

    private static readonly StatusAsk Pin = new(AskKind.Pin, 0, 60, false, 3, 0);

    private static StatusMessage Asking(StatusAsk? ask) => Copying with { State = StatusState.Found, PhasePercent = null, Ask = ask };
}
