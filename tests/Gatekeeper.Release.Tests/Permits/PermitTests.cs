using Gatekeeper.Release.Permits;
using Gatekeeper.Vectors;

namespace Gatekeeper.Release.Tests.Permits;

public sealed class PermitTests
{
    private static readonly TrustState Trust = Verifier.InitialTrust(StatementForge.TrustedRoot);
    private static readonly PermitSituation Asked = new("PM200", StatementForge.Device, new Challenge(PermitAction.Downgrade, StatementForge.Device, StatementForge.Nonce), NeverProvisioned: false);
    private static readonly PermitSituation Fresh = new("PM200", "", null, NeverProvisioned: true);

    [Fact]
    public void R_83_ADowngrade_NamesDeviceAndRelease()
    {
        Permit permit = Verify(StatementForge.DowngradeText);
        Assert.Equal((PermitAction.Downgrade, "PM200", StatementForge.Digest), (permit.Action, permit.Product, permit.Digest));
        Assert.Equal(new PermitChallenge(StatementForge.Device, StatementForge.Nonce), permit.Challenge);
        Assert.Null(permit.Device);
        Assert.Null(permit.SiteRoot);
        permit.Judge(Asked);
    }

    [Fact]
    public void R_89_ASiteRoot_IsBroughtByteForByte_AndRemovedByNull()
    {
        Permit permit = Verify(StatementForge.SiteRootText);
        Assert.Equal(StatementForge.Site, permit.SiteRoot!.Value);
        Assert.Equal("St. Anna", SiteRoot.ParseFirst(permit.SiteRoot.Value.AsSpan()).Name);
        Assert.Null(Verify(StatementForge.SiteRootText.Set("site_root", "null")).SiteRoot);
    }

    [Fact]
    public void R_85_TheFactsOfADevice_AreTakenAsTheyAre()
    {
        string site = System.Text.Encoding.Latin1.GetString(StatementForge.Site);
        PermitDevice device = Verify(StatementForge.ProvisionText.Set("device/site_root", site).Set("device/keys", "[{\"pem\":\"a\\\\n\nb\"},{}]")).Device!;
        Assert.Equal((StatementForge.Device, "PM200", "C"), (device.Id, device.Model, device.HardwareRevision));
        Assert.Equal(StatementForge.Site, device.SiteRoot!.Value);
        Assert.Equal<string[]>(["{\"pem\":\"a\\\\n\\nb\"}", "{}"], [.. device.KeyTexts]);
        Assert.Equal("a\\n\nb", System.Text.Json.JsonDocument.Parse(device.KeyTexts[0]).RootElement.GetProperty("pem").GetString());
    }

    [Fact]
    public void R_106_APeripheral_IsOneDeviceAtOnePort()
    {
        Permit permit = Verify(StatementForge.PeripheralText);
        Assert.Equal(new PermittedPeripheral(StatementForge.Digest, "1-2"), permit.Peripheral);
        Assert.Null(permit.Digest);
        permit.Judge(Asked with { Open = Asked.Open! with { Action = PermitAction.Peripheral } });
        Assert.Equal(Refusal.PermitForOther, Refused(() => permit.Judge(Asked)));
    }

    [Fact]
    public void R_81_R_82_R_93_NothingIsLookedAt_BeforeTheThresholdIsMet()
    {
        SiteRoot site = SiteRoot.ParseFirst(StatementForge.Site);
        foreach (string broken in new[] { "{}", "{\"_type\":\"x-gatekeeper-permit\"}", StatementForge.DowngradeText.Set("format", "2"), StatementForge.ApprovalText.Set("decision", "\"maybe\"") })
        {
            Assert.Equal(Refusal.SignatureMissing, Refused(() => Permit.Verify(StatementForge.Sign(broken, "permit-1"), Trust)));
            Assert.Equal(Refusal.SignatureMissing, Refused(() => SiteFile.Verify(StatementForge.Sign(broken, "site-1"), site)));
            Assert.Equal(RefusalClass.SignedMetadata, RefusalCatalogue.Of(Refused(() => Permit.Verify(StatementForge.Sign(broken, "permit-1", "permit-2"), Trust))).Class);
            Assert.Equal(RefusalClass.SignedMetadata, RefusalCatalogue.Of(Refused(() => SiteFile.Verify(StatementForge.Sign(broken, "site-1", "site-2"), site))).Class);
        }
    }

    [Fact]
    public void R_80_ARootThatNamesNobody_PermitsNothing() =>
        Assert.Equal(Refusal.SignatureMissing, Refused(() => Permit.Verify(StatementForge.Sign(StatementForge.DowngradeText, "permit-1", "permit-2"), Device.Trust)));

    [Fact]
    public void R_80_TheRole_IsWrittenByteForByteAsItWasRead_AndAWithdrawnKeyPermitsNothing()
    {
        SignedMetadata file = SignedMetadata.Parse(StatementForge.TrustedRoot);
        RootMetadata root = RootMetadata.Parse(file.Signed);
        Assert.Equal((3, 2), (root.Permit!.Keys.Length, root.Permit.Threshold));
        Assert.Equal(file.SignedBytes, root.Encode());
        Assert.Null(RootMetadata.Parse(SignedMetadata.Parse(VectorSet.TrustedRoot).Signed).Permit);

        Forge forge = VectorSet.NewForge();
        forge.Roots[0].Permit = ["permit-1", "permit-2", "permit-3"];
        forge.AddRoot("root-1", "root-2").Permit = ["permit-3", "permit-4"];
        ReleaseHead head = GkuReader.ReadHead(new MemorySource(forge.BuildRootsFile()));
        TrustState walked = Verifier.UpdateRoots(head, Trust).Trust;
        Assert.Equal(2, walked.RootVersion);
        Assert.Equal(Refusal.SignatureMissing, Refused(() => Permit.Verify(StatementForge.Sign(StatementForge.DowngradeText, "permit-1", "permit-2"), walked)));
        Assert.Equal(PermitAction.Downgrade, Permit.Verify(StatementForge.Sign(StatementForge.DowngradeText, "permit-3", "permit-4"), walked).Action);
    }

    [Fact]
    public void R_86_WhatWasAskedFor_IsWhatCounts_InThisOrder()
    {
        Permit permit = Verify(StatementForge.DowngradeText);
        Assert.Equal(Refusal.PermitOtherDevice, Refused(() => permit.Judge(Asked with { Product = "XR9" })));
        Assert.Equal(Refusal.PermitOtherDevice, Refused(() => permit.Judge(Asked with { Device = "SN-0002", Open = Asked.Open! with { Device = "SN-0002" } })));
        Assert.Equal(Refusal.PermitNotAsked, Refused(() => permit.Judge(Asked with { Open = Asked.Open! with { Nonce = "0123-4567-89AB-CDEF-GHJM" } })));
        Assert.Equal(Refusal.PermitNotAsked, Refused(() => permit.Judge(Asked with { Open = Asked.Open! with { Device = "SN-0002" } })));
        Assert.Equal(Refusal.PermitForOther, Refused(() => permit.Judge(Asked with { Open = Asked.Open! with { Action = PermitAction.SiteRoot } })));
    }

    [Fact]
    public void R_87_AUsedChallenge_IsNotOpen_AndTheSamePermitIsRefused() =>
        Assert.Equal(Refusal.PermitNotAsked, Refused(() => Verify(StatementForge.DowngradeText).Judge(Asked with { Open = null })));

    [Fact]
    public void R_88_OnlyADeviceThatNeverHadFacts_IsProvisionedUnasked()
    {
        Permit permit = Verify(StatementForge.ProvisionText);
        permit.Judge(Fresh);
        Assert.Equal(Refusal.PermitNotAsked, Refused(() => permit.Judge(Fresh with { NeverProvisioned = false })));
        Assert.Equal(Refusal.ProvisionedAlready, Refused(() => permit.Judge(Asked)));
        Assert.Equal(Refusal.PermitOtherDevice, Refused(() => permit.Judge(Asked with { Product = "XR9" })));

        Permit asked = Verify(StatementForge.ProvisionText.Set("challenge", StatementForge.ChallengeText("")));
        PermitSituation lost = Fresh with { NeverProvisioned = false, Open = new Challenge(PermitAction.Provision, "", StatementForge.Nonce) };
        asked.Judge(lost);
        Assert.Equal(Refusal.PermitNotAsked, Refused(() => asked.Judge(lost with { Open = null })));
    }

    private static Permit Verify(string signed) => Permit.Verify(StatementForge.Sign(signed, "permit-1", "permit-2"), Trust);

    private static Refusal Refused(Action action) => Assert.Throws<RefusedException>(action).Code;
}
