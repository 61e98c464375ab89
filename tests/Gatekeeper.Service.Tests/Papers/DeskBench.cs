using Gatekeeper.Release;
using Gatekeeper.Release.Permits;
using Gatekeeper.Service.Papers;
using Gatekeeper.Stick;
using Gatekeeper.Stick.FileSystems;
using Gatekeeper.Update;
using Gatekeeper.Vectors;

namespace Gatekeeper.Service.Tests.Papers;

/// <summary>A device at 1.0.0 with a state partition in memory, which trusts the root of <see cref="StatementForge"/>, and sticks for it.</summary>
internal sealed class DeskBench
{
    public const string Product = "PM200";

    private readonly MemoryDevice state = new();

    public DeskBench(string running = "1.0.0")
    {
        byte[] root = StatementForge.TrustedRoot;
        Running = new RunningSystem(SlotSet.A, Version(running), [.. root], 1, Guid.NewGuid());
        Audit = AuditLog.Open(state, Guid.NewGuid(), new StillClock());
        Trust = TrustStore.Open(state, Running);
        Image = new ImageInfo { Format = 1, Product = Product, Version = running, Channel = "stable" };
        Papers = new PaperDesk(Trust, Audit, Image, facts =>
        {
            Provisioned.Add(facts);
            Keep(c => c with { Device = facts, TrustRebuilt = false, Challenge = null });
        });
        Desk = new ReleaseDesk(Trust, Audit, null!, Papers, Image, new Policy { Format = 1, Lease = new PeerPolicy { Uid = 904 }, Kiosk = new PeerPolicy { Uid = 903 } }, () => 0);
    }

    public RunningSystem Running { get; }

    public AuditLog Audit { get; }

    public TrustStore Trust { get; }

    public ImageInfo Image { get; }

    public PaperDesk Papers { get; }

    public ReleaseDesk Desk { get; }

    public List<DeviceRecord> Provisioned { get; } = [];

    /// <summary>A device that has its facts.</summary>
    public DeskBench WithFacts(byte[]? siteRoot = null)
    {
        Keep(c => c with { Device = new DeviceRecord { Id = StatementForge.Device, Model = "PM200", HardwareRevision = "C", Keys = [], SiteRoot = siteRoot } });
        return this;
    }

    /// <summary>A device that shows the challenge which every permit of the forge answers.</summary>
    public DeskBench WithChallenge(PermitAction action, string? digest = null, string? port = null)
    {
        Keep(c => c with { Challenge = new OpenChallenge(action, StatementForge.Nonce, digest, port) });
        return this;
    }

    public void Keep(Func<StateContent, StateContent> change)
    {
        Trust.Change(change);
        Trust.Commit();
    }

    /// <summary>What a start of the service after a power cut finds.</summary>
    public StateContent AfterPowerCut() => TrustStore.Open(state, Running).Content;

    public string[] Log() => [.. AuditLog.Read(state).Select(e => e.Event)];

    /// <summary>Judges a stick with these files.</summary>
    public Judgement Judge(params (string Name, byte[] Bytes)[] files)
    {
        var sectors = new Sectors(files.Sum(f => (f.Bytes.Length + 511) / 512));
        List<StickFile> found = [];
        long lba = 0;
        foreach ((string name, byte[] bytes) in files)
        {
            bytes.CopyTo(sectors.Bytes.AsSpan((int)lba * 512));
            found.Add(new StickFile(name, bytes.Length, [new Extent(lba, bytes.Length)]));
            lba += (bytes.Length + 511) / 512;
        }

        return Desk.Judge(sectors, found);
    }

    /// <summary>A stick that is refused.</summary>
    public Refusal Refuses(params (string Name, byte[] Bytes)[] files) => Assert.Throws<RefusedException>(() => Judge(files)).Code;

    public static ReleaseVersion Version(string text) => ReleaseVersion.TryParse(text, out ReleaseVersion version) ? version : throw new ArgumentException(text);

    private sealed class Sectors(int count) : ISectorSource
    {
        public byte[] Bytes { get; } = new byte[count * 512];

        public int SectorSize => 512;

        public long SectorCount => Bytes.Length / 512;

        public void Read(long lba, Span<byte> buffer) => Bytes.AsSpan((int)lba * 512, buffer.Length).CopyTo(buffer);
    }
}
