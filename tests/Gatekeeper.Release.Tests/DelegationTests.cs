using Gatekeeper.Vectors;

namespace Gatekeeper.Release.Tests;

/// <summary>Delegated roles in release files: what a device keeps of them (FORMAT.md §4.4). The forms are in the vectors.</summary>
public sealed class DelegationTests
{
    [Fact]
    public void R_103_AReleaseOfADelegatedRole_IsAccepted_AndTheListedVersionsAreKept()
    {
        TrustState kept = Device.Accept(Made(plant: 4, line: 7).Build()).TrustAtKeep;
        Assert.Equal([KeyValuePair.Create("line", 7L), KeyValuePair.Create("plant", 4L)], kept.DelegatedVersions);
        Assert.Null(Device.Accept(new Forge().Build()).TrustAtKeep.DelegatedVersions);
    }

    [Theory]
    [InlineData(4, 7, null)]
    [InlineData(5, 8, null)]
    [InlineData(3, 7, Refusal.MetadataRollback)]
    [InlineData(9, 6, Refusal.MetadataRollback)] // the release does not need it, and all the same
    public void I08_R_46_NoListedRole_GoesDown(long plant, long line, Refusal? refusal)
    {
        TrustState kept = Device.Accept(Made(plant: 4, line: 7).Build()).TrustAtKeep;
        Forge next = Made(plant, line);
        (next.Timestamp.Version, next.Snapshot.Version) = (2, 2);
        Assert.Equal(refusal, Device.Refused(next.Build(), kept with { Floor = default }));
    }

    [Fact]
    public void I08_R_46_ARoleThatIsNoLongerListed_IsARollback()
    {
        TrustState kept = Device.Accept(Made(plant: 4, line: 7).Build()).TrustAtKeep;
        var next = new Forge();
        (next.Timestamp.Version, next.Snapshot.Version, next.Targets.Version) = (2, 2, 2);
        Assert.Equal(Refusal.MetadataRollback, Device.Refused(next.Build(), kept with { Floor = default }));
    }

    [Fact]
    public void R_49_ANewSnapshotKey_ForgetsTheListedVersions()
    {
        TrustState kept = Device.Accept(Made(plant: 4, line: 7).Build()).TrustAtKeep with { Floor = default };
        Forge next = Made(plant: 1, line: 1);
        next.AddRoot("root-1", "root-2").Snapshot = ["snapshot-2"];
        next.Snapshot.Signers.Clear();
        next.Snapshot.Signers.Add("snapshot-2");
        Assert.Null(Device.Refused(next.Build(), kept));
        next = Made(plant: 1, line: 1);
        next.AddRoot("root-1", "root-2").Targets = ["targets-1", "targets-2"];
        Assert.Equal(Refusal.MetadataRollback, Device.Refused(next.Build(), kept));
    }

    [Fact]
    public void R_104_MoreRolesThanTheLimit_AreNotRead()
    {
        Assert.Null(Device.Refused(Chain(Limits.MaxDelegatedRoles).Build()));
        Assert.Equal(Refusal.FileMalformed, Device.Refused(Chain(Limits.MaxDelegatedRoles + 1).Build()));
    }

    [Fact]
    public void R_43_MoreListedRolesThanTheLimit_AreRefused()
    {
        Forge Listing(int count) => new()
        {
            Snapshot = { BeforeSigning = text => Enumerable.Range(0, count).Aggregate(text, (t, i) => t.Set($"meta/r{i}.json", "{\"version\":1}")) },
        };
        Assert.Null(Device.Refused(Listing(Limits.MaxDelegations).Build()));
        Assert.Equal(Refusal.MetadataMalformed, Device.Refused(Listing(Limits.MaxDelegations + 1).Build()));
    }

    /// <summary>One release that the role "plant" names; "line" is listed and not needed.</summary>
    private static Forge Made(long plant, long line)
    {
        var forge = new Forge();
        forge.Delegated.Add(new DelegatedPlan("plant", "plant-1") { HoldsRelease = true, File = { Version = plant } });
        forge.Delegated.Add(new DelegatedPlan("line", "plant-2") { Paths = ["PM300-*"], InArchive = false, File = { Version = line } });
        return forge;
    }

    private static Forge Chain(int roles)
    {
        var forge = new Forge();
        for (int i = 0; i < roles; i++)
        {
            forge.Delegated.Add(new DelegatedPlan($"r{i}", "plant-1") { Delegator = i == 0 ? "targets" : $"r{i - 1}", HoldsRelease = i == roles - 1 });
        }

        return forge;
    }
}
