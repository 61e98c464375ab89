using System.Globalization;
using Gatekeeper.Release;
using Gatekeeper.TufClient.Tests.Support;

namespace Gatekeeper.TufClient.Tests;

/// <summary>Servers that lie, stop early or never stop (TUF 1.0.34 §1.5.2: endless data).</summary>
public sealed class HttpTests
{
    [Theory]
    [InlineData("2.root.json", "root 1")]
    [InlineData("timestamp.json", "root 1")]
    [InlineData("1.snapshot.json", "root 1, timestamp 1")]
    [InlineData("1.targets.json", "root 1, snapshot 1, timestamp 1")]
    public void EndlessMetadata_IsCutOffAtItsLimit(string name, string trusted)
    {
        using var bench = new ClientBench();
        Lie(bench, "metadata/" + name, new Answer(200, null));
        Assert.Equal(1, bench.Refresh());
        Assert.Contains("is longer than the", bench.Output, StringComparison.Ordinal);
        Assert.Equal(trusted, bench.Trusted());
    }

    [Fact]
    public void StatedLength_IsTheLimit()
    {
        using var bench = new ClientBench();
        bench.Repository.StateHashes = true;
        bench.Repository.Publish("targets", "snapshot", "timestamp");
        byte[] snapshot = bench.Repository.File("snapshot");
        Lie(bench, "metadata/2.snapshot.json", Answer.Of([.. snapshot, (byte)' ']));
        Assert.Equal(1, bench.Refresh());
        Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"longer than the {snapshot.Length} bytes"), bench.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void EndlessTarget_IsCutOffAtItsLengthAndNotStored()
    {
        using var bench = new ClientBench();
        bench.Repository.AddTarget("targets", "x", "content"u8.ToArray());
        bench.Repository.Publish("targets", "snapshot", "timestamp");
        Func<string, Answer> honest = bench.Server.Respond;
        bench.Server.Respond = path => path.StartsWith("targets/", StringComparison.Ordinal) ? new Answer(200, null) : honest(path);
        Assert.Equal(1, bench.Download("x"));
        Assert.Empty(Directory.GetFileSystemEntries(bench.TargetDir));
    }

    [Fact]
    public void ShorterTarget_IsRefused()
    {
        using var bench = new ClientBench();
        bench.Repository.AddTarget("targets", "x", "content"u8.ToArray());
        bench.Repository.Serve("x", "cont"u8.ToArray());
        bench.Repository.Publish("targets", "snapshot", "timestamp");
        Assert.Equal(1, bench.Download("x"));
        Assert.Empty(bench.Stored());
    }

    [Fact]
    public void AnswerThatIsShorterThanItSays_IsNoAnswer()
    {
        using var bench = new ClientBench();
        Lie(bench, "metadata/timestamp.json", Answer.Of(bench.Repository.File("timestamp")) with { Length = 1_000_000 });
        Assert.Equal(1, bench.Refresh());
        Assert.Contains("no complete answer", bench.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(403, 0)]
    [InlineData(404, 0)]
    [InlineData(400, 1)]
    [InlineData(500, 1)]
    [InlineData(503, 1)]
    public void NextRoot_IsMissingOnlyWhereTheServerSaysSo(int status, int code)
    {
        using var bench = new ClientBench();
        Lie(bench, "metadata/2.root.json", new Answer(status, []));
        Assert.Equal(code, bench.Refresh());
    }

    [Fact]
    public void Redirect_IsFollowed_ButNotForEver()
    {
        using var bench = new ClientBench();
        Lie(bench, "metadata/timestamp.json", new Answer(302, []) { Headers = $"Location: {bench.Server.Url}elsewhere\r\n" }, "elsewhere", Answer.Of(bench.Repository.File("timestamp")));
        Assert.Equal(0, bench.Refresh());
        Lie(bench, "metadata/timestamp.json", new Answer(302, []) { Headers = $"Location: {bench.Server.Url}metadata/timestamp.json\r\n" });
        bench.Server.Forget();
        Assert.Equal(1, bench.Refresh());
        Assert.InRange(bench.MetadataRequests.Count(), 2, 10);
    }

    [Fact]
    public void BodyWithoutLength_IsReadToItsEnd()
    {
        using var bench = new ClientBench();
        Lie(bench, "metadata/timestamp.json", Answer.Of(bench.Repository.File("timestamp")) with { Length = -1 });
        Assert.Equal(0, bench.Refresh());
    }

    [Fact]
    public void NoServer_IsAnErrorWithAHint()
    {
        using var bench = new ClientBench();
        bench.Server.Stop();
        Assert.Equal(1, bench.Refresh());
        Assert.Contains("hint: is the server at 127.0.0.1:", bench.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void MetadataAtItsLimit_IsRead_OneByteMoreIsNot()
    {
        using var bench = new ClientBench();
        byte[] timestamp = bench.Repository.File("timestamp");
        byte[] padded = [.. timestamp, .. Enumerable.Repeat((byte)' ', Limits.MaxRepositoryTimestampBytes - timestamp.Length)];
        Lie(bench, "metadata/timestamp.json", Answer.Of([.. padded, (byte)' ']));
        Assert.Equal(1, bench.Refresh());
        Lie(bench, "metadata/timestamp.json", Answer.Of(padded));
        Assert.Equal(0, bench.Refresh());
    }

    private static void Lie(ClientBench bench, string path, Answer answer, string? other = null, Answer? otherAnswer = null) =>
        bench.Server.Respond = request => request == path ? answer : request == other ? otherAnswer! : bench.Repository.Answer(request);
}
