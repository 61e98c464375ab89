using Gatekeeper.TufClient.Tests.Support;
using Gatekeeper.Vectors;

namespace Gatekeeper.TufClient.Tests;

/// <summary>Changes of keys and thresholds. A step is written as keys/threshold/signers, for example <c>12/2/12</c>: keys 1 and 2, both needed, both signed.</summary>
public sealed class RotationTests
{
    [Theory]
    [InlineData("1/1/1 2/1/21 2/1/2", true)]
    [InlineData("1/1/314 2/1/3214 2/1/324", true)] // strangers sign too
    [InlineData("01234/3/024 01234/3/041 01234/3/013 01234/3/013", true)]
    [InlineData("01234/3/024 01345/3/041", true)]
    [InlineData("01234/3/024 01345/3/0245 01345/3/045", true)]
    [InlineData("01234/3/024 56789/3/024567 56789/3/567", true)]
    [InlineData("123/1/1 123/2/12", true)]
    [InlineData("123/2/12 123/1/12 123/1/1", true)]
    [InlineData("1/1/1 12/2/12", true)]
    [InlineData("1/1/1 2/1/234", false)] // not by the old key
    [InlineData("1/1/1 2/1/134", false)] // not by the new key
    [InlineData("01234/3/024 01345/3/024", false)]
    [InlineData("01234/3/024 01345/3/045", false)]
    [InlineData("123/1/1 123/2/2", false)] // the new threshold is not met
    [InlineData("123/2/12 123/1/1", false)] // the old threshold is not met
    public void Root_FollowsOnlyBothThresholds(string steps, bool good)
    {
        using var bench = new ClientBench(trusting: false);
        TestKey[] keys = [.. Enumerable.Range(0, 10).Select(_ => bench.Repository.NewKey())];
        bench.Repository.Restart("root");
        string[] all = steps.Split(' ');
        foreach (string step in all)
        {
            Take(bench.Repository, "root", step, keys);
            bench.Repository.Publish("root");
        }

        bench.Trust();
        Assert.Equal(good ? 0 : 1, bench.Refresh());
        int last = good ? all.Length : all.Length - 1;
        Assert.Equal(bench.Repository.File("root", last), bench.Kept("root"));
    }

    [Theory]
    [InlineData("2/1/2", true)]
    [InlineData("1/1/314", true)]
    [InlineData("2/1/134", false)]
    [InlineData("01345/3/024", false)]
    [InlineData("01345/3/04", false)]
    [InlineData("01234/3/024", true)]
    [InlineData("01234/3/041", true)]
    [InlineData("01234/3/013", true)]
    [InlineData("01234/3/123", true)]
    [InlineData("01234/3/234", true)]
    public void OtherRoles_FollowTheNewRootAlone(string step, bool good)
    {
        foreach (string role in new[] { "timestamp", "snapshot", "targets" })
        {
            using var bench = new ClientBench();
            Assert.Equal(0, bench.Refresh());
            TestKey[] keys = [.. Enumerable.Range(0, 6).Select(_ => bench.Repository.NewKey())];
            Take(bench.Repository, role, step, keys);
            bench.Repository.Publish("root", "targets", "snapshot", "timestamp");
            Assert.Equal(good ? 0 : 1, bench.Refresh());
            Assert.Equal(2, bench.Version("root"));
            Assert.Equal(good, bench.Version(role) == 2);
        }
    }

    private static void Take(TestRepository repository, string role, string step, TestKey[] keys)
    {
        string[] parts = step.Split('/');
        repository.Clear(role);
        foreach (char key in parts[0])
        {
            repository.Trust(role, keys[key - '0']);
        }

        repository.RoleOf(role)["threshold"] = parts[1][0] - '0';
        repository.Signers[role].AddRange(parts[2].Select(signer => keys[signer - '0']));
    }
}
