using System.Text.Json.Nodes;
using Gatekeeper.TufClient.Tests.Support;
using Gatekeeper.Vectors;

namespace Gatekeeper.TufClient.Tests;

/// <summary>Whose signatures count, and how often (TUF 1.0.34 §4.2.1, §4.2.2, §5.3.4).</summary>
public sealed class KeyTests
{
    [Fact]
    public void Snapshot_BelowItsThreshold_IsRefused()
    {
        using var bench = new ClientBench();
        bench.Repository.RoleOf("snapshot")["threshold"] = 3;
        bench.Repository.AddKey("snapshot");
        bench.Repository.AddKey("snapshot");
        bench.Repository.Publish("root", "snapshot", "timestamp");
        Assert.Equal(0, bench.Refresh());
        bench.Repository.Signers["snapshot"].RemoveAt(2);
        bench.Repository.Publish("snapshot", "timestamp");
        Assert.Equal(1, bench.Refresh());
        Assert.Equal(2, bench.Version("snapshot"));
        Assert.Contains("snapshot: 2 of 3 signatures", bench.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void RoleWithFewerKeysThanItsThreshold_IsNeverMet_ButTheRootIsTaken()
    {
        using var bench = new ClientBench();
        for (int i = 0; i < 4; i++)
        {
            bench.Repository.AddKey("snapshot");
        }

        bench.Repository.RoleOf("snapshot")["threshold"] = 6;
        bench.Repository.Publish("root", "snapshot", "timestamp");
        Assert.Equal(1, bench.Refresh());
        Assert.Equal("root 2, timestamp 2", bench.Trusted());
    }

    [Fact]
    public void KeyIdManyTimesInARole_CountsOnce()
    {
        using var bench = new ClientBench();
        TestKey key = bench.Repository.NewKey();
        for (int i = 0; i < 9; i++)
        {
            bench.Repository.Trust("snapshot", key);
        }

        bench.Repository.Signers["snapshot"].Add(key);
        bench.Repository.RoleOf("snapshot")["threshold"] = 3;
        bench.Repository.Publish("root", "snapshot", "timestamp");
        Assert.Equal(1, bench.Refresh());
        Assert.Null(bench.Version("snapshot"));
    }

    [Fact]
    public void OneKeyUnderTwoIds_CountsOnce()
    {
        using var bench = new ClientBench();
        TestKey key = bench.Repository.AddKey("timestamp");
        bench.Repository.Root["keys"]!["alias"] = TestRepository.Form(key);
        ((JsonArray)bench.Repository.RoleOf("timestamp")["keyids"]!).Add("alias");
        bench.Repository.Signers["timestamp"].RemoveAt(0);
        bench.Repository.RoleOf("timestamp")["threshold"] = 2;
        bench.Repository.Publish("root", "timestamp");
        bench.Repository.Edit("timestamp", file =>
        {
            JsonNode again = file["signatures"]![0]!.DeepClone();
            again["keyid"] = "alias";
            ((JsonArray)file["signatures"]!).Add(again);
        });
        Assert.Equal(1, bench.Refresh());
        Assert.Contains("timestamp: 1 of 2 signatures", bench.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void KeyIdTwiceAmongSignatures_IsRefused()
    {
        using var bench = new ClientBench();
        bench.Repository.Edit("snapshot", file => ((JsonArray)file["signatures"]!).Add(file["signatures"]![0]!.DeepClone()));
        Assert.Equal(1, bench.Refresh());
        Assert.Null(bench.Version("snapshot"));
    }

    public static TheoryData<string, string> BadSignatures => new()
    {
        { "rsa", string.Concat(Enumerable.Repeat("5a", 256)) },
        { "p256.tuf", "3046022100fa1f62d38e0f5c565fa23e5d230086258427d87f024c146071966deefde55468022100b3347b4bd9ba6701ca6cef949d04b5742394b9f8c4417933e5d4fa76c3ca3a98" },
        { "p384.tuf", "3006020101020101" },
        { "ed", "b61589620c287e23a00abf0e653421010a0ad33869e5a096d604e08d7b4f8eb9c58ebb8a02124576be776f86ab5a3b05dbb6f27cc47f4b144f32ba4012d4b302" },
    };

    [Theory]
    [MemberData(nameof(BadSignatures))]
    public void EachKeyType_SignsARoot_AndAWrongSignatureDoesNot(string name, string bad)
    {
        using var bench = new ClientBench();
        TestKey key = bench.Repository.AddKey("root", TestKey.Of(name));
        bench.Repository.RoleOf("root")["threshold"] = 2;
        bench.Repository.Publish("root");
        Assert.Equal(0, bench.Refresh());
        Assert.Equal(2, bench.Version("root"));
        bench.Repository.Publish("root");
        bench.Repository.Edit("root", file => file["signatures"]!.AsArray().Single(s => (string?)s!["keyid"] == key.Id)!["sig"] = bad);
        Assert.Equal(1, bench.Refresh());
        Assert.Equal(2, bench.Version("root"));
    }

    [Theory]
    [InlineData("00")]
    [InlineData("")]
    [InlineData("not hex")]
    [InlineData("abc")]
    public void SignatureThatIsNotValid_BesideEnough_IsNotCountedAndNoHarm(string value)
    {
        using var bench = new ClientBench();
        TestKey second = bench.Repository.AddKey("timestamp");
        bench.Repository.Publish("root", "timestamp");
        bench.Repository.Edit("timestamp", file => file["signatures"]!.AsArray().Single(s => (string?)s!["keyid"] == second.Id)!["sig"] = value);
        Assert.Equal(0, bench.Refresh());
        Assert.Equal(2, bench.Version("timestamp"));
    }

    [Fact]
    public void SignatureOfAStranger_BesideEnough_IsNotCountedAndNoHarm()
    {
        using var bench = new ClientBench();
        bench.Repository.Signers["timestamp"].Insert(0, bench.Repository.NewKey());
        bench.Repository.Publish("timestamp");
        Assert.Equal(0, bench.Refresh());
        bench.Repository.Signers["timestamp"].RemoveAt(1);
        bench.Repository.Publish("timestamp");
        Assert.Equal(1, bench.Refresh());
    }

    [Fact]
    public void KeyOfAnUnknownType_IsIgnoredAndNeverCounted()
    {
        using var bench = new ClientBench();
        foreach ((string id, JsonObject form) in new (string, JsonObject)[]
        {
            ("future", new() { ["keytype"] = "ml-dsa", ["scheme"] = "ml-dsa-65", ["keyval"] = new JsonObject { ["public"] = "00" } }),
            ("identity", new() { ["keytype"] = "sigstore-oidc", ["scheme"] = "Fulcio", ["keyval"] = new JsonObject { ["identity"] = "a@example.com" } }),
            ("broken", new() { ["keytype"] = "rsa", ["scheme"] = "rsassa-pss-sha256", ["keyval"] = new JsonObject { ["public"] = "no PEM" } }),
            ("small", new() { ["keytype"] = "ed25519", ["scheme"] = "ed25519", ["keyval"] = new JsonObject { ["public"] = "01" + new string('0', 62) } }),
        })
        {
            bench.Repository.Root["keys"]![id] = form;
            ((JsonArray)bench.Repository.RoleOf("timestamp")["keyids"]!).Add(id);
        }

        ((JsonArray)bench.Repository.RoleOf("timestamp")["keyids"]!).Add("there is no such key");
        bench.Repository.Publish("root", "timestamp");
        bench.Repository.Edit("timestamp", file =>
            file["signatures"]!.AsArray().Add(new JsonObject { ["keyid"] = "future", ["sig"] = "aa" }));
        Assert.Equal(0, bench.Refresh());
        bench.Repository.RoleOf("timestamp")["threshold"] = 2;
        bench.Repository.Publish("root", "timestamp");
        bench.Repository.Edit("timestamp", file =>
            file["signatures"]!.AsArray().Add(new JsonObject { ["keyid"] = "small", ["sig"] = string.Concat("01", new string('0', 126)) }));
        Assert.Equal(1, bench.Refresh());
        Assert.Contains("timestamp: 1 of 2 signatures", bench.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void KeyIdThatTheRepositoryChose_IsTaken()
    {
        using var bench = new ClientBench();
        TestKey key = bench.Repository.NewKey();
        JsonObject form = TestRepository.Form(key);
        form["keyid_hash_algorithms"] = "md5";
        form["x-owner"] = "bench 4";
        bench.Repository.Clear("snapshot");
        bench.Repository.Root["keys"]!["our key 4"] = form;
        ((JsonArray)bench.Repository.RoleOf("snapshot")["keyids"]!).Add("our key 4");
        bench.Repository.Signers["snapshot"].Add(key);
        bench.Repository.Publish("root", "snapshot", "timestamp");
        bench.Repository.Edit("snapshot", file => file["signatures"]![0]!["keyid"] = "our key 4");
        Assert.Equal(0, bench.Refresh());
        Assert.Equal("root 2, snapshot 2, targets 1, timestamp 2", bench.Trusted());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void ThresholdBelowOne_RefusesTheRoot(int threshold)
    {
        using var bench = new ClientBench();
        bench.Repository.RoleOf("timestamp")["threshold"] = threshold;
        bench.Repository.Publish("root");
        Assert.Equal(1, bench.Refresh());
        Assert.Equal("root 1", bench.Trusted());
    }
}
