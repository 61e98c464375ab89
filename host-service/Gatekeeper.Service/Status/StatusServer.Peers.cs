using System.Net.Sockets;
using Gatekeeper.Update.Status;

namespace Gatekeeper.Service.Status;

/// <summary>Connections: who gets one, and what each may say.</summary>
internal sealed partial class StatusServer
{
    // Anyone on the device may connect: so many readers, and no more, whatever one program does.
    private const int MaxPeers = 16;

    // The app and the kiosk always find a place beside them. More than one connection each is a program that forgot one.
    private const int MaxOwnPeers = 4;

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

            var peer = new StatusPeer(socket, uid, killPeer);
            lock (gate)
            {
                if (!HasPlace(uid))
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

    private bool HasPlace(int uid) => uid == policy.Lease.Uid || uid == policy.Kiosk.Uid
        ? peers.Count(p => p.Uid == uid) < MaxOwnPeers
        : peers.Count(p => p.Uid != policy.Lease.Uid && p.Uid != policy.Kiosk.Uid) < MaxPeers;

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
            SetTicker();
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
            bool goesOn = peer.Uid == policy.Lease.Uid ? HandleApp(peer, line!) : HandleKiosk(peer, line!);
            SetTicker();
            return goesOn;
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
                // The answer first, then what follows from it: the program may be waiting for it with a patient.
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
