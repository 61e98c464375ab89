using Gatekeeper.Release;
using Gatekeeper.Service.Maintenance;
using Gatekeeper.Service.Status;
using Gatekeeper.Update;
using Gatekeeper.Update.Status;

namespace Gatekeeper.Service.Tests.Maintenance;

public sealed class ServiceModeTests : IDisposable
{
    private readonly TellerBench bench = new();
    private readonly ServiceMode mode;
    private int actions;

    public ServiceModeTests()
    {
        mode = new ServiceMode(15, Audit, Teller, () => actions++, () => null);
    }

    public void Dispose() => bench.Dispose();

    private MemoryDevice State => bench.State;

    private AuditLog Audit => bench.Audit;

    private StatusServer Status => bench.Status;

    private Teller Teller => bench.Teller;

    private string[] Events() => [.. AuditLog.Read(State).Select(e => e.Event)];

    [Fact]
    public void I09_OutsideServiceMode_RefusalsOfClassesAAndBChangeNothing()
    {
        Teller.Denied(Refusal.DeviceNotAllowed, "1-2");
        Teller.Refused(new RefusedException(Refusal.NoRelease, "x"), "2-1", verified: false);
        Assert.Equal(StatusState.Idle, Status.Status.State);
        Assert.Null(Status.Status.Message);
    }

    [Fact]
    public void I09_InServiceMode_EveryRefusalIsToldInWordsOfTheCatalogue()
    {
        mode.Toggle(0);
        Teller.Denied(Refusal.DeviceNotAllowed, "1-2");
        Assert.Equal(RefusalCatalogue.Of(Refusal.DeviceNotAllowed).Code, Status.Status.Message?.Code);
        Teller.Refused(new RefusedException(Refusal.NoRelease, "bytes of the stick"), "2-1", verified: false);
        Assert.Equal(StatusState.Refused, Status.Status.State);
        Assert.Equal(RefusalCatalogue.Of(Refusal.NoRelease).Code, Status.Status.Message?.Code);
        Assert.DoesNotContain("bytes of the stick", Status.Status.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Refusal_CarriesTheDevicesOwnFacts_ForAScreenThatHasItsOwnWords()
    {
        using TellerBench known = new(new DeviceFacts("PM200", "PM200-C", ReleaseVersion.TryParse("1.2.3", out ReleaseVersion running) ? running : default, null, 0, false));
        known.Teller.Refused(new RefusedException(Refusal.OtherHardware, "x"), "1-1", verified: false);
        Assert.Equal(new StatusFacts { DeviceProduct = "PM200", DeviceHardware = "PM200-C", RunningVersion = "1.2.3" }, known.Status.Status.Message!.Facts);
    }

    [Fact]
    public void WhatWasRefusedInSilenceAndIsStillPlugged_IsToldOnEntering()
    {
        Teller.Refused(new RefusedException(Refusal.NoFileSystem, ""), "2-1", verified: false);
        Teller.Denied(Refusal.DeviceNotAllowed, "1-2");
        Teller.PortEmpty("1-2");
        mode.Toggle(0);
        Assert.Equal(RefusalCatalogue.Of(Refusal.NoFileSystem).Code, Status.Status.Message?.Code);
    }

    [Fact]
    public void EntersAndLeavesByKey_OnRecord()
    {
        mode.Toggle(0);
        Assert.True(Status.Status.ServiceMode);
        Assert.Equal(15, Status.Status.ServiceMinutes);
        Assert.Equal(1, actions);
        mode.Toggle(1000);
        Assert.False(Status.Status.ServiceMode);
        Assert.Null(Status.Status.ServiceMinutes);
        Assert.Equal(["service-mode", "service-mode-end"], Events().Where(e => e.StartsWith("service-", StringComparison.Ordinal)));
    }

    [Fact]
    public void EndsByItself_AndTakesItsSentenceAlong()
    {
        mode.Toggle(0);
        Teller.Denied(Refusal.DeviceNotAllowed, "1-2");
        mode.Tick((14 * 60_000) + 1);
        Assert.Equal(1, Status.Status.ServiceMinutes);
        Assert.Equal(StatusState.Refused, Status.Status.State);
        mode.Tick(15 * 60_000);
        Assert.False(Status.Status.ServiceMode);
        Assert.Equal(StatusState.Idle, Status.Status.State);
        Assert.Null(Status.Status.Message);
    }

    [Fact]
    public void I15_NobodyKnows_CountsAsFreeWhileAPersonIsThere()
    {
        Assert.True(Status.InUse);
        mode.Toggle(0);
        Assert.True(SpinWait.SpinUntil(() => !Status.InUse, 5000)); // on record first
        mode.Toggle(1);
        Assert.True(Status.InUse);
    }

    [Fact]
    public void I13_LogThatIsBroken_StartsANewChainThatSaysSo()
    {
        State.Fails = true;
        Assert.Throws<RefusedException>(() => Audit.Append("x"));
        Assert.Equal(Refusal.AuditLog, Assert.Throws<RefusedException>(() => mode.Toggle(0)).Code);
        Assert.False(Status.Status.ServiceMode);

        State.Fails = false;
        mode.Toggle(10);
        Assert.True(Status.Status.ServiceMode);
        Assert.Contains("log-new-chain", Events());
    }
}
