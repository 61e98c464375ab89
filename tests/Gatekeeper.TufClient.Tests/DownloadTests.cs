using System.Text;
using System.Text.Json.Nodes;
using Gatekeeper.TufClient.Tests.Support;

namespace Gatekeeper.TufClient.Tests;

/// <summary>Fetching targets (TUF 1.0.34 §5.7).</summary>
public sealed class DownloadTests
{
    private static readonly byte[] Content = "target file contents"u8.ToArray();

    [Theory]
    [InlineData("target.txt")]
    [InlineData("path/to/a/target.txt")]
    public void Download_StoresTheTarget(string path)
    {
        using var bench = With(path, Content);
        Assert.Equal(0, bench.Refresh());
        Assert.Empty(bench.Stored());
        Assert.Equal(0, bench.Download(path));
        Assert.Equal(["target file contents"], bench.Stored());
    }

    [Fact]
    public void Download_RefreshesFirst()
    {
        using var bench = new ClientBench();
        Assert.Equal(1, bench.Download("missing"));
        Assert.Equal(["2.root.json", "timestamp.json", "1.snapshot.json", "1.targets.json"], bench.MetadataRequests);
        Assert.Equal("root 1, snapshot 1, targets 1, timestamp 1", bench.Trusted());
    }

    [Fact]
    public void Download_SubstitutedTarget_IsRefusedAndNothingIsStored()
    {
        using var bench = With("one", Content);
        bench.Repository.AddTarget("targets", "two", "content"u8.ToArray());
        bench.Repository.Publish("targets", "snapshot", "timestamp");
        Assert.Equal(0, bench.Download("one"));
        bench.Repository.Serve("one", "malicious, same length"u8.ToArray()[..Content.Length]);
        bench.Repository.Serve("two", "control"u8.ToArray());
        Assert.Equal(0, bench.Download("one")); // it has it
        Assert.Equal(1, bench.Download("two"));
        Assert.Equal(["target file contents"], bench.Stored());
        Assert.Single(Directory.GetFileSystemEntries(bench.TargetDir));
    }

    [Fact]
    public void Download_ChangedTarget_ReplacesTheOldOne()
    {
        using var bench = With("one", Content);
        Assert.Equal(0, bench.Download("one"));
        for (int i = 0; i < 6; i++)
        {
            byte[] next = Encoding.UTF8.GetBytes($"contents {i}");
            bench.Repository.AddTarget("targets", "one", next);
            bench.Repository.Publish("targets", "snapshot", "timestamp");
            if (i % 5 == 0)
            {
                Assert.Equal(0, bench.Download("one"));
                Assert.Equal([$"contents {i}"], bench.Stored());
                bench.Repository.Serve("one", "malicious"u8.ToArray());
                bench.Repository.Publish("targets", "snapshot", "timestamp");
                bench.Download("one");
                Assert.Equal([$"contents {i}"], bench.Stored());
            }
        }
    }

    [Theory]
    [InlineData("sha256")]
    [InlineData("sha512")]
    [InlineData("sha256 sha512")]
    public void Download_EachKindOfHash_IsCheckedAndNamesTheFile(string kinds)
    {
        using var bench = new ClientBench();
        bench.Repository.AddTarget("targets", "one", Content, kinds.Split(' '));
        bench.Repository.Publish("targets", "snapshot", "timestamp");
        Assert.Equal(0, bench.Download("one"));
        Assert.Equal($"{(string?)bench.Repository.Targets["targets"]!["one"]!["hashes"]![kinds.Split(' ')[0]]}.one", Assert.Single(bench.TargetRequests));
    }

    [Theory]
    [InlineData("sha256", 64)]
    [InlineData("sha512", 128)]
    public void Download_OneOfTwoHashesWrong_IsRefused(string kind, int digits)
    {
        using var bench = new ClientBench();
        bench.Repository.AddTarget("targets", "one", Content, "sha256", "sha512");
        bench.Repository.Targets["targets"]!["one"]!["hashes"]![kind] = new string('0', digits);
        bench.Repository.Publish("targets", "snapshot", "timestamp");
        Assert.Equal(1, bench.Download("one"));
        Assert.Empty(bench.Stored());
    }

    [Fact]
    public void Download_HashOfAnUnknownKindAlone_IsRefused_BesideAKnownOneNot()
    {
        using var bench = With("one", Content);
        bench.Repository.Targets["targets"]!["one"]!["hashes"]!["blake2b"] = "00";
        bench.Repository.Publish("targets", "snapshot", "timestamp");
        Assert.Equal(0, bench.Download("one"));
        ((JsonObject)bench.Repository.Targets["targets"]!["one"]!["hashes"]!).Remove("sha256");
        bench.Repository.AddTarget("targets", "two", Content);
        bench.Repository.Publish("targets", "snapshot", "timestamp");
        File.Delete(Assert.Single(Directory.GetFiles(bench.TargetDir)));
        Assert.Equal(1, bench.Download("one"));
        Assert.Empty(bench.Stored());
        Assert.Equal(0, bench.Download("two"));
    }

    [Fact]
    public void Download_Twice_FetchesOnce()
    {
        using var bench = With("one", Content);
        Assert.Equal(0, bench.Download("one"));
        Assert.Equal(0, bench.Download("one"));
        Assert.Contains("has one", bench.Output, StringComparison.Ordinal);
        Assert.Single(bench.TargetRequests);
    }

    [Fact]
    public void Download_StoredFileWasChanged_FetchesAgain()
    {
        using var bench = With("one", Content);
        Assert.Equal(0, bench.Download("one"));
        File.WriteAllText(Assert.Single(Directory.GetFiles(bench.TargetDir)), "tampered, 20 bytes !");
        Assert.Equal(0, bench.Download("one"));
        Assert.Equal(["target file contents"], bench.Stored());
    }

    [Fact]
    public void Download_SeveralTargets_InOrderAndTheFirstFailureEnds()
    {
        using var bench = With("one", Content);
        bench.Repository.AddTarget("targets", "two", "2"u8.ToArray());
        bench.Repository.Publish("targets", "snapshot", "timestamp");
        Assert.Equal(1, bench.Download("one", "missing", "two"));
        Assert.Equal(["target file contents"], bench.Stored());
        Assert.Equal(0, bench.Download("two", "one"));
        Assert.Equal(["one", "two"], bench.TargetRequests.Select(r => r.Split('.')[1]));
    }

    [Fact]
    public void Download_WithoutConsistentSnapshots_AsksForThePlainName()
    {
        using var bench = new ClientBench(trusting: false);
        bench.Repository.Root["consistent_snapshot"] = false;
        bench.Repository.AddTarget("targets", "a/one", Content);
        bench.Repository.Restart("root");
        bench.Repository.Publish("root", "targets", "snapshot", "timestamp");
        bench.Trust();
        Assert.Equal(0, bench.Download("a/one"));
        Assert.Equal(["a/one"], bench.TargetRequests);
    }

    [Fact]
    public void Download_EmptyTarget_IsStored()
    {
        using var bench = With("nothing", []);
        Assert.Equal(0, bench.Download("nothing"));
        Assert.Equal([""], bench.Stored());
    }

    [Theory]
    [InlineData("a b/c?d#e", "a%20b/HASH.c%3Fd%23e")]
    [InlineData("ä/ö", "%C3%A4/HASH.%C3%B6")]
    [InlineData("../../up", "../../HASH.up")]
    [InlineData("100%/x", "100%25/HASH.x")]
    [InlineData("a%20b", "HASH.a%20b")]
    [InlineData("a+b&c=(d)", "HASH.a+b&c=(d)")]
    public void TargetPath_WhateverIsInIt_StaysBelowBothFolders(string path, string asked)
    {
        using var bench = With(path, Content);
        string hash = (string)bench.Repository.Targets["targets"]![path]!["hashes"]!["sha256"]!;
        string expected = asked.Replace("HASH", hash, StringComparison.Ordinal);
        Func<string, Answer> honest = bench.Server.Respond;
        bench.Server.Respond = request => request == "targets/" + expected ? Answer.Of(Content) : honest(request);
        Assert.Equal(0, bench.Download(path));
        Assert.Equal([expected], bench.TargetRequests);
        Assert.Equal(["target file contents"], bench.Stored());
        Assert.Single(Directory.GetFileSystemEntries(bench.TargetDir));
    }

    [Fact]
    public void TargetPath_LongerThanAFileNameMayBe_IsStoredUnderANameOfItsOwn()
    {
        string path = string.Concat(Enumerable.Repeat("folder/", 60));
        using var bench = With(path + "a", "1"u8.ToArray());
        bench.Repository.AddTarget("targets", path + "b", "2"u8.ToArray());
        bench.Repository.Publish("targets", "snapshot", "timestamp");
        Assert.Equal(0, bench.Download(path + "a", path + "b"));
        Assert.Equal(["1", "2"], bench.Stored().Order());
    }

    private static ClientBench With(string path, byte[] content)
    {
        var bench = new ClientBench();
        bench.Repository.AddTarget("targets", path, content);
        bench.Repository.Publish("targets", "snapshot", "timestamp");
        return bench;
    }
}
