using System.Collections.Immutable;
using Gatekeeper.Release;

namespace Gatekeeper.Update.Tests;

public sealed class TrustMoveTests
{
    private static readonly TrustState Now = new()
    {
        Root = [1],
        RootVersion = 3,
        TimestampVersion = 10,
        SnapshotVersion = 10,
        TargetsVersion = 10,
        Floor = new ReleaseVersion(2, 0, 0),
        Ratchet = 100,
    };

    [Fact]
    public void I08_Root_NeverGoesDown()
    {
        Assert.Same(Now, TrustMove.ToRoot(Now, Now with { Root = [2], RootVersion = 2 }));
        Assert.Same(Now, TrustMove.ToRoot(Now, Now with { Root = [2], RootVersion = 3 }));
        TrustState moved = TrustMove.ToRoot(Now, Now with { Root = [2], RootVersion = 4, TimestampVersion = 0, Ratchet = 0, Floor = default });
        Assert.Equal((4, 0L, 0L, Now.Floor), (moved.RootVersion, moved.TimestampVersion, moved.Ratchet, moved.Floor));
    }

    [Fact]
    public void I08_Confirmed_NothingGoesDownUnderTheSameRoot()
    {
        TrustState moved = TrustMove.ToConfirmed(Now, Now with { TimestampVersion = 9, SnapshotVersion = 11, TargetsVersion = 9, Floor = new ReleaseVersion(1, 9, 9), Ratchet = 99 });
        Assert.Equal((10L, 11L, 10L, new ReleaseVersion(2, 0, 0), 100L), (moved.TimestampVersion, moved.SnapshotVersion, moved.TargetsVersion, moved.Floor, moved.Ratchet));
    }

    [Fact]
    public void I08_Confirmed_NoDelegatedRoleGoesDownUnderTheSameRoot()
    {
        TrustState now = Now with { DelegatedVersions = Roles(("a", 5), ("b", 5)) };
        Assert.Equal(Roles(("a", 5), ("b", 6), ("c", 1)), TrustMove.ToConfirmed(now, Now with { DelegatedVersions = Roles(("a", 4), ("b", 6), ("c", 1)) }).DelegatedVersions);
        Assert.Equal(now.DelegatedVersions, TrustMove.ToConfirmed(now, Now).DelegatedVersions);
        Assert.Equal(now.DelegatedVersions, TrustMove.ToConfirmed(Now, now).DelegatedVersions);
        Assert.Null(TrustMove.ToConfirmed(now, Now with { RootVersion = 4 }).DelegatedVersions);
        Assert.Null(TrustMove.ToConfirmed(Now, now with { RootVersion = 2 }).DelegatedVersions);

        static ImmutableSortedDictionary<string, long> Roles(params (string Name, long Version)[] roles) => roles.ToImmutableSortedDictionary(r => r.Name, r => r.Version);
    }

    [Fact]
    public void I08_Confirmed_WithARootThatCameMeanwhile_MovesTheFloorOnly()
    {
        TrustState moved = TrustMove.ToConfirmed(Now with { TimestampVersion = 0, Ratchet = 0 }, Now with { RootVersion = 2, TimestampVersion = 50, Floor = new ReleaseVersion(3, 0, 0), Ratchet = 500 });
        Assert.Equal((3, 0L, 0L, new ReleaseVersion(3, 0, 0)), (moved.RootVersion, moved.TimestampVersion, moved.Ratchet, moved.Floor));
    }

    [Fact]
    public void I08_Confirmed_WithItsOwnNewRoot_TakesTheResetVersions()
    {
        TrustState moved = TrustMove.ToConfirmed(Now, Now with { RootVersion = 4, TimestampVersion = 1, Ratchet = 7, Floor = new ReleaseVersion(3, 0, 0) });
        Assert.Equal((4, 1L, 7L), (moved.RootVersion, moved.TimestampVersion, moved.Ratchet));
    }
}
