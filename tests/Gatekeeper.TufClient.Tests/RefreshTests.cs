using System.Text;
using System.Text.Json.Nodes;
using Gatekeeper.TufClient.Tests.Support;

namespace Gatekeeper.TufClient.Tests;

/// <summary>What a refresh asks for, what it keeps, and what it refuses.</summary>
public sealed class RefreshTests
{
    [Fact]
    public void Refresh_AsksForEachRoleOnceAndKeepsTheBytes()
    {
        using var bench = new ClientBench();
        Assert.Equal(0, bench.Refresh());
        Assert.Equal(["2.root.json", "timestamp.json", "1.snapshot.json", "1.targets.json"], bench.MetadataRequests);
        foreach (string role in new[] { "root", "timestamp", "snapshot", "targets" })
        {
            Assert.Equal(bench.Repository.File(role), bench.Kept(role));
        }
    }

    [Fact]
    public void Refresh_WithoutConsistentSnapshots_AsksForPlainNames()
    {
        using var bench = new ClientBench(trusting: false);
        bench.Repository.Root["consistent_snapshot"] = false;
        bench.Repository.Restart("root");
        bench.Repository.Publish("root");
        bench.Trust();
        Assert.Equal(0, bench.Refresh());
        Assert.Equal(["2.root.json", "timestamp.json", "snapshot.json", "targets.json"], bench.MetadataRequests);
    }

    [Fact]
    public void Refresh_RootThatDoesNotSayConsistent_IsNotConsistent()
    {
        using var bench = new ClientBench(trusting: false);
        bench.Repository.Root.Remove("consistent_snapshot");
        bench.Repository.Restart("root");
        bench.Repository.Publish("root");
        bench.Trust();
        Assert.Equal(0, bench.Refresh());
        Assert.Contains("snapshot.json", bench.MetadataRequests);
    }

    [Fact]
    public void Refresh_Twice_AsksForNothingThatIsHeld()
    {
        using var bench = new ClientBench();
        Assert.Equal(0, bench.Refresh());
        bench.Server.Forget();
        Assert.Equal(0, bench.Refresh());
        Assert.Equal(["2.root.json", "timestamp.json"], bench.MetadataRequests);
    }

    [Fact]
    public void Refresh_WalksEveryRootOneByOne()
    {
        using var bench = new ClientBench();
        bench.Repository.Publish("root", "root", "root");
        Assert.Equal(0, bench.Refresh());
        Assert.Equal(["2.root.json", "3.root.json", "4.root.json", "5.root.json"], bench.MetadataRequests.Take(4));
        Assert.Equal(bench.Repository.File("root", 4), bench.Kept("root"));
    }

    [Fact]
    public void Refresh_EndsTheWalkOfRootsAtTheLimit()
    {
        using var bench = new ClientBench();
        bench.Repository.Publish([.. Enumerable.Repeat("root", Gatekeeper.Release.Limits.MaxRootRotations + 3)]);
        Assert.Equal(0, bench.Refresh());
        Assert.Equal(1 + Gatekeeper.Release.Limits.MaxRootRotations, bench.Version("root"));
    }

    [Fact]
    public void Refresh_KeepsTheRootsBeforeOneThatIsRefused()
    {
        using var bench = new ClientBench();
        bench.Repository.Publish("root", "root", "root");
        bench.Repository.Edit("root", file => file["signatures"]![0]!["sig"] = "00");
        Assert.Equal(1, bench.Refresh());
        Assert.Equal("root 3", bench.Trusted());
    }

    [Theory]
    [InlineData("root", "root 1")]
    [InlineData("timestamp", "root 2")]
    [InlineData("snapshot", "root 2, timestamp 2")]
    [InlineData("targets", "root 2, snapshot 2, timestamp 2")]
    public void Refresh_RoleThatIsNotSigned_IsRefusedAndWhatCameBeforeIsKept(string role, string trusted)
    {
        using var bench = new ClientBench();
        bench.Repository.Signers[role].Clear();
        bench.Repository.Publish("root", "targets", "snapshot", "timestamp");
        Assert.Equal(1, bench.Refresh());
        Assert.Equal(trusted, bench.Trusted());
    }

    [Theory]
    [InlineData("root", "root 1")]
    [InlineData("snapshot", "root 2, timestamp 2")]
    [InlineData("targets", "root 2, snapshot 2, timestamp 2")]
    public void Refresh_AnotherVersionThanItsNameSays_IsRefused(string role, string trusted)
    {
        using var bench = new ClientBench();
        bench.Repository.Publish("root", "targets", "snapshot", "timestamp");
        JsonObject part = bench.Repository.Signed(role);
        part["version"] = 3;
        bench.Repository.Replace(role, TestRepository.Sign(part, bench.Repository.Signers[role]));
        Assert.Equal(1, bench.Refresh());
        Assert.Equal(trusted, bench.Trusted());
    }

    [Fact]
    public void Refresh_SnapshotInPlaceOfATimestamp_IsRefused()
    {
        using var bench = new ClientBench();
        bench.Repository.AddKey("snapshot", bench.Repository.Signers["timestamp"][0]);
        bench.Repository.Snapshot["meta"] = new JsonObject { ["snapshot.json"] = new JsonObject { ["version"] = 1 } };
        bench.Repository.Publish("root", "snapshot", "timestamp");
        bench.Repository.Replace("timestamp", bench.Repository.File("snapshot"));
        Assert.Equal(1, bench.Refresh());
        Assert.Equal("root 2", bench.Trusted());
    }

    [Fact]
    public void Refresh_TimestampOfTheSameVersionWithOtherContent_ChangesNothing()
    {
        using var bench = new ClientBench();
        Assert.Equal(0, bench.Refresh());
        byte[] kept = bench.Kept("timestamp");
        bench.Repository.Timestamp["meta"]!["snapshot.json"]!["version"] = 100;
        bench.Repository.PublishAgain("timestamp");
        Assert.NotEqual(kept, bench.Repository.File("timestamp"));
        Assert.Equal(0, bench.Refresh());
        Assert.Equal("timestamp.json", bench.MetadataRequests.Last());
        Assert.Equal(kept, bench.Kept("timestamp"));
    }

    [Theory]
    [InlineData("timestamp", "timestamp.json", "root 1, snapshot 1, targets 1, timestamp 1")]
    [InlineData("snapshot", "2.snapshot.json", "root 1, snapshot 1, targets 1, timestamp 2")]
    [InlineData("targets", "2.targets.json", "root 1, snapshot 2, targets 1, timestamp 2")]
    public void Refresh_RoleThatIsNotThere_FailsAndWhatCameBeforeIsKept(string role, string asked, string trusted)
    {
        using var bench = new ClientBench();
        Assert.Equal(0, bench.Refresh());
        bench.Repository.Publish("targets", "snapshot", "timestamp");
        bench.Repository.Restart(role);
        Assert.Equal(1, bench.Refresh());
        Assert.Equal(asked, bench.MetadataRequests.Last());
        Assert.Equal(trusted, bench.Trusted());
    }

    [Fact]
    public void Refresh_AfterAFailure_GoesOnWhereItEnded()
    {
        using var bench = new ClientBench();
        Func<string, Answer> honest = bench.Server.Respond;
        bench.Server.Respond = path => path.EndsWith("targets.json", StringComparison.Ordinal) ? Answer.NotFound : honest(path);
        Assert.Equal(1, bench.Refresh());
        Assert.Equal("root 1, snapshot 1, timestamp 1", bench.Trusted());
        bench.Server.Respond = honest;
        Assert.Equal(0, bench.Refresh());
        Assert.Equal("root 1, snapshot 1, targets 1, timestamp 1", bench.Trusted());
    }

    [Fact]
    public void Refresh_KeepsTheBytesAsTheyCameNotAsTheyCouldBeWritten()
    {
        using var bench = new ClientBench();
        bench.Repository.Replace("timestamp", [.. bench.Repository.File("timestamp"), .. " \r\n\t"u8]);
        Assert.Equal(0, bench.Refresh());
        Assert.EndsWith(" \r\n\t", Encoding.UTF8.GetString(bench.Kept("timestamp")), StringComparison.Ordinal);
    }

    [Fact]
    public void Refresh_UnknownMembersEverywhere_AreCoveredBySignaturesAndIgnored()
    {
        using var bench = new ClientBench();
        bench.Repository.Root["x-extra"] = new JsonObject { ["a"] = 1, ["ü"] = "\t\"\\\n\u2028" };
        bench.Repository.RoleOf("root")["x-people"] = "three";
        bench.Repository.Timestamp["meta"]!["x-other.json"] = new JsonObject { ["version"] = 7 };
        bench.Repository.Publish("root", "timestamp");
        bench.Repository.Edit("timestamp", file => file["x-outside"] = true);
        Assert.Equal(0, bench.Refresh());
        Assert.Equal(2, bench.Version("root"));
        bench.Repository.Publish("root");
        bench.Repository.Edit("root", file => file["signed"]!["x-extra"]!["a"] = 2);
        Assert.Equal(1, bench.Refresh());
    }

    [Theory]
    [InlineData("1.0", 0)]
    [InlineData("1.1.0", 0)]
    [InlineData("2.0.0", 1)]
    [InlineData("10.0.0", 1)]
    public void Refresh_SpecificationVersion_MustHaveTheSameFirstPart(string version, int code)
    {
        using var bench = new ClientBench();
        bench.Repository.Timestamp["spec_version"] = version;
        bench.Repository.Publish("timestamp");
        Assert.Equal(code, bench.Refresh());
    }

    [Fact]
    public void Init_RootWithoutVersion_IsRefusedAndNothingIsAsked()
    {
        using var bench = new ClientBench(trusting: false);
        bench.Repository.Edit("root", file => ((JsonObject)file["signed"]!).Remove("version"));
        Assert.Equal(1, bench.Init(bench.Repository.File("root")));
        Assert.Equal(1, bench.Refresh());
        Assert.Empty(bench.Server.Requests);
    }

    [Fact]
    public void Init_RootThatIsNotSignedByItself_IsRefusedAndNothingIsAsked()
    {
        using var bench = new ClientBench(trusting: false);
        bench.Repository.Signers["root"].Clear();
        bench.Repository.PublishAgain("root");
        Assert.Equal(1, bench.Init(bench.Repository.File("root")));
        Assert.Equal(1, bench.Refresh());
        Assert.Empty(bench.Server.Requests);
    }

    [Fact]
    public void Init_AsksForNothing()
    {
        using var bench = new ClientBench();
        Assert.Empty(bench.Server.Requests);
        Assert.Equal("root 1", bench.Trusted());
    }
}
