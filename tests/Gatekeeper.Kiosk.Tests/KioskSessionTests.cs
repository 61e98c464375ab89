using Gatekeeper.Kiosk.Strings;
using Gatekeeper.Update.Status;

namespace Gatekeeper.Kiosk.Tests;

public class KioskSessionTests
{
    private readonly FakeScreen _screen = new();
    private readonly List<ClientLine> _sent = [];
    private readonly List<string?> _spoken = [];
    private readonly KioskSession _session;

    public KioskSessionTests() => _session = new KioskSession(Speak, _screen, _sent.Add);

    [Fact]
    public void Language_IsTheStatuses_AndLoadedOnce()
    {
        Take(new ScreenYours(), Status(StatusState.Found) with { Language = "de" }, Status(StatusState.Copying) with { Language = "de" });
        Take(Status(StatusState.Checking) with { Language = "fr" });
        Take(Status(StatusState.Found));
        Assert.Equal(["de", "fr", null], _spoken);
        Assert.Equal(["Update wird kopiert", "Vérification en cours", "Update found"], _screen.Log);
    }

    [Fact]
    public void WithoutScreenYours_NothingIsDrawn()
    {
        Take(Status(StatusState.Found), Status(StatusState.Refused));
        Assert.Empty(_screen.Log);
    }

    [Fact]
    public void ScreenYours_DrawsTheLatestStatusOnce()
    {
        Take(Status(StatusState.Found), new ScreenYours());
        Take(Status(StatusState.Found));
        Assert.Equal(["Update found"], _screen.Log);
    }

    [Fact]
    public void ScreenReturn_ClosesBeforeItAnswers()
    {
        Take(Status(StatusState.Found), new ScreenYours());
        _session.Take(new ScreenReturn());
        Assert.Equal(["Update found", "closed"], _screen.Log);
        Assert.IsType<ScreenReturned>(Assert.Single(_sent));

        Take(Status(StatusState.Copying));
        Assert.Equal(["Update found", "closed"], _screen.Log);
    }

    [Fact]
    public void ScreenReturn_IsAnsweredEvenWhenNothingWasShown()
    {
        Take(new ScreenReturn());
        Assert.IsType<ScreenReturned>(Assert.Single(_sent));
    }

    [Theory]
    [InlineData(StatusState.Idle, false)]
    [InlineData(StatusState.Waiting, false)]
    [InlineData(StatusState.Copying, true)]
    public void I15_TheScreenIsLetGoWhenThereIsNothingToShowOrTheDeviceIsInUse(StatusState state, bool inUse)
    {
        Take(Status(StatusState.Found), new ScreenYours());
        Take(Status(state) with { InUse = inUse });
        Assert.Equal(["Update found", "closed"], _screen.Log);
        Assert.Empty(_sent);

        Take(Status(StatusState.Installing));
        Assert.Equal(["Update found", "closed", "Installing the update"], _screen.Log);
    }

    [Fact]
    public void ScreenThatAnotherProgramHas_IsAskedForAgain()
    {
        _screen.Taken = true;
        Take(Status(StatusState.Found), new ScreenYours());
        Assert.True(_session.IsPending);
        _screen.Taken = false;
        _session.Show();
        Assert.False(_session.IsPending);
        Assert.Equal(["Update found"], _screen.Log);
    }

    [Fact]
    public void LostConnection_ClosesTheScreen()
    {
        Take(Status(StatusState.Found), new ScreenYours());
        _session.Lost();
        _session.Show();
        Assert.Equal(["Update found", "closed"], _screen.Log);
        Assert.False(_session.IsPending);
    }

    [Fact]
    public void LinesForTheApp_AreIgnored()
    {
        Take(new ScreenWanted(), new LeaseAnswer(true));
        Assert.Empty(_sent);
        Assert.Empty(_screen.Log);
    }

    private static StatusMessage Status(StatusState state) => new() { State = state, Product = "PM200", Running = "1.0.0", Release = Pages.Release2 };

    private PageBuilder Speak(string? language)
    {
        _spoken.Add(language);
        return new PageBuilder(Texts.Load(language ?? "en"));
    }

    private void Take(params ServiceLine[] lines)
    {
        foreach (ServiceLine line in lines)
        {
            _session.Take(line);
        }

        _session.Show();
    }

    private sealed class FakeScreen : IScreen
    {
        private bool _open;

        public List<string> Log { get; } = [];

        public bool Taken { get; set; }

        public bool TryShow(PageModel page)
        {
            if (!Taken)
            {
                _open = true;
                Log.Add(page.Title);
            }

            return !Taken;
        }

        public void Close()
        {
            if (_open)
            {
                _open = false;
                Log.Add("closed");
            }
        }
    }
}
