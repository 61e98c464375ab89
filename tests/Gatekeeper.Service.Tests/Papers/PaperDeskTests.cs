using Gatekeeper.Release;
using Gatekeeper.Release.Permits;
using Gatekeeper.Update;
using Gatekeeper.Vectors;

namespace Gatekeeper.Service.Tests.Papers;

/// <summary>What permits, approvals and site roots on a stick do to a device, and what they do not (DESIGN §6).</summary>
public sealed class PaperDeskTests
{
    private static readonly string[] Permit = ["permit-1", "permit-2"];
    private static readonly string[] Site = ["site-1", "site-2"];

    [Fact]
    public void PermitProvisionsADeviceThatNeverHadFacts_Once()
    {
        var bench = new DeskBench();
        Assert.Equal(Taken.Provisioned, bench.Judge(("line.gkp", Signed(StatementForge.ProvisionText))).Taken);
        DeviceRecord facts = Assert.Single(bench.Provisioned);
        Assert.Equal((StatementForge.Device, "PM200-C"), (facts.Id, facts.HardwareId()));
        Assert.Equal("one", facts.Keys[0].GetProperty("k").GetString());

        Assert.Equal(Refusal.ProvisionedAlready, bench.Refuses(("line.gkp", Signed(StatementForge.ProvisionText))));
        Assert.Single(bench.Provisioned);
    }

    [Fact]
    public void DeviceThatLostItsFacts_TakesOnlyThePermitThatAnswersItsChallenge()
    {
        var bench = new DeskBench();
        bench.Keep(c => c with { TrustRebuilt = true });
        Assert.Equal(Refusal.PermitNotAsked, bench.Refuses(("line.gkp", Signed(StatementForge.ProvisionText))));

        string answer = StatementForge.ProvisionText.Set("challenge", StatementForge.ChallengeText(""));
        Assert.Equal(Refusal.PermitNotAsked, bench.Refuses(("answer.gkp", Signed(answer))));
        bench.WithChallenge(PermitAction.Provision);
        Assert.Equal(Taken.Provisioned, bench.Judge(("answer.gkp", Signed(answer))).Taken);
        Assert.Null(bench.AfterPowerCut().Challenge);
    }

    [Fact]
    public void PermitOfAStranger_IsSilent()
    {
        var bench = new DeskBench();
        Refusal code = bench.Refuses(("line.gkp", StatementForge.Sign(StatementForge.ProvisionText, "targets-1", "targets-2")));
        Assert.Equal(RefusalClass.NoSignedMetadata, RefusalCatalogue.Of(code).Class);
        Assert.Empty(bench.Provisioned);
    }

    [Fact]
    public void SiteRootByPermit_BeginsWithNothingApproved_AndThePermitIsUsedUpInTheSameCommit()
    {
        DeskBench bench = new DeskBench().WithFacts(StatementForge.Site);
        Assert.Equal(Taken.Approval, bench.Judge(("a.gka", StatementForge.Sign(StatementForge.ApprovalText, Site))).Taken);
        Assert.Equal(Refusal.PermitNotAsked, bench.Refuses(("p.gkp", Signed(StatementForge.SiteRootText))));

        bench.WithChallenge(PermitAction.SiteRoot);
        Assert.Equal(Taken.SiteRoot, bench.Judge(("p.gkp", Signed(StatementForge.SiteRootText))).Taken);
        StateContent kept = bench.AfterPowerCut();
        Assert.Null(kept.Challenge);
        Assert.Empty(kept.SiteApprovals.Words);
        Assert.Equal(StatementForge.Site, kept.Device!.SiteRoot);
        Assert.Equal(Refusal.PermitNotAsked, bench.Refuses(("p.gkp", Signed(StatementForge.SiteRootText))));
    }

    [Fact]
    public void SiteRootIsRemovedByPermit()
    {
        DeskBench bench = new DeskBench().WithFacts(StatementForge.Site).WithChallenge(PermitAction.SiteRoot);
        Assert.Equal(Taken.SiteRootRemoved, bench.Judge(("p.gkp", Signed(StatementForge.SiteRootText.Set("site_root", "null")))).Taken);
        Assert.Null(bench.AfterPowerCut().Device!.SiteRoot);
    }

    [Fact]
    public void PeripheralByPermit_IsAllowedAtItsPort_AndThePermitIsUsedUpInTheSameCommit()
    {
        DeskBench bench = new DeskBench().WithFacts().WithChallenge(PermitAction.Peripheral, StatementForge.Digest, "1-2");
        Assert.Equal(Refusal.PermitForOther, bench.Refuses(("p.gkp", Signed(StatementForge.PeripheralText.Set("peripheral/port", "\"1-3\"")))));
        Assert.Equal(Refusal.PermitForOther, bench.Refuses(("p.gkp", Signed(StatementForge.PeripheralText.Set("peripheral/digest", $"\"{new string('6', 64)}\"")))));
        Assert.Empty(bench.AfterPowerCut().Peripherals);

        Assert.Equal(Taken.Peripheral, bench.Judge(("p.gkp", Signed(StatementForge.PeripheralText))).Taken);
        StateContent kept = bench.AfterPowerCut();
        Assert.Null(kept.Challenge);
        Assert.Equal(new PermittedPeripheral(StatementForge.Digest, "1-2"), Assert.Single(kept.Peripherals));
        Assert.Equal(Refusal.PermitNotAsked, bench.Refuses(("p.gkp", Signed(StatementForge.PeripheralText))));
    }

    [Fact]
    public void PeripheralsHaveARoom_AndOneThatIsKnownNeedsNone()
    {
        DeskBench bench = new DeskBench().WithFacts().WithChallenge(PermitAction.Peripheral, StatementForge.Digest, "1-2");
        bench.Keep(c => c with { Peripherals = [.. Enumerable.Range(1, Limits.MaxPermittedPeripherals).Select(i => new PermittedPeripheral(new string('7', 64), $"2-{i}"))] });
        Assert.Equal(Refusal.PeripheralsFull, bench.Refuses(("p.gkp", Signed(StatementForge.PeripheralText))));
        Assert.NotNull(bench.AfterPowerCut().Challenge);

        bench.Keep(c => c with { Peripherals = c.Peripherals.SetItem(0, new PermittedPeripheral(StatementForge.Digest, "1-2")) });
        Assert.Equal(Taken.Peripheral, bench.Judge(("p.gkp", Signed(StatementForge.PeripheralText))).Taken);
        Assert.Equal(Limits.MaxPermittedPeripherals, bench.AfterPowerCut().Peripherals.Length);
    }

    [Fact]
    public void ChallengeForSomethingElse_AllowsNothing()
    {
        DeskBench bench = new DeskBench().WithFacts().WithChallenge(PermitAction.Downgrade, StatementForge.Digest);
        Assert.Equal(Refusal.PermitForOther, bench.Refuses(("p.gkp", Signed(StatementForge.SiteRootText))));
        Assert.NotNull(bench.AfterPowerCut().Challenge);
    }

    [Fact]
    public void HighestSequenceCounts_AndIsKeptAcrossAPowerCut()
    {
        DeskBench bench = new DeskBench().WithFacts(StatementForge.Site);
        byte[] first = StatementForge.Sign(StatementForge.ApprovalText, Site);
        byte[] withdrawal = StatementForge.Sign(StatementForge.ApprovalText.Set("decision", "\"withdraw\"").Set("sequence", "2"), Site);
        Assert.Equal(Taken.Approval, bench.Judge(("a.gka", first)).Taken);
        Assert.Equal(Taken.ApprovalKnown, bench.Judge(("a.gka", first)).Taken);
        Assert.Equal(Taken.Withdrawal, bench.Judge(("w.gka", withdrawal)).Taken);
        Assert.Equal(Refusal.ApprovalOlder, bench.Refuses(("a.gka", first)));
        Assert.Equal(SiteDecision.Withdraw, bench.AfterPowerCut().SiteApprovals.Find(StatementForge.Digest)!.Decision);
    }

    [Fact]
    public void ApprovalOnADeviceWithoutASite_IsSilent()
    {
        Refusal code = new DeskBench().WithFacts().Refuses(("a.gka", StatementForge.Sign(StatementForge.ApprovalText, Site)));
        Assert.Equal(RefusalClass.NoSignedMetadata, RefusalCatalogue.Of(code).Class);
    }

    [Fact]
    public void ApprovalForAnotherProduct_IsNotKept()
    {
        DeskBench bench = new DeskBench().WithFacts(StatementForge.Site);
        Assert.Equal(Refusal.ApprovalOtherProduct, bench.Refuses(("a.gka", StatementForge.Sign(StatementForge.ApprovalText.Set("product", "\"PM300\""), Site))));
        Assert.Empty(bench.AfterPowerCut().SiteApprovals.Words);
    }

    [Theory]
    [InlineData(0, 1, 2)]
    [InlineData(2, 1, 0)]
    public void SiteKeysChangeTwice_InAnyOrderOfFiles_ThenTheNewestKeysApprove(params int[] order)
    {
        DeskBench bench = new DeskBench().WithFacts(StatementForge.Site);
        (string, byte[])[] files =
        [
            ("2.gka", StatementForge.Sign(StatementForge.SiteText(2, "site-4", "site-5"), "site-1", "site-2", "site-4", "site-5")),
            ("3.gka", StatementForge.Sign(StatementForge.SiteText(3, "site-6", "site-7"), "site-4", "site-5", "site-6", "site-7")),
            ("a.gka", StatementForge.Sign(StatementForge.ApprovalText, "site-6", "site-7")),
        ];
        bench.Judge([.. order.Select(i => files[i])]);
        StateContent kept = bench.AfterPowerCut();
        Assert.Equal(3, SiteRoot.ParseFirst(kept.Device!.SiteRoot).Version);
        Assert.True(kept.SiteApprovals.IsApproved(StatementForge.Digest));
    }

    [Fact]
    public void SiteRootOfDeviceJson_MayBeLaidOutAnew_ButNotChanged()
    {
        string root = System.Text.Encoding.UTF8.GetString(StatementForge.Site);
        string file = $$"""{"format":1,"id":"1","model":"PM200","hardware_revision":"C","site_root":{{root.Replace(",", " , ", StringComparison.Ordinal)}}}""";
        DeviceRecord facts = Service.Papers.DeviceRecords.Of(DeviceFile.Parse(System.Text.Encoding.UTF8.GetBytes(file)));
        Assert.Equal(StatementForge.Site, facts.SiteRoot);
        string changed = file.Replace("St. Anna", "St. Emma", StringComparison.Ordinal);
        var e = Assert.Throws<ConfigurationException>(() => Service.Papers.DeviceRecords.Of(DeviceFile.Parse(System.Text.Encoding.UTF8.GetBytes(changed))));
        Assert.Contains("site_root", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"\\ud800\"")]
    [InlineData("\"\\u0001\"")]
    [InlineData("1.5")]
    public void SiteRootOfDeviceJson_WithoutACanonicalForm_IsRefusedAndNamed(string value)
    {
        string file = $$"""{"format":1,"id":"1","model":"PM200","hardware_revision":"C","site_root":{"signatures":[],"signed":{{value}} } }""";
        var e = Assert.Throws<ConfigurationException>(() => Service.Papers.DeviceRecords.Of(DeviceFile.Parse(System.Text.Encoding.UTF8.GetBytes(file))));
        Assert.Contains("site_root", e.Message, StringComparison.Ordinal);
    }

    private static byte[] Signed(string text) => StatementForge.Sign(text, Permit);
}
