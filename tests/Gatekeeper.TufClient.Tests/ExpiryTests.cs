using Gatekeeper.TufClient.Tests.Support;

namespace Gatekeeper.TufClient.Tests;

/// <summary>Freeze attacks (TUF 1.0.34 §5.3.10, §5.4.4, §5.5.6, §5.6.5): each role is judged at its own step, by one time.</summary>
public sealed class ExpiryTests
{
    [Theory]
    [InlineData("root", "root 2, snapshot 1, targets 1, timestamp 1")]
    [InlineData("timestamp", "root 2, snapshot 1, targets 1, timestamp 1")]
    [InlineData("snapshot", "root 2, snapshot 1, targets 1, timestamp 2")]
    [InlineData("targets", "root 2, snapshot 2, targets 1, timestamp 2")]
    public void Refresh_ExpiredRole_IsRefusedAtItsStep(string role, string trusted)
    {
        using var bench = new ClientBench();
        Assert.Equal(0, bench.Refresh());
        bench.Repository.Expire(role, Moment.Now.AddDays(-1));
        bench.Repository.Publish("root", "targets", "snapshot", "timestamp");
        Assert.Equal(1, bench.Refresh());
        Assert.Contains("past its date", bench.Output, StringComparison.Ordinal);
        Assert.Equal(trusted, bench.Trusted());
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 0)]
    public void Refresh_TheDateItself_IsPast(int secondsLater, int code)
    {
        using var bench = new ClientBench();
        bench.Repository.Expire("timestamp", Moment.Now.AddSeconds(secondsLater));
        bench.Repository.Publish("timestamp");
        Assert.Equal(code, bench.Refresh());
    }

    [Fact]
    public void Refresh_HeldRootIsExpired_ButANewerOneIsNot()
    {
        using var bench = new ClientBench();
        bench.Repository.Expire("root", Moment.Now.AddDays(7));
        bench.Repository.Publish("root");
        Assert.Equal(0, bench.Refresh());
        Assert.Equal(1, bench.Refresh(Moment.Now.AddDays(8)));
        bench.Repository.Expire("root", Moment.Now.AddDays(21));
        bench.Repository.Publish("root");
        Assert.Equal(0, bench.Refresh(Moment.Now.AddDays(18)));
        Assert.Equal(3, bench.Version("root"));
    }

    [Fact]
    public void Refresh_ExpiredRootInTheMiddleOfTheWalk_DoesNotMatter()
    {
        using var bench = new ClientBench();
        bench.Repository.Expire("root", Moment.Now.AddDays(-7));
        bench.Repository.Publish("root");
        bench.Repository.Expire("root", Moment.Now.AddDays(7));
        bench.Repository.Publish("root");
        Assert.Equal(0, bench.Refresh());
        Assert.Equal(3, bench.Version("root"));
    }

    [Fact]
    public void Refresh_HeldTimestampIsExpired_ButANewerOneIsNot()
    {
        using var bench = new ClientBench();
        bench.Repository.Expire("timestamp", Moment.Now.AddDays(7));
        bench.Repository.Publish("timestamp");
        Assert.Equal(0, bench.Refresh());
        bench.Repository.Expire("timestamp", Moment.Now.AddDays(21));
        bench.Repository.Publish("targets", "snapshot", "timestamp");
        Assert.Equal(0, bench.Refresh(Moment.Now.AddDays(18)));
        Assert.Equal("root 1, snapshot 2, targets 2, timestamp 3", bench.Trusted());
    }

    [Fact]
    public void Refresh_HeldTimestampIsExpired_StillTellsThatAnOlderOneIsARollback()
    {
        using var bench = new ClientBench();
        bench.Repository.Expire("timestamp", Moment.Now.AddDays(7));
        bench.Repository.Publish("timestamp", "timestamp");
        Assert.Equal(0, bench.Refresh());
        bench.Repository.Restart("timestamp");
        bench.Repository.Expire("timestamp", Moment.Now.AddDays(21));
        bench.Repository.Publish("timestamp");
        Assert.Equal(1, bench.Refresh(Moment.Now.AddDays(18)));
        Assert.Equal(3, bench.Version("timestamp"));
    }

    [Theory]
    [InlineData("timestamp")]
    [InlineData("snapshot")]
    [InlineData("targets")]
    public void Refresh_HeldRoleThatHasExpiredSince_IsRefused(string role)
    {
        using var bench = new ClientBench();
        bench.Repository.Expire(role, Moment.Now.AddDays(7));
        bench.Repository.Publish("targets", "snapshot", "timestamp");
        Assert.Equal(0, bench.Refresh());
        Assert.Equal(1, bench.Refresh(Moment.Now.AddDays(8)));
        Assert.Contains($"{role}: past its date", bench.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("2026-06-01T12:00:01.5Z", 0)]
    [InlineData("2026-06-01T12:00:00.999999999Z", 1)] // the fraction is cut off
    [InlineData("2026-06-01T14:00:01+02:00", 0)]
    [InlineData("2026-06-01T13:59:59+02:00", 1)]
    [InlineData("2027-06-01", 1)]
    [InlineData("2027-06-01T12:00:01", 1)]
    [InlineData("2027-06-01T12:00:01.Z", 1)]
    [InlineData("2027-13-01T12:00:01Z", 1)]
    public void Refresh_TimesThatOtherToolsWrite_AreRead(string expires, int code)
    {
        using var bench = new ClientBench();
        bench.Repository.Timestamp["expires"] = expires;
        bench.Repository.Publish("timestamp");
        Assert.Equal(code, bench.Refresh());
    }
}
