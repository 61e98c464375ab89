using System.Diagnostics;
using Gatekeeper.Service.Status;
using Gatekeeper.Update.Status;
using Xunit.Abstractions;

namespace Gatekeeper.Service.Tests.Status;

/// <summary>The lease on the socket: what follows from one line of the device's program, and in which order.</summary>
public sealed class LeaseTests(ITestOutputHelper output) : StatusSocketTests
{
    [Fact]
    public void I15_TakenWhileTheKioskDraws_IsAnsweredFirst_AndTheScreenIsAskedBackAtOnce()
    {
        using StatusClient app = ConnectApp();
        using StatusClient kiosk = ConnectKiosk();
        ShowOnKiosk(app, kiosk);

        Stopwatch time = Stopwatch.StartNew();
        app.Say(new LeaseWish(LeaseWant.Take));
        ServiceLine? first = app.Next();
        Assert.True(Assert.IsType<LeaseAnswer>(first).Held);
        output.WriteLine($"take to answer: {time.Elapsed.TotalMilliseconds:0.0} ms");
        Assert.True(Server.InUse);
        kiosk.Until<ScreenReturn>();
        output.WriteLine($"take to screen-return at the kiosk: {time.Elapsed.TotalMilliseconds:0.0} ms");
        kiosk.Say(new ScreenReturned());
        app.Until<ScreenYours>();
        output.WriteLine($"take to screen-yours: {time.Elapsed.TotalMilliseconds:0.0} ms");
        Assert.Equal(0, Killed);

        // Given back: everything goes on.
        app.Say(new LeaseWish(LeaseWant.Give));
        app.Until<ScreenWanted>();
        app.Say(new ScreenGiven());
        kiosk.Until<ScreenYours>();
    }

    [Fact]
    public void I15_KioskThatKeepsTheScreen_IsEndedInTime_AndTheProgramGetsIt()
    {
        using StatusClient app = ConnectApp();
        using StatusClient kiosk = ConnectKiosk();
        ShowOnKiosk(app, kiosk);
        Stopwatch time = Stopwatch.StartNew();
        app.Say(new LeaseWish(LeaseWant.Take));
        app.Until<ScreenYours>();
        output.WriteLine($"take to screen-yours past a kiosk that does not answer: {time.Elapsed.TotalMilliseconds:0} ms (bound {ScreenBroker.ReturnMs})");
        Assert.Equal(1, Killed);
        while (kiosk.Next() is not null)
        {
        }
    }

    [Fact]
    public void I15_KioskThatDiesBeforeItReturnsTheScreen_GivesItBackByThat()
    {
        using StatusClient app = ConnectApp();
        using (StatusClient kiosk = ConnectKiosk())
        {
            ShowOnKiosk(app, kiosk);
            app.Say(new LeaseWish(LeaseWant.Take));
            kiosk.Until<ScreenReturn>();
        }

        app.Until<ScreenYours>();
        Assert.Equal(0, Killed);
    }

    [Fact]
    public void I15_PersonInServiceMode_IsOnRecordOnce_AndEndsWithIt()
    {
        Assert.Equal((LeaseHolder.NeverHeld, false), Server.Lease);
        ServiceMode(true);
        Assert.True(SpinWait.SpinUntil(() => !Server.InUse, 5000));
        Assert.Equal((LeaseHolder.NeverHeld, true), Server.Lease);
        Assert.Equal(["never held"], Recorded);

        // A program that comes is heard; when it is gone the person is still there.
        using (StatusClient app = ConnectApp())
        {
            app.Say(new LeaseWish(LeaseWant.Take));
            Assert.True(app.Until<LeaseAnswer>().Held);
            Assert.True(Server.InUse);
        }

        Assert.True(SpinWait.SpinUntil(() => Server.Lease == (LeaseHolder.Died, true), 5000));
        Assert.False(Server.InUse);
        ServiceMode(false);
        Assert.True(Server.InUse);
        Assert.Equal((LeaseHolder.Died, false), Server.Lease);
        Assert.Equal(["never held"], Recorded);

        ServiceMode(true);
        Assert.True(SpinWait.SpinUntil(() => !Server.InUse, 5000));
        Assert.Equal(["never held", "holder died"], Recorded);
    }

    [Fact]
    public void I15_LeaseThatIsHeld_IsNotOverruled()
    {
        using StatusClient app = ConnectApp();
        app.Say(new LeaseWish(LeaseWant.Take));
        app.Until<LeaseAnswer>();
        ServiceMode(true);
        app.Until<StatusMessage>(s => s.ServiceMode);
        Assert.True(Server.InUse);
        Assert.Equal((LeaseHolder.Held, false), Server.Lease);
        Assert.Empty(Recorded);
    }

    [Fact]
    public void I13_WordThatCannotBeRecorded_HasNoEffect_UntilItCan()
    {
        RecordFails = true;
        using StatusClient reader = ConnectAndRead(StrangerUid);
        ServiceMode(true);
        reader.Until<StatusMessage>(s => s.ServiceMode);
        Assert.False(SpinWait.SpinUntil(() => !Server.InUse, 300));
        RecordFails = false;
        Server.Tell(s => s with { ServiceMinutes = 14 }, onScreen: null);
        Assert.True(SpinWait.SpinUntil(() => !Server.InUse, 5000));
    }

    [Fact]
    public void I15_OnTrial_TakingIsRefusedUntilKept()
    {
        Server.Tell(s => s with { Trial = true }, onScreen: null);
        using StatusClient app = ConnectApp();
        app.Say(new LeaseWish(LeaseWant.Take));
        Assert.False(app.Until<LeaseAnswer>().Held);
        Server.Tell(s => s with { Trial = false }, onScreen: null);
        app.Say(new LeaseWish(LeaseWant.Take));
        Assert.True(app.Until<LeaseAnswer>().Held);
    }

    private void ServiceMode(bool on) => Server.Tell(s => s with { ServiceMode = on, ServiceMinutes = on ? 15 : null }, onScreen: null);

    private void ShowOnKiosk(StatusClient app, StatusClient kiosk)
    {
        app.Say(new LeaseWish(LeaseWant.Take));
        app.Until<LeaseAnswer>();
        app.Say(new LeaseWish(LeaseWant.Give));
        app.Until<LeaseAnswer>();
        Server.Tell(s => s with { State = StatusState.Installing }, onScreen: true);
        app.Until<ScreenWanted>();
        app.Say(new ScreenGiven());
        kiosk.Until<ScreenYours>();
    }
}
