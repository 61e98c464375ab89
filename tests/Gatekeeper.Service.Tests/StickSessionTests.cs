using Gatekeeper.PortGate;
using Gatekeeper.Release;
using Gatekeeper.Service.Status;
using Gatekeeper.Service.Sticks;
using Gatekeeper.Stick;
using Gatekeeper.Stick.FileSystems;
using Gatekeeper.Update;
using Gatekeeper.Update.Status;

namespace Gatekeeper.Service.Tests;

/// <summary>What a refusal does, and in which order. What an accepted release does is shown on the real thing, in the rig.</summary>
public sealed class StickSessionTests : IDisposable
{
    private readonly TellerBench bench = new();
    private readonly AcceptedDevice device;

    public StickSessionTests()
    {
        var verdict = Assert.IsType<PortVerdict.Candidate>(PortJudge.Judge(FakeUsbTree.Stick("1-1", 2), PortRules.None));
        device = verdict.Device;
    }

    public void Dispose() => bench.Dispose();

    private MemoryDevice State => bench.State;

    private AuditLog Audit => bench.Audit;

    private StatusServer Status => bench.Status;

    private Teller Teller => bench.Teller;

    private StickSession Session(IStickAccess access) => new(access, null!, null!, null!, Audit, Teller);

    private string[] Log() => [.. AuditLog.Read(State).Select(e => $"{e.Event} {e.Code}".TrimEnd())];

    [Fact]
    public void I09_StickWithoutAFileSystem_IsOnRecordThenShutAndNothingIsTold()
    {
        StatusMessage before = Status.Status;
        var stick = new Stick(new RefusedException(Refusal.NoFileSystem, "neither FAT nor exFAT"), () => Log()[^1]);
        Session(new Access(() => stick)).Run(device, CancellationToken.None);
        Assert.Equal(["log-created", "candidate", "refused NoFileSystem"], Log());
        Assert.Equal("refused NoFileSystem", stick.LastEventWhenShut);
        Assert.Same(before, Status.Status);
    }

    [Fact]
    public void I13_CandidateIsOnRecordBeforeItIsAuthorized()
    {
        string? seen = null;
        Session(new Access(() =>
        {
            seen = Log()[^1];
            throw new RefusedException(Refusal.DeviceChanged, "other descriptors");
        })).Run(device, CancellationToken.None);
        Assert.Equal("candidate", seen);
        Assert.Equal("refused DeviceChanged", Log()[^1]);
    }

    [Fact]
    public void I13_AuditLogThatFails_LeavesTheStickUnopened()
    {
        State.Fails = true;
        bool opened = false;
        var refused = Assert.Throws<RefusedException>(() => Session(new Access(() =>
        {
            opened = true;
            throw new InvalidOperationException("must not be reached");
        })).Run(device, CancellationToken.None));
        Assert.Equal(Refusal.AuditLog, refused.Code);
        Assert.False(opened);
    }

    [Theory]
    [InlineData(Refusal.StickProtocol)]
    [InlineData(Refusal.NoRelease)]
    [InlineData(Refusal.SignatureMissing)]
    [InlineData(Refusal.State)]
    public void I09_RefusalWithoutSignedMetadata_IsNotTold(Refusal code)
    {
        Teller.Refused(new RefusedException(code, "x"), "1-1", verified: false);
        Assert.Equal(StatusState.Idle, Status.Status.State);
        Assert.Null(Status.Status.Message);
    }

    [Fact]
    public void I09_DamagedFileBehindSignedMetadata_IsASentenceThatGoesWithItsStick()
    {
        Teller.Refused(new RefusedException(Refusal.FileDamaged, "payload efi: chunk 3"), "1-1", verified: false);
        Assert.Equal(StatusState.Refused, Status.Status.State);
        Assert.Equal(RefusalCatalogue.Of(Refusal.FileDamaged).Code, Status.Status.Message!.Code);
        Teller.PortEmpty("1-2");
        Assert.Equal(StatusState.Refused, Status.Status.State);
    }

    [Fact]
    public void StickThatIsPulledAfterItsReleaseWasVerified_IsToldInWordsAboutTheUpdate()
    {
        Teller.Refused(new RefusedException(Refusal.StickGone, "the pump is gone"), "1-1", verified: true);
        Assert.Equal(RefusalCatalogue.Of(Refusal.PulledTooEarly).Code, Status.Status.Message!.Code);
    }

    private sealed class Access(Func<IOpenStick> open) : IStickAccess
    {
        public IOpenStick Open(AcceptedDevice device) => open();
    }

    private sealed class Stick(RefusedException refusal, Func<string> lastEvent) : IOpenStick
    {
        internal string? LastEventWhenShut { get; private set; }

        public ISectorSource Sectors => null!;

        public int? PartBytes => null;

        public void LiftDeadline()
        {
        }

        public IReadOnlyList<StickFile> Find() => throw refusal;

        public void Dispose() => LastEventWhenShut ??= lastEvent();
    }
}
