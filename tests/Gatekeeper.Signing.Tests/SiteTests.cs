using Gatekeeper.Release.Permits;

namespace Gatekeeper.Signing.Tests;

/// <summary>What <c>site</c>, <c>approve</c> and <c>withdraw</c> make, read by the device's own reader.</summary>
[Collection(CommandLineTests.Name)]
public sealed class SiteTests : IDisposable
{
    private readonly Workshop _shop = new();

    public void Dispose() => _shop.Dispose();

    [Fact]
    public void ADevice_FollowsAllSiteRoots_AndEveryApprovalUnderThem()
    {
        _shop.Do("site init --out anna --name 'St. Anna' --keys alice.pub.json,pat.pub.json:2 --sign alice.pem pat.pem");
        SiteRoot root = SiteRoot.ParseFirst(Bytes("1.site.gka"));
        SiteApprovals book = SiteApprovals.Empty.With(Approval(Say("approve", "alice.pem pat.pem"), root));

        // The keys of one person after the other, of other types.
        _shop.Do("site rotate anna --keys pat.pub.json,rosa.pub.json:2 --sign alice.pem pat.pem rosa.pem");
        root = Assert.IsType<SiteRoot>(SiteFile.Verify(Bytes("2.site.gka"), root));
        _shop.Do("site rotate anna --keys rosa.pub.json,quinn.pub.json:2 --name 'St. Anna Süd' --sign pat.pem rosa.pem quinn.pem");
        root = Assert.IsType<SiteRoot>(SiteFile.Verify(Bytes("3.site.gka"), root));
        Assert.Equal(("St. Anna Süd", 3), (root.Name, root.Version));

        book = book.With(Approval(Say("withdraw", "rosa.pem quinn.pem"), root));
        Assert.False(book.IsApproved(Digest));
        book = book.With(Approval(Say("approve", "quinn.pem rosa.pem"), root));
        Assert.True(book.IsApproved(Digest));
        Assert.Equal(3, Assert.Single(book.Words).Sequence);
    }

    [Fact]
    public void Sequences_CountWhatIsNotSignedYet_AndWhatLiesElsewhere()
    {
        _shop.Do("site init --out anna --name 'St. Anna' --keys alice.pub.json,bob.pub.json:2 --sign alice.pem bob.pem");
        Say("approve", "alice.pem");
        Assert.EndsWith("-2-withdraw.gka", Say("withdraw", "bob.pem"), StringComparison.Ordinal);
        File.Move(Directory.GetFiles(_shop.At("anna"), "*withdraw*").Single(), _shop.At("elsewhere.gka"));
        Assert.EndsWith("-3-approve.gka", Say("approve", "bob.pem", "--after elsewhere.gka"), StringComparison.Ordinal);
        Assert.EndsWith("-9-withdraw.gka", Say("withdraw", "bob.pem", "--sequence 9"), StringComparison.Ordinal);
        Assert.Equal(ExitCode.Usage, _shop.Run($"approve --site anna --product PM200 --digest {Digest} --sequence 9007199254740992").Code);

        // A file that is none of ours may hide a number: nothing is counted past it.
        File.WriteAllText(_shop.At("anna/x.gka"), "{}");
        Assert.Equal(ExitCode.Input, _shop.Run($"approve --site anna --product PM200 --digest {Digest}").Code);
    }

    [Fact]
    public void ASiteRootOutOfOrder_IsNotSigned()
    {
        _shop.Do("site init --out anna --name 'St. Anna' --keys alice.pub.json:1 --sign alice.pem");
        _shop.Do("site rotate anna --keys bob.pub.json:1 --sign bob.pem");
        Assert.Equal(ExitCode.Output, _shop.Run("site rotate anna --keys carol.pub.json:1 --sign carol.pem").Code);
        File.Copy(_shop.At("anna/2.site.gka"), _shop.At("anna/3.site.gka"));
        Assert.Equal(ExitCode.Signatures, _shop.Run($"approve --site anna --product PM200 --digest {Digest}").Code);
        File.Delete(_shop.At("anna/2.site.gka"));
        File.Move(_shop.At("anna/3.site.gka"), _shop.At("anna/2.site.gka"));
        _shop.Do("site sign anna/2.site.gka --key alice.pem");
        File.Copy(_shop.At("anna/2.site.gka"), _shop.At("anna/3.site.gka"));
        Assert.Equal(ExitCode.Input, _shop.Run($"approve --site anna --product PM200 --digest {Digest}").Code);
    }

    [Fact]
    public void AWordOfAnotherSite_IsNotSignedOn()
    {
        _shop.Do("site init --out anna --name 'St. Anna' --keys alice.pub.json,bob.pub.json:2 --sign alice.pem bob.pem");
        _shop.Do("site init --out other --name Other --keys carol.pub.json:1 --sign carol.pem");
        string file = Say("approve", "alice.pem");
        Assert.Equal(ExitCode.Signatures, _shop.Run($"site sign {file} --site other --key carol.pem").Code);
        Assert.Equal(ExitCode.Signatures, _shop.Run($"site sign {file} --key carol.pem").Code);
        _shop.Do($"site sign {file} --key bob.pem");
        Approval(file, SiteRoot.ParseFirst(Bytes("1.site.gka"))).RequireProduct("PM200");
    }

    private static string Digest => new('5', 64);

    private byte[] Bytes(string name) => File.ReadAllBytes(_shop.At(Path.Combine("anna", name)));

    private string Say(string verb, string keys, string more = "") =>
        _shop.Do($"{verb} --site anna --product PM200 --digest {Digest} --key {keys} {more}").Output.Split(':')[0];

    private SiteApproval Approval(string file, SiteRoot root) => Assert.IsType<SiteApproval>(SiteFile.Verify(File.ReadAllBytes(_shop.At(file)), root));
}
