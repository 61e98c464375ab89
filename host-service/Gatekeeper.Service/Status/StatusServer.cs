using System.Net.Sockets;
using Gatekeeper.Release;
using Gatekeeper.Update;
using Gatekeeper.Update.Status;

namespace Gatekeeper.Service.Status;

/// <summary>
/// <c>/run/gatekeeper/status.sock</c>: tells everybody the status, lets the device's program hold the in-use lease and the two of
/// them hand the screen over. The peer's user is asked of the kernel before a byte of it is read; a slow reader is dropped.
/// This part is what the service tells and asks; who connects and what they may say is in StatusServer.Peers.cs.
/// All state is behind one lock; no callback runs inside it but those of <see cref="ScreenBroker"/>, which only queue lines.
/// </summary>
internal sealed partial class StatusServer : IInUse, IDisposable
{
    private const int LookMs = 50;

    private readonly Socket listener;
    private readonly Policy policy;
    private readonly Func<Socket, int?> peerUid;
    private readonly Action<Socket> killPeer;
    private readonly Action<string> onRecord;
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
    private bool recording;

    /// <summary>Listens on a socket that is already bound.</summary>
    /// <param name="listener">Bound and listening.</param>
    /// <param name="policy">Who is the app, who is the kiosk.</param>
    /// <param name="first">The status to begin with.</param>
    /// <param name="peerUid">Asks the kernel for a peer's user (SO_PEERCRED); null when it is not known.</param>
    /// <param name="killPeer">Ends the process behind a connection.</param>
    /// <param name="onRecord">
    /// Writes down, before it takes effect, that a person's word overrules a lease nobody holds (I13). Throws <see cref="RefusedException"/>
    /// when it cannot: then the word has no effect.
    /// </param>
    internal StatusServer(Socket listener, Policy policy, StatusMessage first, Func<Socket, int?> peerUid, Action<Socket> killPeer, Action<string> onRecord)
    {
        this.killPeer = killPeer;
        this.onRecord = onRecord;
        this.listener = listener;
        this.policy = policy;
        this.peerUid = peerUid;
        status = first with { InUse = lease.InUse };
        broker = new ScreenBroker(line => app?.Queue(line), line => kiosk?.Queue(line), () => kiosk?.End());
        ticker = new Timer(_ => Tick(), null, Timeout.Infinite, Timeout.Infinite);
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

    /// <summary>Who holds the lease, and whether a person's word counts instead.</summary>
    internal (LeaseHolder Holder, bool Overruled) Lease
    {
        get
        {
            lock (gate)
            {
                return (lease.Holder, lease.Overruled);
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

    /// <summary>The screen has another language from now on; what it shows is shown again.</summary>
    internal void Speak(string language) => Tell(s => s with { Language = language }, onScreen: null);

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

    /// <summary>True when what is told can be seen: on the kiosk's screen, or without a kiosk by whoever shows it there.</summary>
    internal bool KioskHasScreenOrIsNotThere()
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
            SetTicker();
        }
    }

    // Runs only while somebody is waited for: an idle device is not woken.
    private void SetTicker()
    {
        long wait = broker.DueMs is { } due ? Math.Max(1, due - Environment.TickCount64) : Timeout.Infinite;
        ticker.Change(wait, Timeout.Infinite);
    }

    // Called with the lock held: everything that follows from a change of status, lease or peers.
    private void Settle()
    {
        if (!status.ServiceMode)
        {
            lease.PersonThere = false;
        }
        else if (lease.Unknown && !lease.PersonThere && !recording)
        {
            recording = true;
            _ = Task.Run(RecordAndOverrule);
        }

        status = status with { InUse = lease.InUse };
        foreach (StatusPeer peer in peers)
        {
            peer.Queue(status);
        }

        broker.Want(show && !lease.InUse, Environment.TickCount64);
        SetTicker();
    }

    // On record first (I13), and that takes a write to the medium: not under the lock, where the device's program would wait for it.
    private void RecordAndOverrule()
    {
        bool written = false;
        try
        {
            onRecord(Lease.Holder == LeaseHolder.Died ? "holder died" : "never held");
            written = true;
        }
        catch (RefusedException)
        {
            // The log's medium failed: the doctor says so. Nothing is overruled; the next change of status tries again.
        }

        lock (gate)
        {
            recording = false;
            if (written && status.ServiceMode)
            {
                lease.PersonThere = true;
                Settle();
            }
        }
    }
}
