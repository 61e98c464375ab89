using System.Text.Json.Nodes;
using Gatekeeper.TufClient.Tests.Support;

namespace Gatekeeper.TufClient.Tests;

/// <summary>Rollback, mix-and-match, and the way back from a fast-forward attack (TUF 1.0.34 §5.3.11, §5.4.3, §5.5.2 to §5.5.5, §5.6.2 to §5.6.4).</summary>
public sealed class RollbackTests
{
    [Fact]
    public void Timestamp_OlderThanTheTrustedOne_IsRefused()
    {
        using var bench = new ClientBench();
        bench.Repository.Publish("timestamp");
        Assert.Equal(0, bench.Refresh());
        bench.Repository.Restart("timestamp");
        bench.Repository.Publish("timestamp");
        Assert.Equal(1, bench.Refresh());
        Assert.Equal("root 1, snapshot 1, targets 1, timestamp 2", bench.Trusted());
        Assert.Equal("timestamp.json", bench.MetadataRequests.Last());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Timestamp_ThatNamesAnOlderSnapshot_IsRefused(bool hashes)
    {
        using var bench = new ClientBench();
        bench.Repository.StateHashes = hashes;
        bench.Repository.Publish("snapshot", "timestamp");
        Assert.Equal(0, bench.Refresh());
        bench.Repository.Restart("snapshot");
        bench.Repository.Publish("snapshot", "timestamp");
        Assert.Equal(1, bench.Refresh());
        Assert.Equal("root 1, snapshot 2, targets 1, timestamp 2", bench.Trusted());
        Assert.Equal("timestamp.json", bench.MetadataRequests.Last());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Snapshot_ThatNamesOlderTargets_IsRefused(bool hashes)
    {
        using var bench = new ClientBench();
        bench.Repository.StateHashes = hashes;
        bench.Repository.Publish("targets", "snapshot", "timestamp");
        Assert.Equal(0, bench.Refresh());
        bench.Repository.Restart("targets");
        bench.Repository.Publish("targets", "snapshot", "timestamp");
        Assert.Equal(1, bench.Refresh());
        Assert.Equal("root 1, snapshot 2, targets 2, timestamp 3", bench.Trusted());
    }

    [Fact]
    public void Snapshot_ThatNamesAnOlderDelegatedRole_IsRefused()
    {
        using var bench = new ClientBench();
        bench.Repository.Delegate("targets", "plant");
        bench.Repository.Publish("plant", "plant", "targets", "snapshot", "timestamp");
        Assert.Equal(0, bench.Refresh());
        bench.Repository.Restart("plant");
        bench.Repository.Publish("plant", "snapshot", "timestamp");
        Assert.Equal(1, bench.Refresh());
        Assert.Equal(2, bench.Version("snapshot"));
    }

    [Fact]
    public void Snapshot_ThatNoLongerNamesADelegatedRole_IsRefused()
    {
        using var bench = new ClientBench();
        bench.Repository.Delegate("targets", "plant");
        bench.Repository.Publish("plant", "targets", "snapshot", "timestamp");
        Assert.Equal(0, bench.Refresh());
        ((JsonObject)bench.Repository.Snapshot["meta"]!).Remove("plant.json");
        bench.Repository.Publish("snapshot", "timestamp");
        Assert.Equal(1, bench.Refresh());
        Assert.Equal(2, bench.Version("snapshot"));
        Assert.Contains("no longer listed", bench.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void NewSnapshotKey_BringsTargetsBackFromAFastForwardAttack()
    {
        using var bench = new ClientBench();
        bench.Repository.Delegate("targets", "plant");
        bench.Repository.Publish("plant");
        bench.Repository.Publish([.. Enumerable.Repeat("targets", 99), "snapshot", "timestamp"]);
        Assert.Equal(0, bench.Refresh());
        Assert.Equal(100, bench.Version("targets"));
        bench.Repository.Rotate("snapshot");
        bench.Repository.Restart("targets");
        bench.Repository.Publish("root", "targets");
        ((JsonObject)bench.Repository.Snapshot["meta"]!).Remove("plant.json");
        bench.Repository.Publish("snapshot", "timestamp");
        Assert.Equal(0, bench.Refresh());
        Assert.Equal(1, bench.Version("targets"));
    }

    [Fact]
    public void NewSnapshotAndTimestampKeys_BringTheSnapshotBackFromAFastForwardAttack()
    {
        using var bench = new ClientBench();
        bench.Repository.Publish([.. Enumerable.Repeat("snapshot", 99), "timestamp"]);
        Assert.Equal(0, bench.Refresh());
        bench.Repository.Rotate("snapshot");
        bench.Repository.Rotate("timestamp");
        bench.Repository.Restart("snapshot");
        bench.Repository.Publish("root", "targets", "snapshot", "timestamp");
        Assert.Equal(0, bench.Refresh());
        Assert.Equal(1, bench.Version("snapshot"));
    }

    [Fact]
    public void NewTimestampKey_BringsTheTimestampBackFromAFastForwardAttack()
    {
        using var bench = new ClientBench();
        bench.Repository.Publish([.. Enumerable.Repeat("timestamp", 99)]);
        Assert.Equal(0, bench.Refresh());
        Assert.Equal(100, bench.Version("timestamp"));
        bench.Repository.Rotate("timestamp");
        bench.Repository.Restart("timestamp");
        bench.Repository.Publish("root", "timestamp");
        Assert.Equal(0, bench.Refresh());
        Assert.Equal(1, bench.Version("timestamp"));
    }

    [Fact]
    public void OneOfTwoKeysWithdrawn_ForgetsTooThoughTheOtherKeySignedWhatIsKept()
    {
        using var bench = new ClientBench(trusting: false);
        bench.Repository.AddKey("timestamp");
        bench.Repository.Restart("root");
        bench.Repository.Publish("root");
        bench.Repository.Publish([.. Enumerable.Repeat("timestamp", 9)]);
        bench.Trust();
        Assert.Equal(0, bench.Refresh());
        ((JsonArray)bench.Repository.RoleOf("timestamp")["keyids"]!).RemoveAt(0);
        bench.Repository.Signers["timestamp"].RemoveAt(0);
        bench.Repository.Restart("timestamp");
        bench.Repository.Publish("root", "timestamp");
        Assert.Equal(0, bench.Refresh());
        Assert.Equal(1, bench.Version("timestamp"));
    }

    [Theory]
    [InlineData("root")]
    [InlineData("targets")]
    public void NewKeyOfAnotherRole_ForgetsNothing(string role)
    {
        using var bench = new ClientBench();
        bench.Repository.Publish("timestamp", "timestamp");
        Assert.Equal(0, bench.Refresh());
        Signer old = Signer.Of(bench.Repository, role);
        bench.Repository.Rotate(role);
        old.SignToo(role);
        bench.Repository.Restart("timestamp");
        bench.Repository.Publish("root", "targets", "snapshot", "timestamp");
        Assert.Equal(1, bench.Refresh());
        Assert.Equal("root 2, snapshot 1, targets 1, timestamp 3", bench.Trusted());
    }

    [Fact]
    public void RefusedRoot_ForgetsNothing()
    {
        using var bench = new ClientBench();
        Assert.Equal(0, bench.Refresh());
        bench.Repository.Rotate("timestamp");
        bench.Repository.Signers["root"].Clear();
        bench.Repository.Publish("root");
        Assert.Equal(1, bench.Refresh());
        Assert.Equal("root 1, snapshot 1, targets 1, timestamp 1", bench.Trusted());
    }

    [Fact]
    public void Hashes_ThatFit_AreTaken()
    {
        using var bench = new ClientBench();
        bench.Repository.StateHashes = true;
        bench.Repository.Delegate("targets", "plant");
        bench.Repository.Publish("plant", "targets", "snapshot", "timestamp");
        Assert.Equal(0, bench.Refresh());
    }

    [Theory]
    [InlineData("targets", "sha256", "root 1, snapshot 2, targets 1, timestamp 2")]
    [InlineData("snapshot", "sha256", "root 1, snapshot 1, targets 1, timestamp 2")]
    [InlineData("snapshot", "sha512", "root 1, snapshot 1, targets 1, timestamp 2")]
    public void Hash_OfAnotherFile_IsRefused(string role, string kind, string trusted)
    {
        using var bench = new ClientBench();
        Assert.Equal(0, bench.Refresh());
        bench.Repository.StateHashes = true;
        bench.Repository.Publish("targets", "snapshot");
        JsonNode meta = role == "targets" ? bench.Repository.Snapshot["meta"]!["targets.json"]! : bench.Repository.Timestamp["meta"]!["snapshot.json"]!;
        meta["hashes"]![kind] = new string('0', kind == "sha256" ? 64 : 128);
        bench.Repository.StateHashes = false;
        if (role == "targets")
        {
            bench.Repository.PublishAgain("snapshot");
        }

        bench.Repository.Publish("timestamp");
        Assert.Equal(1, bench.Refresh());
        Assert.Equal(trusted, bench.Trusted());
    }

    [Fact]
    public void Hash_OfAKindThatIsNotKnown_CannotBeCheckedAndIsRefused()
    {
        using var bench = new ClientBench();
        bench.Repository.Timestamp["meta"]!["snapshot.json"]!["hashes"] = new JsonObject { ["blake2b"] = "00" };
        bench.Repository.Publish("timestamp");
        Assert.Equal(1, bench.Refresh());
        Assert.Equal("root 1", bench.Trusted());
    }

    [Fact]
    public void HeldSnapshotOfTheNamedVersionButAnotherHash_IsFetchedAnew()
    {
        using var bench = new ClientBench();
        bench.Repository.StateHashes = true;
        bench.Repository.Publish("targets", "snapshot", "timestamp");
        Assert.Equal(0, bench.Refresh());
        bench.Repository.Snapshot["x"] = 1;
        bench.Repository.PublishAgain("snapshot");
        bench.Repository.Publish("timestamp");
        Assert.Equal(0, bench.Refresh());
        Assert.Equal(bench.Repository.File("snapshot"), bench.Kept("snapshot"));
    }

    /// <summary>The keys a role had, to sign beside the new ones.</summary>
    private sealed record Signer(TestRepository Repository, Gatekeeper.Vectors.TestKey[] Keys)
    {
        public static Signer Of(TestRepository repository, string role) => new(repository, [.. repository.Signers[role]]);

        public void SignToo(string role) => Repository.Signers[role].AddRange(Keys);
    }
}
