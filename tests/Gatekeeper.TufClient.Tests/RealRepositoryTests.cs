using System.Globalization;
using Gatekeeper.TufClient.Tests.Support;
using Gatekeeper.Vectors;

namespace Gatekeeper.TufClient.Tests;

/// <summary>Repositories that other tools made (tests/corpora/tuf): what works with those works here.</summary>
public sealed class RealRepositoryTests
{
    [Theory]
    [InlineData("python-tuf", "2029-12-31", "file1.txt file2.txt file3.txt", "role1 1, root 1, snapshot 1, targets 1, timestamp 1")] // file3.txt is role1's
    [InlineData("go-tuf", "2034-09-30", "map.json sigstore-tuf-root/root.json", "root 1, snapshot 1, targets 1, timestamp 1")]
    [InlineData("tuf-on-ci", "2044-08-10", "delegatedrole/artifact", "delegatedrole 2, root 1, snapshot 2, targets 1, timestamp 2")]
    [InlineData("tough/consistent-snapshots", "2026-01-01", "data1.txt data2.txt", "root 1, snapshot 1, targets 1, timestamp 1")]
    [InlineData("tough/safe-target-paths", "2026-01-01", "foo/../bar/../baz/../data1.txt foo/bar/baz/../data2.txt", "root 1, snapshot 1, targets 1, timestamp 1")]
    [InlineData("tough/dubious-role-names", "2026-01-01", "1.txt 2.txt", "root 1, snapshot 2, targets 2, timestamp 2")]
    [InlineData("tough/expired-repository", "1997-12-31", "", "root 1, snapshot 1589485578, targets 1589485578, timestamp 1589485578")]
    public void Repository_IsRefreshedAndItsTargetsFetched(string folder, string day, string targets, string trusted)
    {
        using var bench = Serve(folder);
        DateTimeOffset at = DateTimeOffset.Parse(day, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
        Assert.Equal(0, bench.Refresh(at));
        string[] names = targets.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        Assert.True(names.Length == 0 || bench.DownloadAt(at, names) == 0, bench.Output);
        Assert.Equal(names.Length, bench.Stored().Length);
        Assert.Equal(trusted, bench.Trusted());
    }

    [Theory]
    [InlineData("python-tuf", "2030-01-01")]
    [InlineData("go-tuf", "2034-10-01")]
    [InlineData("tuf-on-ci", "2044-08-11")]
    [InlineData("tough/expired-repository", "2026-01-01")]
    public void Repository_AfterItsDate_IsRefused(string folder, string day)
    {
        using var bench = Serve(folder);
        Assert.Equal(1, bench.Refresh(DateTimeOffset.Parse(day, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal)));
        Assert.Contains("past its date", bench.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("python-tuf-role-names", "anything", "1...%2Fa.json 1...json 1.%C3%B6.json")]
    [InlineData("tough/dubious-role-names", "foo", "..%2F..%2Fpath%2Flike%2Fdubious.json %F0%9F%8D%BA%2F30.json %E1%9A%A9%20os%2C%20%E1%9A%B1%20rad%2C%20%E1%9A%B3%20cen%2C%20%E1%9A%B7%20gyfu%2C%20%E1%9A%B9%20%C6%BFynn%2C%20%E1%9A%BB%20h%C3%A6gl%2C%20....json")]
    public void Repository_WithOddRoleNames_IsSearchedWhole(string folder, string target, string asked)
    {
        using var bench = Serve(folder);
        Assert.Equal(1, bench.DownloadAt(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero), target));
        Assert.Contains("there is no such target", bench.Output, StringComparison.Ordinal);
        Assert.Equal(asked.Split(' '), bench.MetadataRequests.Skip(4));
    }

    [Fact]
    public void Root_OfTough_IsFollowed()
    {
        using var bench = Serve("tough/rotated-root", metadata: "");
        Assert.Equal(0, bench.Refresh(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero)));
        Assert.Equal("root 2, snapshot 1, targets 1, timestamp 1", bench.Trusted());
    }

    private static ClientBench Serve(string folder, string metadata = "metadata")
    {
        string root = Path.Combine(Repository.Root, "tests", "corpora", "tuf", folder);
        string metadataFolder = Path.Combine(root, metadata);
        var bench = new ClientBench(trusting: false);
        bench.Server.Respond = path =>
        {
            string file = path.StartsWith("metadata/", StringComparison.Ordinal) ? Path.Combine(metadataFolder, path["metadata/".Length..]) : Path.Combine(root, path);
            return Answer.Of(File.Exists(file) ? File.ReadAllBytes(file) : null);
        };
        Assert.Equal(0, bench.Init(File.ReadAllBytes(Path.Combine(metadataFolder, "1.root.json"))));
        return bench;
    }
}
