using System.Net.Sockets;
using Gatekeeper.Release;
using Gatekeeper.Service.Status;
using Gatekeeper.Update;
using Gatekeeper.Update.Status;

namespace Gatekeeper.Service.Tests;

/// <summary>Audit log, status socket and teller of a device that has nothing else.</summary>
internal sealed class TellerBench : IDisposable
{
    private readonly string path = Path.Combine(Path.GetTempPath(), $"gk-teller-{Guid.NewGuid():N}.sock");

    public TellerBench(DeviceFacts? device = null)
    {
        Audit = AuditLog.Open(State, Guid.NewGuid(), new StillClock());
        var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen(1);
        var policy = new Policy { Format = 1, Lease = new PeerPolicy { Uid = 904 }, Kiosk = new PeerPolicy { Uid = 903 } };
        Status = new StatusServer(listener, policy, new StatusMessage { State = StatusState.Idle, Product = "PM200", Running = "1.0.0" }, _ => null, _ => { }, _ => { });
        Teller = new Teller(Status, () => device);
    }

    public MemoryDevice State { get; } = new();

    public AuditLog Audit { get; }

    public StatusServer Status { get; }

    public Teller Teller { get; }

    public void Dispose()
    {
        Teller.Dispose();
        Status.Dispose();
        File.Delete(path);
    }
}
