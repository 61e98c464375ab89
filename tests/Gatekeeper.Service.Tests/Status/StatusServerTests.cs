using System.Net.Sockets;
using Gatekeeper.Service.Status;
using Gatekeeper.Update.Status;

namespace Gatekeeper.Service.Tests.Status;

/// <summary>The server on a real socket; only the kernel's answer to "who is it" is given by the test.</summary>
public sealed class StatusServerTests : IDisposable
{
    private const int AppUid = 904;
    private const int KioskUid = 903;
    private const int StrangerUid = 1000;

    private readonly string path = Path.Combine(Path.GetTempPath(), $"gk-status-{Guid.NewGuid():N}.sock");
    private readonly StatusServer server;
    private int nextUid = AppUid;

    public StatusServerTests()
    {
        var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen(8);
        var policy = new Policy { Format = 1, Lease = new PeerPolicy { Uid = AppUid }, Kiosk = new PeerPolicy { Uid = KioskUid } };
        server = new StatusServer(listener, policy, new StatusMessage { State = StatusState.Idle, Product = "PM200", Running = "1.0.0" }, _ => nextUid);
    }

    public void Dispose()
    {
        server.Dispose();
        File.Delete(path);
    }

    private Client Connect(int uid)
    {
        nextUid = uid;
        return new Client(path);
    }

    [Fact]
    public void Connect_TellsTheWholeStatus()
    {
        using Client client = Connect(StrangerUid);
        var status = Assert.IsType<StatusMessage>(client.Next());
        Assert.Equal("PM200", status.Product);
        Assert.True(status.InUse);
    }

    [Fact]
    public void I15_AppGivesTheLease_EverybodyLearnsIt()
    {
        using Client stranger = Connect(StrangerUid);
        stranger.Next();
        using Client app = Connect(AppUid);
        app.Next();
        app.Say(new Hello(ClientRole.App));
        Assert.IsType<ScreenYours>(app.Next());
        app.Say(new LeaseWish(LeaseWant.Give));
        Assert.False(Assert.IsType<LeaseAnswer>(app.Next()).Held);
        Assert.False(Assert.IsType<StatusMessage>(stranger.Next()).InUse);
        Assert.False(server.InUse);
    }

    [Fact]
    public void I15_AppDies_CountsAsInUse()
    {
        using Client stranger = Connect(StrangerUid);
        stranger.Next();
        using (Client app = Connect(AppUid))
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
        using Client stranger = Connect(StrangerUid);
        stranger.Next();
        stranger.Say(new LeaseWish(LeaseWant.Give));
        Assert.Null(stranger.Next());
        Assert.True(server.InUse);
    }

    [Fact]
    public void Kiosk_CannotHoldTheLease()
    {
        using Client kiosk = Connect(KioskUid);
        kiosk.Next();
        kiosk.Say(new Hello(ClientRole.Kiosk));
        kiosk.Say(new LeaseWish(LeaseWant.Give));
        Assert.Null(kiosk.Next());
        Assert.True(server.InUse);
    }

    [Fact]
    public void SecondApp_IsDropped()
    {
        using Client first = Connect(AppUid);
        first.Next();
        first.Say(new Hello(ClientRole.App));
        first.Next();
        using Client second = Connect(AppUid);
        second.Next();
        second.Say(new Hello(ClientRole.App));
        Assert.Null(second.Next());
    }

    [Fact]
    public void SlowReader_IsDroppedAndOthersAreServed()
    {
        using Client slow = Connect(StrangerUid);
        using Client good = Connect(StrangerUid);
        good.Next();
        string notes = new('n', 2000);
        for (int i = 0; i < 2000; i++)
        {
            server.Tell(s => s with { State = StatusState.Found, Release = new StatusRelease("PM200", "2.0.0", notes, i) }, onScreen: false);
            Assert.IsType<StatusMessage>(good.Next());
        }

        int read = 0;
        while (slow.Next() is not null)
        {
            read++;
        }

        Assert.True(read < 2000, $"{read} lines reached a reader that did not read");
    }

    private sealed class Client : IDisposable
    {
        private readonly Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        private readonly StreamReader reader;

        internal Client(string path)
        {
            socket.ReceiveTimeout = 10_000;
            socket.Connect(new UnixDomainSocketEndPoint(path));
            reader = new StreamReader(new NetworkStream(socket));
        }

        internal void Say(ClientLine line) => socket.Send(StatusProtocol.Write(line));

        /// <summary>The next line, or null when the server has ended the connection.</summary>
        internal ServiceLine? Next()
        {
            string? text;
            try
            {
                text = reader.ReadLine();
            }
            catch (IOException e) when (e.InnerException is SocketException { SocketErrorCode: SocketError.ConnectionReset })
            {
                return null;
            }

            if (text is null)
            {
                return null;
            }

            Assert.Equal(LineResult.Ok, StatusProtocol.Read(System.Text.Encoding.UTF8.GetBytes(text), out ServiceLine? line));
            return line;
        }

        public void Dispose()
        {
            reader.Dispose();
            socket.Dispose();
        }
    }
}
