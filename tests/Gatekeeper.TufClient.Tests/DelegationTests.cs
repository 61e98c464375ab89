using System.Text;
using System.Text.Json.Nodes;
using Gatekeeper.TufClient.Tests.Support;

namespace Gatekeeper.TufClient.Tests;

/// <summary>The search for a target (TUF 1.0.34 §5.6.7, §4.5). A graph is written as <c>targets>A B>C!*.py</c>: who delegates to whom, <c>!</c> for a terminating delegation, then its path.</summary>
public sealed class DelegationTests
{
    [Theory]
    [InlineData("targets>A", "A")]
    [InlineData("targets>A targets>B", "A B")]
    [InlineData("targets>A targets>B B>C", "A B C")]
    [InlineData("targets>A targets>B A>C A>D", "A C D B")]
    [InlineData("targets>A targets>B A>C C>D", "A C D B")]
    [InlineData("targets>A targets>B A>C! A>D", "A C")]
    [InlineData("targets>A targets>B A>C! C>D", "A C D")]
    [InlineData("targets>A:*.py targets>B A>C", "B")]
    [InlineData("targets>A targets>B A>C:*.py C>D", "A B")]
    [InlineData("targets>A targets>B B>C C>D D>B", "A B C D")] // a circle
    [InlineData("targets>A targets>B B>C A>C", "A C B")]
    [InlineData("targets>A targets>B B>C A>C:*.py", "A B C")]
    [InlineData("targets>A!:*.py targets>B", "B")] // a terminating delegation of other paths ends nothing
    [InlineData("targets>A A>A", "A")]
    public void Search_VisitsRolesDepthFirstInOrder(string graph, string order)
    {
        using var bench = new ClientBench();
        Build(bench.Repository, graph);
        Assert.Equal(1, bench.Download("missing"));
        Assert.Equal(order.Split(' '), Visited(bench));
    }

    [Theory]
    [InlineData("targetfile", true, "")]
    [InlineData("README.md", true, "A")]
    [InlineData("releases/x/x_v1", true, "B C")]
    [InlineData("releases/y/y_v1.zip", true, "B D")]
    [InlineData("releases/z/z_v1.zip", false, "B")] // D has it, but B may not let it
    [InlineData("releases/README.md", false, "")] // a wildcard stops at "/"
    [InlineData("foo-1.tgz", true, "A")]
    [InlineData("foo-alpha.tgz", false, "")]
    [InlineData("README.MD", false, "")]
    public void Search_EveryRoleOfTheChainMustCoverThePath(string path, bool found, string order)
    {
        using var bench = new ClientBench();
        TestRepository repository = bench.Repository;
        repository.Delegate("targets", "A", ["*.doc", "*.md", "foo-?.tgz"]);
        repository.Delegate("targets", "B", ["releases/*/*"]);
        repository.Delegate("B", "C", ["releases/x/*"]);
        repository.Delegate("B", "D", ["releases/y/*.zip"]);
        foreach ((string role, string target) in new[]
        {
            ("targets", "targetfile"), ("A", "README.md"), ("A", "releases/README.md"), ("A", "foo-1.tgz"), ("A", "foo-alpha.tgz"),
            ("C", "releases/x/x_v1"), ("D", "releases/y/y_v1.zip"), ("D", "releases/z/z_v1.zip"),
        })
        {
            repository.AddTarget(role, target, Encoding.UTF8.GetBytes(target));
        }

        repository.Publish("A", "B", "C", "D", "targets", "snapshot", "timestamp");
        Assert.Equal(found ? 0 : 1, bench.Download(path));
        Assert.Equal(found ? [path] : [], bench.Stored());
        Assert.Equal(order.Split(' ', StringSplitOptions.RemoveEmptyEntries), Visited(bench));
    }

    [Fact]
    public void Search_TheFirstRoleThatHasTheTargetDecides()
    {
        using var bench = new ClientBench();
        Build(bench.Repository, "targets>A targets>B");
        bench.Repository.AddTarget("B", "x", "from B"u8.ToArray());
        bench.Repository.AddTarget("A", "x", "from A"u8.ToArray());
        bench.Repository.Publish("A", "B", "snapshot", "timestamp");
        Assert.Equal(0, bench.Download("x"));
        Assert.Equal(["from A"], bench.Stored());
        Assert.Equal(["A"], Visited(bench));
    }

    [Fact]
    public void RoleThatTwoDelegateTo_IsVerifiedWithTheKeysOfTheOneThatLedToIt()
    {
        using var bench = new ClientBench();
        TestRepository repository = bench.Repository;
        repository.Delegate("targets", "parent-a", ["a/*"]);
        repository.Delegate("targets", "parent-b", ["b/*"]);
        repository.Delegate("parent-a", "release", ["a/*"]);
        repository.Delegate("parent-b", "release", ["b/*"]);
        repository.Signers["release"].RemoveAt(1); // parent-b's key does not sign
        repository.AddTarget("release", "a/x", "trusted"u8.ToArray());
        repository.AddTarget("release", "b/x", "malicious"u8.ToArray());
        repository.Publish("release", "parent-a", "parent-b", "targets", "snapshot", "timestamp");
        Assert.Equal(1, bench.Download("a/x", "b/x"));
        Assert.Equal(["trusted"], bench.Stored());
        Assert.Contains("delegated role: 0 of 1 signatures", bench.Output, StringComparison.Ordinal);
        Assert.Equal(1, bench.Download("b/x")); // and not from what was kept either
        Assert.Equal(["trusted"], bench.Stored());
    }

    [Fact]
    public void RoleThatTheSnapshotDoesNotName_IsNotEvenAskedFor()
    {
        using var bench = new ClientBench();
        bench.Repository.Delegate("targets", "plant", ["plant/*"]);
        bench.Repository.Publish("plant", "targets");
        ((JsonObject)bench.Repository.Snapshot["meta"]!).Remove("plant.json");
        bench.Repository.Publish("snapshot", "timestamp");
        Assert.Equal(0, bench.Refresh());
        bench.Server.Forget();
        Assert.Equal(1, bench.Download("plant/x"));
        Assert.Null(bench.Version("plant"));
        Assert.Equal(["2.root.json", "timestamp.json"], bench.MetadataRequests);
    }

    [Theory]
    [InlineData("unsigned")]
    [InlineData("expired")]
    [InlineData("version")]
    [InlineData("missing")]
    public void RoleThatIsRefused_EndsTheSearchThoughALaterOneHasTheTarget(string fault)
    {
        using var bench = new ClientBench();
        Build(bench.Repository, "targets>A targets>B");
        bench.Repository.AddTarget("B", "x", "from B"u8.ToArray());
        switch (fault)
        {
            case "unsigned":
                bench.Repository.Signers["A"].Clear();
                break;
            case "expired":
                bench.Repository.Expire("A", Moment.Now);
                break;
            default:
                break;
        }

        bench.Repository.Publish("A", "B", "snapshot", "timestamp");
        if (fault == "version")
        {
            bench.Repository.Replace("A", bench.Repository.File("A", 1));
        }
        else if (fault == "missing")
        {
            bench.Repository.Restart("A");
        }

        Assert.Equal(1, bench.Download("x"));
        Assert.Empty(bench.Stored());
        Assert.Null(bench.Version("A"));
        Assert.Equal(["A"], Visited(bench));
    }

    [Fact]
    public void Search_EndsAtTheLimitOfRoles()
    {
        using var bench = new ClientBench();
        string[] names = [.. Enumerable.Range(0, Gatekeeper.Release.Limits.MaxRepositoryRoles + 2).Select(i => $"r{i}")];
        foreach (string name in names)
        {
            bench.Repository.Delegate("targets", name);
        }

        bench.Repository.AddTarget(names[^1], "x", "x"u8.ToArray());
        bench.Repository.AddTarget(names[Gatekeeper.Release.Limits.MaxRepositoryRoles - 1], "y", "y"u8.ToArray());
        bench.Repository.Publish([.. names, "targets", "snapshot", "timestamp"]);
        Assert.Equal(1, bench.Download("x"));
        Assert.Equal(Gatekeeper.Release.Limits.MaxRepositoryRoles, Visited(bench).Count());
        Assert.Equal(0, bench.Download("y"));
    }

    [Fact]
    public void PathHashPrefixes_ChooseTheRole()
    {
        using var bench = new ClientBench();
        TestRepository repository = bench.Repository;
        foreach ((string name, string[] prefixes) in new[] { ("high", new[] { "8", "9", "A", "b", "c", "d", "e", "f" }), ("low", ["0", "1", "2", "3", "44", "4532", "5", "6", "7"]) })
        {
            JsonObject role = repository.Delegate("targets", name);
            role.Remove("paths");
            role["path_hash_prefixes"] = TestRepository.Array(prefixes);
        }

        repository.AddTarget("high", "file3.txt", "wrong"u8.ToArray());
        repository.AddTarget("low", "file3.txt", "3"u8.ToArray()); // the SHA-256 of this path begins with 4532
        repository.Publish("low", "high", "targets", "snapshot", "timestamp");
        Assert.Equal(0, bench.Download("file3.txt"));
        Assert.Equal(["low"], Visited(bench));
    }

    [Fact]
    public void SuccinctHashBins_ChooseTheirOneRole()
    {
        using var bench = new ClientBench();
        TestRepository repository = bench.Repository;
        repository.Delegate("targets", "bin-2");
        repository.Delegate("targets", "bin-1");
        JsonNode keys = repository.Targets["delegations"]!["keys"]!.DeepClone();
        repository.Targets["delegations"] = new JsonObject
        {
            ["keys"] = keys,
            ["succinct_roles"] = new JsonObject { ["keyids"] = TestRepository.Array(((JsonObject)keys).Select(k => k.Key)), ["threshold"] = 1, ["bit_length"] = 3, ["name_prefix"] = "bin" },
        };
        repository.AddTarget("bin-2", "file3.txt", "3"u8.ToArray()); // the SHA-256 of this path begins with 4, whose first three bits are 2
        repository.Publish("bin-2", "bin-1", "targets", "snapshot", "timestamp");
        Assert.Equal(0, bench.Download("file3.txt"));
        Assert.Equal(["bin-2"], Visited(bench));
    }

    [Theory]
    [InlineData("root")]
    [InlineData("timestamp")]
    [InlineData("snapshot")]
    [InlineData("targets")]
    public void RoleNamedLikeATopLevelRole_RefusesTheTargets(string name)
    {
        using var bench = new ClientBench();
        JsonObject role = bench.Repository.Delegate("targets", "plant");
        role["name"] = name;
        bench.Repository.Publish("targets", "snapshot", "timestamp");
        Assert.Equal(1, bench.Refresh());
        Assert.Null(bench.Version("targets"));
    }

    [Fact]
    public void RoleTwiceInOneDelegation_RefusesTheTargets()
    {
        using var bench = new ClientBench();
        Build(bench.Repository, "targets>A");
        var roles = (JsonArray)bench.Repository.Targets["delegations"]!["roles"]!;
        roles.Add(roles[0]!.DeepClone());
        bench.Repository.Publish("targets", "snapshot", "timestamp");
        Assert.Equal(1, bench.Refresh());
        Assert.Null(bench.Version("targets"));
    }

    [Fact]
    public void PathsAndPrefixesTogether_RefuseTheTargets()
    {
        using var bench = new ClientBench();
        JsonObject role = bench.Repository.Delegate("targets", "A");
        role["path_hash_prefixes"] = TestRepository.Array(["0"]);
        bench.Repository.Publish("A", "targets", "snapshot", "timestamp");
        Assert.Equal(1, bench.Refresh());
    }

    [Fact]
    public void RoleOfAnEarlierRun_IsNotFetchedAgain_UntilTheSnapshotNamesAnother()
    {
        using var bench = new ClientBench();
        Build(bench.Repository, "targets>A");
        Assert.Equal(1, bench.Download("missing"));
        bench.Server.Forget();
        Assert.Equal(1, bench.Download("missing"));
        Assert.Empty(Visited(bench));
        bench.Repository.Publish("A", "snapshot", "timestamp");
        Assert.Equal(1, bench.Download("missing"));
        Assert.Equal(["A"], Visited(bench));
        Assert.Equal(2, bench.Version("A"));
    }

    [Theory]
    [InlineData("?", "%3F")]
    [InlineData("#", "%23")]
    [InlineData("/plant", "%2Fplant")]
    [InlineData("../plant", "..%2Fplant")]
    [InlineData("..", "..")]
    [InlineData("ö %41", "%C3%B6%20%2541")]
    public void RoleName_WhateverIsInIt_IsOnePartOfUrlAndFileName(string name, string escaped)
    {
        using var bench = new ClientBench();
        bench.Repository.Delegate("targets", name);
        bench.Repository.Publish(name, "targets", "snapshot", "timestamp");
        Assert.Equal(1, bench.Download("missing"));
        Assert.Contains($"1.{escaped}.json", bench.MetadataRequests);
        Assert.True(File.Exists(Path.Combine(bench.MetadataDir, $"{escaped}.json")));
        Assert.Equal(5, Directory.GetFiles(bench.MetadataDir, "*.json").Length);
    }

    private static void Build(TestRepository repository, string graph)
    {
        var roles = new HashSet<string>();
        foreach (string edge in graph.Split(' '))
        {
            string[] ends = edge.Split('>');
            string[] to = ends[1].Split(':');
            string name = to[0].TrimEnd('!');
            repository.Delegate(ends[0], name, to.Length > 1 ? [to[1]] : null, to[0].EndsWith('!'));
            roles.Add(name);
        }

        repository.Publish([.. roles, "targets", "snapshot", "timestamp"]);
    }

    private static IEnumerable<string> Visited(ClientBench bench) => bench.MetadataRequests
        .Where(request => request != "timestamp.json")
        .Select(r => r.Split('.', 2)[1][..^".json".Length])
        .Where(role => role is not ("root" or "snapshot" or "targets"));
}
