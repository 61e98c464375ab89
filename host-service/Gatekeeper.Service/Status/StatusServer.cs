using System.Net.Sockets;
using Gatekeeper.Update;
using Gatekeeper.Update.Status;

namespace Gatekeeper.Service.Status;

/// <summary>
/// <c>/run/gatekeeper/status.sock</c>: tells everybody the status, lets the device's program hold the in-use lease and the two of
/// them hand the screen over. The peer's user is asked of the kernel before a byte of it is read; a slow reader is dropped.
/// All state is behind one lock; no callback runs inside it but those of <see cref="ScreenBroker"/>, which only queue lines.
/// </summary>
internal sealed class StatusServer : IInUse, IDisposable
{
    private const int MaxPeers = 16;
    private const int LookMs = 50;

    private readonly Socket listener;
    private readonly Policy policy;
    private readonly Func<Socket, int?> peerUid;
    private readonly Lock gate = new();
    private readonly List<StatusPeer> peers = [];
    private readonly InUseLease lease = new();
    private readonly ScreenBroker broker;
    private readonly Timer ticker;
    private StatusMessage status;
    private StatusPeer? app;
    private StatusPeer? kiosk;
    private bool show;
    private bool? health;

    /// <summary>Listens on a socket that is already bound.</summary>
    /// <param name="listener">Bound and listening.</param>
    /// <param name="policy">Who is the app, who is the kiosk.</param>
    /// <param name="first">The status to begin with.</param>
    /// <param name="peerUid">Asks the kernel for a peer's user (SO_PEERCRED); null when it is not known.</param>
    internal StatusServer(Socket listener, Policy policy, StatusMessage first, Func<Socket, int?> peerUid)
    {
        this.listener = listener;
        this.policy = policy;
        this.peerUid = peerUid;
        status = first with { InUse = lease.InUse };
        broker = new ScreenBroker(line => app?.Queue(line), line => kiosk?.Queue(line), () => kiosk?.Drop());
        ticker = new Timer(_ => Tick(), null, 250, 250);
        _ = Accept();
    }

    /// <summary>The status as it was last told.</summary>
    internal StatusMessage Status
    {
        get
        {
            lock (gate)
            {
                return status;
            }
        }
    }

    /// <summary>True when nothing may be drawn, written or restarted (I15).</summary>
    public bool InUse
    {
        get
        {
            lock (gate)
            {
                return lease.InUse;
            }
        }
    }

    /// <summary>The device's program's last answer to the health check; null before the first.</summary>
    internal bool? Health
    {
        get
        {
            lock (gate)
            {
                return health;
            }
        }
    }

    /// <summary>True while the kiosk draws.</summary>
    internal bool KioskHasScreen
    {
        get
        {
            lock (gate)
            {
                return broker.KioskHasScreen;
            }
        }
    }

    /// <summary>Changes the status and tells everybody.</summary>
    /// <param name="change">From the last status to the new one.</param>
    /// <param name="onScreen">Whether it belongs on the screen when the device is not in use; null leaves that as it was.</param>
    internal void Tell(Func<StatusMessage, StatusMessage> change, bool? onScreen)
    {
        lock (gate)
        {
            status = change(status);
            show = onScreen ?? show;
            Settle();
        }
    }

    /// <summary>Answers the health check in the app's place (<c>gatekeeper confirm</c>).</summary>
    internal void AnswerHealth(bool ok)
    {
        lock (gate)
        {
            health = ok;
        }
    }

    /// <summary>Returns when the device is free.</summary>
    /// <exception cref="OperationCanceledException">Told to stop waiting.</exception>
    internal void WaitUntilFree(CancellationToken stop) => WaitUntil(() => !InUse, Timeout.InfiniteTimeSpan, stop);

    /// <summary>Returns when the kiosk has the screen, or after a moment when it does not get it; at once when there is none.</summary>
    /// <exception cref="OperationCanceledException">Told to stop waiting.</exception>
    internal void WaitUntilShown(CancellationToken stop) => WaitUntil(KioskHasScreenOrIsNotThere, TimeSpan.FromMilliseconds(ScreenBroker.PatienceMs), stop);

    /// <summary>Waits for the answer to the health check.</summary>
    /// <returns>The answer, or null when none came in time.</returns>
    /// <exception cref="OperationCanceledException">Told to stop waiting.</exception>
    internal bool? WaitForHealth(TimeSpan most, CancellationToken stop)
    {
        WaitUntil(() => Health is not null, most, stop);
        return Health;
    }

    /// <summary>The last moment before a restart: see <see cref="InUseLease.TryIssueRestart"/>.</summary>
    internal bool TryIssueRestart()
    {
        lock (gate)
        {
            return lease.TryIssueRestart();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        ticker.Dispose();
        listener.Dispose();
        lock (gate)
        {
            foreach (StatusPeer peer in peers)
            {
                peer.Drop();
            }
        }
    }

    // Looks every 50 ms: nobody can tell that from at once, and there is no event to get wrong.
    private static void WaitUntil(Func<bool> holds, TimeSpan most, CancellationToken stop)
    {
        long start = Environment.TickCount64;
        while (!holds() && (most == Timeout.InfiniteTimeSpan || Environment.TickCount64 - start < most.TotalMilliseconds))
        {
            stop.WaitHandle.WaitOne(LookMs);
            stop.ThrowIfCancellationRequested();
        }
    }

    private bool KioskHasScreenOrIsNotThere()
    {
        lock (gate)
        {
            return kiosk is null || broker.KioskHasScreen;
        }
    }

    private void Tick()
    {
        lock (gate)
        {
            broker.Tick(Environment.TickCount64);
        }
    }

    // Called with the lock held: everything that follows from a change of status, lease or peers.
    private void Settle()
    {
        lease.PersonThere = status.ServiceMode;
        status = status with { InUse = lease.InUse };
        foreach (StatusPeer peer in peers)
        {
            peer.Queue(status);
        }

        broker.Want(show && !lease.InUse, Environment.TickCount64);
    }

    private async Task Accept()
    {
        while (true)
        {
            Socket socket;
            try
            {
                socket = await listener.AcceptAsync().ConfigureAwait(false);
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                return;
            }

            if (peerUid(socket) is not { } uid)
            {
                socket.Dispose();
                continue;
            }

            var peer = new StatusPeer(socket, uid);
            lock (gate)
            {
                // The app and the kiosk always find a place: strangers share what is left.
                if (peers.Count >= MaxPeers && uid != policy.Lease.Uid && uid != policy.Kiosk.Uid)
                {
                    peer.Drop();
                    continue;
                }

                peers.Add(peer);
                peer.Queue(status);
            }

            _ = Serve(peer);
        }
    }

    private async Task Serve(StatusPeer peer)
    {
        Task sending = peer.Send();
        try
        {
            await peer.Receive(line => Handle(peer, line)).ConfigureAwait(false);
        }
        finally
        {
            lock (gate)
            {
                peers.Remove(peer);
                Leave(peer);
            }

            peer.Drop();
            await sending.ConfigureAwait(false);
        }
    }

    private void Leave(StatusPeer peer)
    {
        long now = Environment.TickCount64;
        if (peer == app)
        {
            app = null;
            lease.Gone();
            broker.App(connected: false, now);
            Settle();
        }
        else if (peer == kiosk)
        {
            kiosk = null;
            broker.Kiosk(connected: false, now);
        }
    }

    // False ends the connection. Who may say what is decided by the user, which the kernel told us, before the line is parsed.
    private bool Handle(StatusPeer peer, ReadOnlySpan<byte> bytes)
    {
        if (peer.Uid != policy.Lease.Uid && peer.Uid != policy.Kiosk.Uid)
        {
            return false;
        }

        switch (StatusProtocol.Read(bytes, out ClientLine? line))
        {
            case LineResult.Malformed:
                return false;
            case LineResult.UnknownType:
                return true;
        }

        lock (gate)
        {
            return peer.Uid == policy.Lease.Uid ? HandleApp(peer, line!) : HandleKiosk(peer, line!);
        }
    }

    private bool HandleApp(StatusPeer peer, ClientLine line)
    {
        long now = Environment.TickCount64;
        switch (line)
        {
            case Hello { Role: ClientRole.App } when app is null:
                app = peer;
                broker.App(connected: true, now);
                return true;
            case LeaseWish wish when peer == app:
                if (wish.Want == LeaseWant.Take)
                {
                    peer.Queue(new LeaseAnswer(lease.Take(status.Trial)));
                }
                else
                {
                    lease.Give(status.Trial);
                    peer.Queue(new LeaseAnswer(false));
                }

                Settle();
                return true;
            case HealthAnswer answer when peer == app:
                health = answer.Ok;
                return true;
            case ScreenGiven when peer == app:
                broker.Given(now);
                return true;
            default:
                return false;
        }
    }

    private bool HandleKiosk(StatusPeer peer, ClientLine line)
    {
        long now = Environment.TickCount64;
        switch (line)
        {
            case Hello { Role: ClientRole.Kiosk } when kiosk is null:
                kiosk = peer;
                broker.Kiosk(connected: true, now);
                return true;
            case ScreenReturned when peer == kiosk:
                broker.Returned(now);
                return true;
            default:
                return false;
        }
    }
}
