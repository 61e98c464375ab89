using Gatekeeper.Release.Permits;
using Gatekeeper.Vectors;

namespace Gatekeeper.Release.Tests.Permits;

public sealed class SiteTests
{
    private static readonly SiteRoot Site = SiteRoot.ParseFirst(StatementForge.Site);

    [Fact]
    public void R_90_ASiteRoot_IsReadAndKeptByteForByte()
    {
        Assert.Equal(("St. Anna", 1, 2, 3), (Site.Name, Site.Version, Site.Keys.Threshold, Site.Keys.Keys.Length));
        Assert.Equal(StatementForge.Site, Site.File);
        Assert.Equal(StatementForge.Site, SiteRoot.ParseFirst(Site.File.AsSpan()).File);
    }

    [Fact]
    public void R_91_AFirstSiteRoot_MayHaveAnyVersion_AndIsSignedByItself()
    {
        Assert.Equal(7, SiteRoot.ParseFirst(Sign(StatementForge.SiteText(7, "x-1", "x-2"), "x-1", "x-2")).Version);
        Assert.Equal(Refusal.SignatureMissing, Refused(() => SiteRoot.ParseFirst(Sign(StatementForge.SiteText(1, "x-1", "x-2"), "x-1"))));
    }

    [Fact]
    public void R_92_ASuccessor_IsSignedByBoth()
    {
        byte[] next = Sign(StatementForge.SiteText(2, "site-3", "x-1"), "site-1", "site-3", "x-1");
        SiteRoot second = Assert.IsType<SiteRoot>(SiteFile.Verify(next, Site));
        Assert.Equal((2, next.Length), (second.Version, second.File.Length));
        Assert.Equal(next, SiteRoot.Follow(Site, next).File);
        Assert.Equal(Refusal.SiteRootKnown, Refused(() => SiteRoot.Follow(second, next)));

        // What a device keeps, it reads again: with the signatures of those who are gone.
        SiteRoot kept = SiteRoot.ParseFirst(second.File.AsSpan());
        Assert.Equal((2, 2), (kept.Version, kept.Keys.Keys.Length));
    }

    [Fact]
    public void R_94_AnApproval_CountsUnderTheKeysOfItsTime_AndIsSignedAgainAfterAChange()
    {
        byte[] approval = Sign(StatementForge.ApprovalText, "site-1", "site-2");
        Assert.Equal(StatementForge.Digest, Assert.IsType<SiteApproval>(SiteFile.Verify(approval, Site)).Digest);
        SiteRoot second = SiteRoot.Follow(Site, Sign(StatementForge.SiteText(2, "site-3", "x-1"), "site-1", "site-3", "x-1"));
        Assert.Equal(Refusal.SignatureMissing, Refused(() => SiteFile.Verify(approval, second)));
    }

    [Theory]
    [InlineData("site-1")]
    [InlineData("p256.site")]
    [InlineData("rsa")]
    [InlineData("pq.site")]
    public void R_81_OneKeyInTwoSpellings_IsOnePerson_ForSiteAndForPermits(string name)
    {
        TestKey key = TestKey.Of(name);
        TufKey twin = TufKey.Read(CanonicalJson.Write(new JsonObject([.. key.Key.Form.Members.Select(m => (m.Key, m.Value)), ("x-note", new JsonString("the same key, another id"))])));
        RoleKeys role = new([key.Key, twin, TestKey.Of("site-2").Key], 2);
        byte[] site = new SiteRoot { Name = "St. Anna", Version = 1, Keys = role }.Encode();
        byte[] twice = SignAs(StatementForge.ApprovalText, (key, key.Id), (key, twin.KeyId));
        byte[] both = SignAs(StatementForge.ApprovalText, (key, twin.KeyId), (TestKey.Of("site-2"), TestKey.Of("site-2").Id));
        var root = SiteRoot.ParseFirst(SignAs(System.Text.Encoding.Latin1.GetString(site), (key, key.Id), (TestKey.Of("site-2"), TestKey.Of("site-2").Id)));
        Assert.Equal(Refusal.SignatureMissing, Refused(() => SiteFile.Verify(twice, root)));
        Assert.IsType<SiteApproval>(SiteFile.Verify(both, root));

        // The same role in a manufacturer's root, for permits.
        RootMetadata maker = RootMetadata.Parse(SignedMetadata.Parse(StatementForge.TrustedRoot).Signed) with { Permit = role };
        TrustState trust = Verifier.InitialTrust(SignAs(System.Text.Encoding.Latin1.GetString(maker.Encode()), (TestKey.Of("root-1"), TestKey.Of("root-1").Id), (TestKey.Of("root-2"), TestKey.Of("root-2").Id)));
        Assert.Equal(Refusal.SignatureMissing, Refused(() => Permit.Verify(SignAs(StatementForge.DowngradeText, (key, key.Id), (key, twin.KeyId)), trust)));
        Assert.Equal(PermitAction.Downgrade, Permit.Verify(SignAs(StatementForge.DowngradeText, (key, twin.KeyId), (TestKey.Of("site-2"), TestKey.Of("site-2").Id)), trust).Action);
    }

    [Fact]
    public void R_81_ARoleOfNobodysThreshold_IsNeverMetByCounting()
    {
        // Such a role cannot be read from a file; the rule that counts must not be the only thing between it and a device.
        byte[] unsigned = Sign(StatementForge.SiteText(1, "site-1").Set("threshold", "0"));
        Assert.Equal(Refusal.MetadataMalformed, Refused(() => SiteRoot.ParseFirst(unsigned)));
        Assert.Equal(Refusal.SignatureMissing, Refused(() => SiteRoot.ParseFirst(Sign(StatementForge.SiteText(1, "site-1")))));
    }

    [Fact]
    public void R_95_AnApprovalOfAnotherProduct_IsRefused()
    {
        SiteApproval approval = Approval("approve", 1);
        approval.RequireProduct("PM200");
        Assert.Equal(Refusal.ApprovalOtherProduct, Refused(() => approval.RequireProduct("PM20")));
    }

    [Fact]
    public void R_96_TheHighestSequenceCounts_InWhateverOrderTheyCome()
    {
        (SiteApproval, bool)[] words = [(Approval("approve", 1), true), (Approval("withdraw", 2), false), (Approval("approve", 2), false), (Approval("approve", 4), true), (Approval("withdraw", 3), true)];
        SiteApprovals inOrder = SiteApprovals.Empty;
        foreach ((SiteApproval word, bool approved) in words)
        {
            inOrder = inOrder.With(word);
            Assert.Equal(approved, inOrder.IsApproved(StatementForge.Digest));
        }

        SiteApprovals backwards = words.Reverse().Aggregate(SiteApprovals.Empty, (book, word) => book.With(word.Item1));
        Assert.Equal(inOrder, backwards);
        Assert.Equal(new SiteWord(StatementForge.Digest, 4, SiteDecision.Approve), Assert.Single(inOrder.Words));
    }

    [Fact]
    public void R_96_OfOneSequence_TheWithdrawalCounts()
    {
        SiteApprovals book = SiteApprovals.Empty.With(Approval("withdraw", 2));
        Assert.Same(book, book.With(Approval("approve", 2)));
        Assert.Same(book, book.With(Approval("withdraw", 2)));
        Assert.Equal(book, SiteApprovals.Empty.With(Approval("approve", 2)).With(Approval("withdraw", 2)));
        Assert.Equal(Refusal.ApprovalWithdrawn, Refused(() => book.RequireApproved(StatementForge.Digest)));
        Assert.Equal(Refusal.ApprovalMissing, Refused(() => book.RequireApproved(new string('0', 64))));
    }

    [Fact]
    public void R_97_NoNumberOfApprovals_PushesOutAWithdrawal()
    {
        SiteApprovals book = Enumerable.Range(0, Limits.MaxApprovals).Aggregate(SiteApprovals.Empty, (b, i) => b.With(Approval(i == 7 ? "withdraw" : "approve", 5, i)));
        Assert.Equal(Refusal.ApprovalsFull, Refused(() => book.With(Approval("approve", 9, Limits.MaxApprovals))));
        Assert.False(book.With(Approval("approve", 4, 7)).IsApproved(DigestOf(7)));

        // What it knows has room, both ways.
        Assert.False(book.With(Approval("withdraw", 6, 1)).IsApproved(DigestOf(1)));
        Assert.True(book.With(Approval("approve", 6, 7)).IsApproved(DigestOf(7)));

        // Withdrawals of what it does not know have room of their own, and end closed.
        SiteApprovals full = Enumerable.Range(Limits.MaxApprovals, Limits.MaxApprovalsWithWithdrawals - Limits.MaxApprovals).Aggregate(book, (b, i) => b.With(Approval("withdraw", 1, i)));
        Assert.Equal(Limits.MaxApprovalsWithWithdrawals, full.Words.Length);
        Assert.Equal(Refusal.ApprovalsFull, Refused(() => full.With(Approval("withdraw", 1, 5000))));
        Assert.Equal(Refusal.ApprovalsFull, Refused(() => full.With(Approval("approve", 1, 5000))));
        Assert.False(full.With(Approval("withdraw", 6, 1)).IsApproved(DigestOf(1)));
        Assert.Equal(full.Words.Select(w => w.Digest).Order(StringComparer.Ordinal), full.Words.Select(w => w.Digest));
    }

    [Fact]
    public void R_98_NoStatement_HasADate() =>
        Assert.DoesNotContain("expires", StatementForge.DowngradeText + StatementForge.ApprovalText + StatementForge.SiteText(1, "site-1"), StringComparison.Ordinal);

    [Fact]
    public void R_99_ABook_BeginsEmpty_AndIsWrittenAndReadAsJson()
    {
        Assert.Empty(SiteApprovals.Empty.Words);
        SiteApprovals book = SiteApprovals.Empty.With(Approval("approve", 1, 1)).With(Approval("withdraw", 3, 2));
        Assert.Equal(book, System.Text.Json.JsonSerializer.Deserialize<SiteApprovals>(System.Text.Json.JsonSerializer.Serialize(book)));
    }

    private static SiteApproval Approval(string decision, long sequence, int release = -1) => SiteApproval.Verify(
        Sign(StatementForge.ApprovalText.Set("decision", $"\"{decision}\"").Set("sequence", $"{sequence}").Set("digest", $"\"{(release < 0 ? StatementForge.Digest : DigestOf(release))}\""), "site-1", "site-2"),
        Site);

    private static string DigestOf(int release) => Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(BitConverter.GetBytes(release)));

    private static byte[] SignAs(string text, params (TestKey Key, string Id)[] signers)
    {
        byte[] bytes = System.Text.Encoding.Latin1.GetBytes(text);
        return SignedMetadata.Encode(bytes, signers.Select(s => new MetadataSignature(s.Id, [.. s.Key.Sign(bytes)])));
    }

    private static byte[] Sign(string text, params string[] signers) => StatementForge.Sign(text, signers);

    private static Refusal Refused(Action action) => Assert.Throws<RefusedException>(action).Code;
}
