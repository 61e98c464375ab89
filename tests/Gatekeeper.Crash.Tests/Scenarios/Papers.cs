using Gatekeeper.Crash.Tests.Model;
using Gatekeeper.Release.Permits;
using Gatekeeper.Service;
using Gatekeeper.Service.Control;
using Gatekeeper.Service.Papers;
using Gatekeeper.Stick;
using Gatekeeper.Stick.FileSystems;
using Gatekeeper.Update;
using Gatekeeper.Vectors;

namespace Gatekeeper.Crash.Tests.Scenarios;

/// <summary>Trust moves and permits, taken from a stick by the service's own desks; and the first facts of a device.</summary>
internal static class Papers
{
    private static readonly string[] Permits = ["permit-1", "permit-2"];
    private static readonly string[] Site = ["site-1", "site-2"];

    public static IReadOnlyList<Scenario> All =>
    [
        Paper("a new root", ("keys.gkr", NewRoot()), null, new OnRecord("root", (before, now) => now.Trust.RootVersion > before.Trust.RootVersion)),
        Paper("a site root by permit", ("p.gkp", Permitted(StatementForge.SiteRootText)), new OpenChallenge(PermitAction.SiteRoot, StatementForge.Nonce, null, null),
            new OnRecord("permit", (before, now) => now.Device?.SiteRoot is not null && before.Device?.SiteRoot is null)),
        Paper("the next site root", ("r.gka", StatementForge.Sign(StatementForge.SiteText(2, "site-4", "site-5"), "site-1", "site-2", "site-4", "site-5")), null,
            new OnRecord("site-root", (before, now) => !now.Device!.SiteRoot.AsSpan().SequenceEqual(before.Device!.SiteRoot)), StatementForge.Site),
        Paper("an approval", ("a.gka", StatementForge.Sign(StatementForge.ApprovalText, Site)), null,
            new OnRecord("approved", (_, now) => now.SiteApprovals.IsApproved(StatementForge.Digest)), StatementForge.Site),
        Paper("a withdrawal", ("w.gka", StatementForge.Sign(StatementForge.ApprovalText.Set("decision", "\"withdraw\"").Set("sequence", "2"), Site)), null,
            new OnRecord("withdrawn", (_, now) => now.SiteApprovals.Words.Length > 0), StatementForge.Site),
        Paper("a permit for a peripheral", ("p.gkp", Permitted(StatementForge.PeripheralText)), new OpenChallenge(PermitAction.Peripheral, StatementForge.Nonce, StatementForge.Digest, "1-2"),
            new OnRecord("permit", (_, now) => !now.Peripherals.IsEmpty)),
        Downgrade,
        Provision,
    ];

    /// <summary>A permit for one release below the floor is used up before anything else happens .</summary>
    private static Scenario Downgrade => new()
    {
        Name = "a permit for a downgrade",
        Start = () => Device(new OpenChallenge(PermitAction.Downgrade, StatementForge.Nonce, StatementForge.Digest, null), null),
        Act = board =>
        {
            (Unit unit, _) = StartUp.Run(board)!.Value;
            Desk(unit).Use(Permit.Verify(Permitted(StatementForge.DowngradeText), unit.Trust.Effective));
        },
        OnRecord = [new("permit", (_, now) => now.Permitted is not null), new("permit", (before, now) => now.Challenge is null && before.Challenge is not null)],
        Old = Installs.V1,
        Next = Installs.V2,
        Further = Installs.V3,
    };

    /// <summary>The production line: nothing but the factory's set a, then facts and boot entries, then the first start of its own.</summary>
    private static Scenario Provision => new()
    {
        Name = "provisioning",
        Start = Installs.Filled,
        Act = board =>
        {
            AtTheFactory(board);
            StartUp.Run(board);
        },
        AtTheFactory = AtTheFactory,
        OnRecord = [new("provision", (_, now) => now.Device is not null), new("set-adopted", (_, now) => now.SetA is not null)],
        Old = Installs.V1,
        Next = Installs.V2,
        Further = Installs.V3,
    };

    private static Scenario Paper(
        string name, (string Name, byte[] Bytes) file, OpenChallenge? challenge, OnRecord onRecord, byte[]? site = null) => new()
        {
            Name = name,
            Start = () => Device(challenge, site),
            Act = board =>
            {
                (Unit unit, _) = StartUp.Run(board)!.Value;
                var desk = new ReleaseDesk(unit.Trust, unit.Audit, unit.Installer, Desk(unit), Image, SomePolicy, () => 0);
                desk.Judge(new Sectors(file.Bytes), [new StickFile(file.Name, file.Bytes.Length, [new Extent(0, file.Bytes.Length)])]);
            },
            OnRecord = [onRecord],
            Old = Installs.V1,
            Next = Installs.V2,
            Further = Installs.V3,
        };

    private static void AtTheFactory(Board board)
    {
        board.Boots++;
        var unit = new Unit(board, null, Installs.V1);
        var device = new Service.Device(Image, SomePolicy, unit.Running, board.StateDisk, unit.Trust, unit.Audit, unit.Boot, Board.Layout, board.Slots);
        new Provisioning(device).Run(Installs.Facts, mayRestore: false);
    }

    private static Board Device(OpenChallenge? challenge, byte[]? site)
    {
        Board board = Installs.Factory();
        (Unit unit, _) = StartUp.Run(board)!.Value;
        unit.Commit(c => c with
        {
            Trust = c.Trust with { Root = [.. StatementForge.TrustedRoot] },
            Device = Installs.Facts with { SiteRoot = site },
            Challenge = challenge,
        });
        return board;
    }

    private static PaperDesk Desk(Unit unit) => new(unit.Trust, unit.Audit, Image, _ => { });

    private static byte[] Permitted(string text) => StatementForge.Sign(text, Permits);

    private static byte[] NewRoot()
    {
        Forge forge = VectorSet.NewForge();
        forge.Roots[0].Permit = ["permit-1", "permit-2", "permit-3"];
        forge.AddRoot("root-1", "root-2");
        return forge.BuildRootsFile();
    }

    private static ImageInfo Image { get; } = new() { Format = 1, Product = "PM200", Version = "1.0.0", Channel = "stable" };

    private static Policy SomePolicy { get; } = new() { Format = 1, Lease = new PeerPolicy { Uid = 904 }, Kiosk = new PeerPolicy { Uid = 903 } };

    private sealed class Sectors(byte[] file) : ISectorSource
    {
        private readonly byte[] bytes = [.. file, .. new byte[Sector.Bytes - (file.Length % Sector.Bytes)]];

        public int SectorSize => Sector.Bytes;

        public long SectorCount => bytes.Length / Sector.Bytes;

        public void Read(long lba, Span<byte> buffer) => bytes.AsSpan((int)lba * Sector.Bytes, buffer.Length).CopyTo(buffer);
    }
}
