using System.Net.Sockets;
using Gatekeeper.Release;
using Gatekeeper.Service.Maintenance;
using Gatekeeper.Service.Status;
using Gatekeeper.Update;
using Gatekeeper.Update.Status;

namespace Gatekeeper.Service.Tests.Maintenance;

public sealed class ServiceModeTests : IDisposable
{
    private readonly string path = Path.Combine(Path.GetTempPath(), $"gk-service-{Guid.NewGuid():N}.sock");
    private readonly MemoryDevice state = new();
    private readonly AuditLog audit;
    private readonly StatusServer status;
    private readonly Teller teller;
    private readonly ServiceMode mode;
    private int actions;

    public ServiceModeTests()
    {
        audit = AuditLog.Open(state, Guid.NewGuid(), new StillClock());
        var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen(1);
        var policy = new Policy { Format = 1, Lease = new PeerPolicy { Uid = 904 }, Kiosk = new PeerPolicy { Uid = 903 } };
        status = new StatusServer(listener, policy, new StatusMessage { State = StatusState.Idle, Product = "PM200", Running = "1.0.0" }, _ => null);
        teller = new Teller(status, () => null);
        mode = new ServiceMode(15, audit, teller, () => actions++);
    }

    public void Dispose()
    {
        teller.Dispose();
        status.Dispose();
        File.Delete(path);
    }

    private string[] Events() => [.. AuditLog.Read(state).Select(e => e.Event)];

    [Fact]
    public void I09_OutsideServiceMode_RefusalsOfClassesAAndBChangeNothing()
    {
        teller.Denied(Refusal.DeviceNotAllowed, "1-2");
        teller.Refused(new RefusedException(Refusal.NoRelease, "x"), "2-1", verified: false);
        Assert.Equal(StatusState.Idle, status.Status.State);
        Assert.Null(status.Status.Message);
    }

    [Fact]
    public void I09_InServiceMode_EveryRefusalIsToldInWordsOfTheCatalogue()
    {
        mode.Toggle(0);
        teller.Denied(Refusal.DeviceNotAllowed, "1-2");
        Assert.Equal(RefusalCatalogue.Of(Refusal.DeviceNotAllowed).Code, status.Status.Message?.Code);
        teller.Refused(new RefusedException(Refusal.NoRelease, "bytes of the stick"), "2-1", verified: false);
        Assert.Equal(StatusState.Refused, status.Status.State);
        Assert.Equal(RefusalCatalogue.Of(Refusal.NoRelease).Code, status.Status.Message?.Code);
        Assert.DoesNotContain("bytes of the stick", status.Status.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void WhatWasRefusedInSilenceAndIsStillPlugged_IsToldOnEntering()
    {
        teller.Refused(new RefusedException(Refusal.NoFileSystem, ""), "2-1", verified: false);
        teller.Denied(Refusal.DeviceNotAllowed, "1-2");
        teller.PortEmpty("1-2");
        mode.Toggle(0);
        Assert.Equal(RefusalCatalogue.Of(Refusal.NoFileSystem).Code, status.Status.Message?.Code);
    }

    [Fact]
    public void EntersAndLeavesByKey_OnRecord()
    {
        mode.Toggle(0);
        Assert.True(status.Status.ServiceMode);
        Assert.Equal(15, status.Status.ServiceMinutes);
        Assert.Equal(1, actions);
        mode.Toggle(1000);
        Assert.False(status.Status.ServiceMode);
        Assert.Null(status.Status.ServiceMinutes);
        Assert.Equal(["service-mode", "service-mode-end"], Events().Where(e => e.StartsWith("service-", StringComparison.Ordinal)));
    }

    [Fact]
    public void EndsByItself_AndTakesItsSentenceAlong()
    {
        mode.Toggle(0);
        teller.Denied(Refusal.DeviceNotAllowed, "1-2");
        mode.Tick((14 * 60_000) + 1);
        Assert.Equal(1, status.Status.ServiceMinutes);
        Assert.Equal(StatusState.Refused, status.Status.State);
        mode.Tick(15 * 60_000);
        Assert.False(status.Status.ServiceMode);
        Assert.Equal(StatusState.Idle, status.Status.State);
        Assert.Null(status.Status.Message);
    }

    [Fact]
    public void I15_NobodyKnows_CountsAsFreeWhileAPersonIsThere()
    {
        Assert.True(status.InUse);
        mode.Toggle(0);
        Assert.False(status.InUse);
        mode.Toggle(1);
        Assert.True(status.InUse);
    }

    [Fact]
    public void I13_LogThatIsBroken_StartsANewChainThatSaysSo()
    {
        state.Fails = true;
        Assert.Throws<RefusedException>(() => audit.Append("x"));
        Assert.Equal(Refusal.AuditLog, Assert.Throws<RefusedException>(() => mode.Toggle(0)).Code);
        Assert.False(status.Status.ServiceMode);

        state.Fails = false;
        mode.Toggle(10);
        Assert.True(status.Status.ServiceMode);
        Assert.Contains("log-new-chain", Events());
    }
}
