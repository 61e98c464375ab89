using System.Security.Cryptography;
using Gatekeeper.Release;
using Gatekeeper.Release.Permits;
using Gatekeeper.Update;
using Gatekeeper.Vectors;

namespace Gatekeeper.Service.Tests.Papers;

/// <summary>Several files on one stick: each is judged against the same trust, roots first; the newest that fits wins.</summary>
public sealed class ReleaseDeskTests
{
    private static readonly string[] Site = ["site-1", "site-2"];

    [Fact]
    public void NewestThatFitsWins_WhateverElseLiesBesideIt()
    {
        DeskBench bench = new DeskBench().WithFacts();
        Judgement judged = bench.Judge(
            ("broken.gku", [1, 2, 3]), ("other.gku", Release("9.0.0", f => f.Product = "PM300")), ("a.gku", Release("2.0.0")), ("b.gku", Release("3.0.0")), ("c.gku", Release("1.0.0")));
        Assert.Equal("3.0.0", judged.Offer!.Release.Version.ToString());
    }

    [Fact]
    public void RefusedStick_LeavesNoTraceInTrust()
    {
        DeskBench bench = new DeskBench().WithFacts();
        TrustState before = bench.Trust.Effective;
        Assert.Equal(Refusal.OtherProduct, bench.Refuses(("other.gku", Release("9.0.0", f => (f.Product, f.Timestamp.Version) = ("PM300", 77)))));
        Assert.Equal(before, bench.Trust.Effective);
        Assert.Equal("2.0.0", bench.Judge(("a.gku", Release("2.0.0"))).Offer!.Release.Version.ToString());
    }

    [Fact]
    public void RootInAFileOfRoots_RevokesTheReleaseBesideIt_AndIsKeptOnce()
    {
        DeskBench bench = new DeskBench().WithFacts();
        byte[] roots = Forged(f => f.AddRoot("root-1", "root-2").Targets = ["targets-4", "targets-5"]).BuildRootsFile();
        Assert.Equal(new Judgement(null, Taken.Roots), bench.Judge(("a.gku", Release("2.0.0")), ("z.gkr", roots)));
        Assert.Equal(2, bench.AfterPowerCut().Trust.RootVersion);
        Assert.Single(bench.Log(), e => e == "root");
        Assert.Equal(Refusal.SignatureMissing, bench.Refuses(("a.gku", Release("2.0.0"))));
    }

    [Fact]
    public void FileOfRootsAlone_IsToldAndKept_AStrangersIsNot()
    {
        DeskBench bench = new DeskBench().WithFacts();
        byte[] roots = Forged(f => f.AddRoot("root-1", "root-2")).BuildRootsFile();
        Assert.Equal(Taken.Roots, bench.Judge(("keys.gkr", roots)).Taken);
        Assert.Equal(Taken.RootsKnown, bench.Judge(("keys.gkr", roots)).Taken);

        var stranger = new Forge { Roots = { [0] = new RootPlan("root-4") { Root = ["root-4"], Threshold = 1 } } };
        Assert.Equal(Refusal.NoRelease, new DeskBench().WithFacts().Refuses(("keys.gkr", stranger.BuildRootsFile())));
    }

    [Fact]
    public void SiteRoot_ReleaseNeedsItsApproval_WhichMayComeOnTheSameStick()
    {
        DeskBench bench = new DeskBench().WithFacts(StatementForge.Site);
        byte[] release = Release("2.0.0");
        string digest = DigestOf(release);
        Assert.Equal(Refusal.ApprovalMissing, bench.Refuses(("a.gku", release)));

        byte[] approval = StatementForge.Sign(StatementForge.ApprovalText.Set("digest", $"\"{digest}\""), Site);
        Assert.NotNull(bench.Judge(("a.gku", release), ("a.gka", approval)).Offer);
        byte[] withdrawal = StatementForge.Sign(StatementForge.ApprovalText.Set("digest", $"\"{digest}\"").Set("decision", "\"withdraw\"").Set("sequence", "2"), Site);
        Assert.Equal(Refusal.ApprovalWithdrawn, bench.Refuses(("a.gku", release), ("w.gka", withdrawal)));
        Assert.Equal(Refusal.ApprovalWithdrawn, bench.Refuses(("a.gku", release), ("a.gka", approval)));
    }

    [Fact]
    public void I08_DowngradeByPermit_OnceAndTheFloorStays()
    {
        DeskBench bench = new DeskBench("3.0.0").WithFacts();
        bench.Keep(c => c with { Trust = c.Trust with { TimestampVersion = 9, SnapshotVersion = 9, TargetsVersion = 9 } });
        byte[] old = Release("2.0.0");
        string digest = DigestOf(old);
        byte[] permit = StatementForge.Sign(StatementForge.DowngradeText.Set("digest", $"\"{digest}\""), "permit-1", "permit-2");
        Assert.Equal(Refusal.TooOld, bench.Refuses(("old.gku", old)));
        Assert.Equal(Refusal.PermitNotAsked, bench.Refuses(("p.gkp", permit)));

        bench.WithChallenge(PermitAction.Downgrade, digest);
        Assert.Equal(Refusal.PermitForOther, bench.Refuses(("p.gkp", permit)));
        Assert.NotNull(bench.AfterPowerCut().Challenge);

        VerifiedRelease release = bench.Judge(("old.gku", old), ("newer.gku", Release("4.0.0")), ("p.gkp", permit)).Offer!.Release;
        Assert.Equal("2.0.0", release.Version.ToString());
        StateContent kept = bench.AfterPowerCut();
        Assert.Null(kept.Challenge);
        Assert.Equal(digest, kept.Permitted);
        Assert.Equal((9, 9, 9, "3.0.0"), (
            release.TrustAtKeep.TimestampVersion, release.TrustAtKeep.SnapshotVersion, release.TrustAtKeep.TargetsVersion, release.TrustAtKeep.Floor.ToString()));

        // The stage is judged again without the permit, until a trial is armed.
        Assert.NotNull(bench.Judge(("old.gku", old)).Offer);
        bench.Keep(c => c with { Permitted = null });
        Assert.Contains(bench.Refuses(("old.gku", old), ("p.gkp", permit)), new[] { Refusal.TooOld, Refusal.PermitNotAsked });
    }

    private static string DigestOf(byte[] release)
    {
        ReleaseHead head = GkuReader.ReadHead(new MemorySource(release));
        return Convert.ToHexStringLower(SHA256.HashData(head.Release.Span));
    }

    private static byte[] Release(string version, Action<Forge>? more = null) => Forged(f =>
    {
        f.Version = DeskBench.Version(version);
        more?.Invoke(f);
    }).Build();

    private static Forge Forged(Action<Forge> change)
    {
        Forge forge = VectorSet.NewForge();
        forge.Roots[0].Permit = ["permit-1", "permit-2", "permit-3"];
        change(forge);
        return forge;
    }

    private sealed class MemorySource(byte[] bytes) : IReleaseSource
    {
        public long Length => bytes.Length;

        public void ReadAt(long offset, Span<byte> buffer) => bytes.AsSpan((int)offset, buffer.Length).CopyTo(buffer);
    }
}
