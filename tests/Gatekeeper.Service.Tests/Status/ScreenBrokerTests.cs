using Gatekeeper.Service.Status;

namespace Gatekeeper.Service.Tests.Status;

public sealed class ScreenBrokerTests
{
    private readonly List<string> lines = [];
    private readonly ScreenBroker broker;

    public ScreenBrokerTests()
    {
        broker = new ScreenBroker(line => lines.Add("app " + line.GetType().Name), line => lines.Add("kiosk " + line.GetType().Name), () => lines.Add("drop kiosk"));
    }

    private string[] Said()
    {
        string[] said = [.. lines];
        lines.Clear();
        return said;
    }

    private void BothConnected()
    {
        broker.App(true, 0);
        broker.Kiosk(true, 0);
        Said();
    }

    [Fact]
    public void HandOver_AsksTheAppFirstAndGivesTheScreenBackAfterwards()
    {
        BothConnected();
        broker.Want(true, 0);
        Assert.Equal(["app ScreenWanted"], Said());
        broker.Given(10);
        Assert.Equal(["kiosk ScreenYours"], Said());
        Assert.True(broker.KioskHasScreen);
        broker.Want(false, 20);
        Assert.Equal(["kiosk ScreenReturn"], Said());
        broker.Returned(30);
        Assert.Equal(["app ScreenYours"], Said());
        Assert.False(broker.KioskHasScreen);
    }

    [Fact]
    public void AppThatNeverAnswers_KeepsItsScreen()
    {
        BothConnected();
        broker.Want(true, 0);
        Said();
        broker.Tick(1_000_000);
        Assert.Empty(Said());
        Assert.False(broker.KioskHasScreen);
    }

    [Fact]
    public void NoLongerWantedWhileAsked_AppIsToldAndAStrayGivenIsAnswered()
    {
        BothConnected();
        broker.Want(true, 0);
        broker.Want(false, 1);
        Assert.Equal(["app ScreenWanted", "app ScreenYours"], Said());
        broker.Given(2);
        Assert.Equal(["app ScreenYours"], Said());
    }

    [Fact]
    public void NoApp_KioskDrawsAtOnce()
    {
        broker.Kiosk(true, 0);
        broker.Want(true, 0);
        Assert.Equal(["kiosk ScreenYours"], Said());
    }

    [Fact]
    public void KioskDies_ANewOneGetsTheScreenWithinThreeSeconds()
    {
        BothConnected();
        broker.Want(true, 0);
        broker.Given(0);
        Said();
        broker.Kiosk(false, 100);
        broker.Tick(2000);
        Assert.Empty(Said());
        broker.Kiosk(true, 2500);
        Assert.Equal(["kiosk ScreenYours"], Said());
    }

    [Fact]
    public void KioskDiesForGood_AppGetsTheScreenAfterThreeSeconds()
    {
        BothConnected();
        broker.Want(true, 0);
        broker.Given(0);
        broker.Kiosk(false, 100);
        Said();
        broker.Tick(100 + ScreenBroker.PatienceMs);
        Assert.Equal(["app ScreenYours"], Said());
    }

    [Fact]
    public void KioskThatDoesNotReturnTheScreen_IsDropped()
    {
        BothConnected();
        broker.Want(true, 0);
        broker.Given(0);
        broker.Want(false, 100);
        Said();
        Assert.Equal(100 + ScreenBroker.ReturnMs, broker.DueMs);
        broker.Tick(100 + ScreenBroker.ReturnMs - 1);
        Assert.Empty(Said());
        broker.Tick(100 + ScreenBroker.ReturnMs);
        Assert.Null(broker.DueMs);
        Assert.Equal(["drop kiosk", "app ScreenYours"], Said());
    }

    [Fact]
    public void AppComesBackWhileTheKioskDraws_ItWaitsForItsTurn()
    {
        broker.Kiosk(true, 0);
        broker.Want(true, 0);
        Said();
        broker.App(true, 10);
        Assert.Empty(Said());
        broker.Want(false, 20);
        broker.Returned(30);
        Assert.Equal(["kiosk ScreenReturn", "app ScreenYours"], Said());
    }

    [Fact]
    public void WantedAgainWhileReturning_AsksTheAppAnew()
    {
        BothConnected();
        broker.Want(true, 0);
        broker.Given(0);
        broker.Want(false, 1);
        broker.Want(true, 2);
        Said();
        broker.Returned(3);
        Assert.Equal(["app ScreenYours", "app ScreenWanted"], Said());
    }
}
