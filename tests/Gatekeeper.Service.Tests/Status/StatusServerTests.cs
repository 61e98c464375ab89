using Gatekeeper.Release;
using Gatekeeper.Update.Status;

namespace Gatekeeper.Service.Tests.Status;

/// <summary>Who is served and who is dropped.</summary>
public sealed class StatusServerTests : StatusSocketTests
{
    [Fact]
    public void Connect_TellsTheWholeStatus()
    {
        using StatusClient client = Connect(StrangerUid);
        var status = Assert.IsType<StatusMessage>(client.Next());
        Assert.Equal("PM200", status.Product);
        Assert.True(status.InUse);
    }

    [Fact]
    public void I15_AppGivesTheLease_EverybodyLearnsIt()
    {
        using StatusClient stranger = Connect(StrangerUid);
        stranger.Next();
        using StatusClient app = Connect(AppUid);
        app.Next();
        app.Say(new Hello(ClientRole.App));
        Assert.IsType<ScreenYours>(app.Next());
        app.Say(new LeaseWish(LeaseWant.Give));
        Assert.False(Assert.IsType<LeaseAnswer>(app.Next()).Held);
        Assert.False(Assert.IsType<StatusMessage>(stranger.Next()).InUse);
        Assert.False(Server.InUse);
    }

    [Fact]
    public void I15_AppDies_CountsAsInUse()
    {
        using StatusClient stranger = Connect(StrangerUid);
        stranger.Next();
        using (StatusClient app = Connect(AppUid))
        {
            app.Next();
            app.Say(new Hello(ClientRole.App));
            app.Next();
            app.Say(new LeaseWish(LeaseWant.Give));
            app.Next();
            Assert.False(Assert.IsType<StatusMessage>(stranger.Next()).InUse);
        }

        Assert.True(Assert.IsType<StatusMessage>(stranger.Next()).InUse);
    }

    [Fact]
    public void Stranger_ThatSpeaks_IsDropped()
    {
        using StatusClient stranger = Connect(StrangerUid);
        stranger.Next();
        stranger.Say(new LeaseWish(LeaseWant.Give));
        Assert.Null(stranger.Next());
        Assert.True(Server.InUse);
    }

    [Fact]
    public void Kiosk_CannotHoldTheLease()
    {
        using StatusClient kiosk = Connect(KioskUid);
        kiosk.Next();
        kiosk.Say(new Hello(ClientRole.Kiosk));
        kiosk.Say(new LeaseWish(LeaseWant.Give));
        Assert.Null(kiosk.Next());
        Assert.True(Server.InUse);
    }

    [Fact]
    public void SecondApp_IsDropped()
    {
        using StatusClient first = Connect(AppUid);
        first.Next();
        first.Say(new Hello(ClientRole.App));
        first.Next();
        using StatusClient second = Connect(AppUid);
        second.Next();
        second.Say(new Hello(ClientRole.App));
        Assert.Null(second.Next());
    }

    [Fact]
    public void SlowReader_IsDroppedAndOthersAreServed()
    {
        using StatusClient slow = Connect(StrangerUid);
        using StatusClient good = Connect(StrangerUid);
        good.Next();
        string notes = new('n', 2000);
        for (int i = 0; i < 2000; i++)
        {
            Server.Tell(s => s with { State = StatusState.Found, Release = new StatusRelease("PM200", "2.0.0", notes, i) }, onScreen: false);
            Assert.IsType<StatusMessage>(good.Next());
        }

        int read = 0;
        while (slow.Next() is not null)
        {
            read++;
        }

        Assert.True(read < 2000, $"{read} lines reached a reader that did not read");
    }

    [Fact]
    public void PeerTheKernelDoesNotKnow_GetsNotAByte()
    {
        using StatusClient nobody = Connect(null);
        Assert.Null(nobody.Next());
    }

    [Theory]
    [InlineData("{\"type\":\"new\"}\n")] // the same line of the app's is skipped
    [InlineData("\n")]
    [InlineData("no json\n")]
    public void Stranger_IsDroppedWhateverItSays_BecauseNothingOfItIsParsed(string line)
    {
        using StatusClient stranger = ConnectAndRead(StrangerUid);
        stranger.Say(line);
        Assert.Null(stranger.Next());
    }

    [Fact]
    public void UnknownTypesAndMembers_AreSkipped()
    {
        using StatusClient app = ConnectApp();
        app.Say("{\"type\":\"new\",\"what\":[1,2]}\n{\"type\":\"lease\",\"want\":\"take\",\"why\":\"patient\"}\n");
        Assert.True(app.Until<LeaseAnswer>().Held);
    }

    [Theory]
    [InlineData("{\"type\":\"lease\"}\n")]
    [InlineData("{\"type\":\"lease\",\"want\":1}\n")]
    [InlineData("{\"type\":\"lease\",\"want\":\"keep\"}\n")]
    [InlineData("{\"type\":\"lease\",\"want\":\"give\",\"want\":\"take\"}\n")]
    [InlineData("{\"format\":2,\"type\":\"lease\",\"want\":\"give\"}\n")]
    [InlineData("[]\n")]
    public void I15_MalformedLineOfTheApp_EndsItAndCountsAsInUse(string line)
    {
        using StatusClient app = ConnectApp();
        app.Say(new LeaseWish(LeaseWant.Give));
        app.Until<LeaseAnswer>();
        Assert.False(Server.InUse);
        app.Say(line);
        while (app.Next() is not null)
        {
        }

        Assert.True(SpinWait.SpinUntil(() => Server.InUse, 5000));
    }

    [Fact]
    public void OverlongLine_EndsTheConnection()
    {
        using StatusClient app = ConnectApp();
        try
        {
            app.Say("{\"type\":\"lease\",\"want\":\"give\",\"x\":\"" + new string('x', Limits.MaxStatusLineBytes));
        }
        catch (System.Net.Sockets.SocketException)
        {
            // It may be dropped before all of it was taken.
        }

        while (app.Next() is not null)
        {
        }

        Assert.True(Server.InUse);
    }

    [Fact]
    public void SixteenStrangers_LeaveAPlaceForAppAndKiosk_AndNoneForASeventeenth()
    {
        List<StatusClient> strangers = [.. Enumerable.Range(0, 16).Select(_ => ConnectAndRead(StrangerUid))];
        using StatusClient late = Connect(StrangerUid);
        Assert.Null(late.Next());
        using StatusClient app = ConnectApp();
        using StatusClient kiosk = ConnectKiosk();
        strangers[0].Dispose();
        Assert.True(SpinWait.SpinUntil(
            () =>
            {
                using StatusClient next = Connect(StrangerUid);
                return next.Next() is not null;
            }, 5000));
        strangers.ForEach(s => s.Dispose());
    }

    [Fact]
    public void ProgramThatForgetsItsConnections_IsServedFourTimes()
    {
        List<StatusClient> own = [.. Enumerable.Range(0, 4).Select(_ => ConnectAndRead(AppUid))];
        using StatusClient fifth = Connect(AppUid);
        Assert.Null(fifth.Next());
        own.ForEach(s => s.Dispose());
    }
}
