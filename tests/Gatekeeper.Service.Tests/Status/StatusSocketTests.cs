using System.Collections.Concurrent;
using System.Net.Sockets;
using Gatekeeper.Release;
using Gatekeeper.Service.Status;
using Gatekeeper.Update.Status;

namespace Gatekeeper.Service.Tests.Status;

/// <summary>The server on a real socket; only the kernel's answer to "who is it" is given by the test.</summary>
public abstract class StatusSocketTests : IDisposable
{
    internal const int AppUid = 904;
    internal const int KioskUid = 903;
    internal const int StrangerUid = 1000;

    private readonly ConcurrentQueue<int?> uids = new();

    // As the service does at its start; here the tests themselves block threads of the pool besides.
    static StatusSocketTests() => ThreadPool.SetMinThreads(32, 32);

    protected StatusSocketTests()
    {
        var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(Path));
        listener.Listen(32);
        var policy = new Policy { Format = 1, Lease = new PeerPolicy { Uid = AppUid }, Kiosk = new PeerPolicy { Uid = KioskUid } };
        Server = new StatusServer(
            listener, policy, new StatusMessage { State = StatusState.Idle, Product = "PM200", Running = "1.0.0" },
            _ => uids.TryDequeue(out int? uid) ? uid : StrangerUid, _ => Killed++, Record);
    }

    internal string Path { get; } = System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"gk-status-{Guid.NewGuid():N}.sock");

    internal StatusServer Server { get; }

    /// <summary>Processes ended.</summary>
    protected int Killed { get; private set; }

    /// <summary>What was written down before it took effect.</summary>
    internal ConcurrentQueue<string> Recorded { get; } = new();

    /// <summary>The medium of the log fails.</summary>
    protected bool RecordFails { get; set; }

    public void Dispose()
    {
        Server.Dispose();
        File.Delete(Path);
        GC.SuppressFinalize(this);
    }

    internal StatusClient Connect(int? uid)
    {
        uids.Enqueue(uid);
        return new StatusClient(Path);
    }

    /// <summary>Connected, and the first status taken.</summary>
    internal StatusClient ConnectAndRead(int uid)
    {
        StatusClient client = Connect(uid);
        Assert.IsType<StatusMessage>(client.Next());
        return client;
    }

    internal StatusClient ConnectApp()
    {
        StatusClient app = ConnectAndRead(AppUid);
        app.Say(new Hello(ClientRole.App));
        app.Until<ScreenYours>();
        return app;
    }

    internal StatusClient ConnectKiosk()
    {
        StatusClient kiosk = ConnectAndRead(KioskUid);
        kiosk.Say(new Hello(ClientRole.Kiosk));
        return kiosk;
    }

    private void Record(string what)
    {
        if (RecordFails)
        {
            throw new RefusedException(Refusal.AuditLog, "the medium fails");
        }

        Recorded.Enqueue(what);
    }
}

