using System.Net.Sockets;
using Gatekeeper.Update.Status;

namespace Gatekeeper.Service.Status;

/// <summary>Connections: who gets one, and what each may say.</summary>
internal sealed partial class StatusServer
{
    private const int MaxPeers = 16;

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
