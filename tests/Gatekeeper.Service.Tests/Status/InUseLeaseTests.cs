using Gatekeeper.Service.Status;

namespace Gatekeeper.Service.Tests.Status;

public sealed class InUseLeaseTests
{
    private readonly InUseLease lease = new();

    [Fact]
    public void I15_NeverHeld_CountsAsInUse() => Assert.True(lease.InUse);

    [Fact]
    public void I15_HeldThenGiven_IsFree()
    {
        Assert.True(lease.Take(onTrial: false));
        Assert.True(lease.InUse);
        lease.Give(onTrial: false);
        Assert.False(lease.InUse);
    }

    [Fact]
    public void I15_HolderDied_CountsAsInUse()
    {
        lease.Take(onTrial: false);
        lease.Give(onTrial: false);
        lease.Gone();
        Assert.True(lease.InUse);
    }

    [Fact]
    public void I15_PersonAtTheDevice_SpeaksForALeaseNobodyHolds_AndNotAgainstOneThatIsHeld()
    {
        lease.PersonThere = true;
        Assert.False(lease.InUse);
        lease.Take(onTrial: false);
        Assert.True(lease.InUse);
        lease.Gone();
        Assert.False(lease.InUse);
        lease.PersonThere = false;
        Assert.True(lease.InUse);
    }

    [Fact]
    public void I15_OnTrial_IsNotGrantedAndNotGiven()
    {
        Assert.False(lease.Take(onTrial: true));
        lease.Give(onTrial: true);
        Assert.True(lease.InUse);
    }

    [Fact]
    public void I15_TakenAgainBeforeTheRestart_ForbidsIt()
    {
        lease.Give(onTrial: false);
        Assert.True(lease.Take(onTrial: false));
        Assert.False(lease.TryIssueRestart());
        Assert.True(lease.InUse);
    }

    [Fact]
    public void I15_AfterTheRestartWasIssued_IsNotGranted()
    {
        lease.Give(onTrial: false);
        Assert.True(lease.TryIssueRestart());
        Assert.False(lease.Take(onTrial: false));
    }
}
