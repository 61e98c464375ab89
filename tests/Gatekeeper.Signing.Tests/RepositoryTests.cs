using System.Text.Json;
using Gatekeeper.Release;
using Gatekeeper.Signing.Metadata;
using Gatekeeper.Signing.Repositories;

namespace Gatekeeper.Signing.Tests;

/// <summary>To and from other TUF tools. <c>PythonTuf/</c> holds a repository as python-tuf wrote it; <c>PythonTuf/make.py</c> says how.</summary>
[Collection(CommandLineTests.Name)]
public sealed class RepositoryTests : IDisposable
{
    private readonly Workshop _shop = new();
    private readonly string _theirs = Path.Combine(AppContext.BaseDirectory, "PythonTuf");

    public void Dispose() => _shop.Dispose();

    [Fact]
    public void RootsOfPythonTuf_BecomeOurs_WithTheirSignatures()
    {
        Outcome outcome = _shop.Do($"repository import {_theirs}/repository --root-dir roots");
        Assert.Contains("roots 1 to 2, 2 of them new", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("left out: 2.root.json: a signature by c3f860ca5da4, which is no key of the role", outcome.Output, StringComparison.Ordinal);
        RootChain chain = RootFolder.ReadAll(_shop.At("roots"));
        Assert.Equal([1, 2], chain.Roots.Select(r => r.Metadata.Signatures.Length));
        Assert.Contains("0 of them new", _shop.Do($"repository import {_theirs}/repository --root-dir roots").Output, StringComparison.Ordinal);

        // What was signed there is what is signed here, to the byte: python-tuf signs the canonical form.
        using JsonDocument original = JsonDocument.Parse(File.ReadAllBytes($"{_theirs}/repository/metadata/2.root.json"));
        Assert.Equal("kept as it is", ((JsonString)((JsonObject)chain.Newest.Metadata.Signed["x-house"]!)["note"]!).Value);
        Assert.Equal(original.RootElement.GetProperty("signed").GetProperty("keys").EnumerateObject().Count(), ((JsonObject)chain.Newest.Metadata.Signed["keys"]!).Members.Count);

        // And the next root is made here: with keys whose ids and spelling are python-tuf's.
        _shop.Do("root rotate --root-dir roots --replace 4e5fca119e42=quinn.pub.json --out 3.gks");
        _shop.Do("request sign 3.gks --key alice.pem rosa.pem --yes");
        _shop.Do("request finish 3.gks --root-dir roots");
        Assert.Equal("kept as it is", ((JsonString)((JsonObject)RootFolder.ReadAll(_shop.At("roots")).Newest.Metadata.Signed["x-house"]!)["note"]!).Value);
    }

    [Fact]
    public void ReleaseSignedByPythonTuf_IsInstalled_OnceTimestampAndSnapshotAreSignedAnew()
    {
        Outcome outcome = _shop.Do($"repository import {_theirs}/repository --root-dir roots --release {_theirs}/base.gku --out a.gku");
        Assert.Contains("targets: 2 of 2 signatures", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("snapshot: 0 of 1 signatures", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("timestamp: 0 of 1 signatures", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("what states hashes of the old bytes was made anew", outcome.Output, StringComparison.Ordinal);
        _shop.Do("release sign a.gku --key builds.pem");
        Assert.Contains("would install PM200 2.0.0", _shop.Do("verify a.gku --root roots/1.root.json --product PM200 --hardware PM200-C --running 1.0.0").Output, StringComparison.Ordinal);
        using var release = new ReleaseOnDisk(_shop.At("a.gku"));
        Assert.Equal((11L, 9L, 7L), (release.Signing.TimestampMetadata.Version, release.Signing.SnapshotMetadata.Version, release.Signing.TargetsMetadata.Version));
    }

    [Fact]
    public void ExportedRepository_IsJsonForEveryone_AndComesBackTheSame()
    {
        // With PEM keys in the root: canonical JSON leaves their line feeds raw, RFC 8259 does not allow that.
        _shop.Do("root new --out roots --expires 2046-01-01 --role root=alice.pub.json:1 targets=pat.pub.json,rosa.pub.json:2 snapshot=quinn.pub.json:1 timestamp=quinn.pub.json:1 --sign alice.pem");
        _shop.Build("a.gku");
        _shop.Do("release sign a.gku --key pat.pem rosa.pem quinn.pem");
        Assert.ThrowsAny<JsonException>(() => JsonDocument.Parse(File.ReadAllBytes(_shop.At("roots/1.root.json"))).Dispose());
        _shop.Do("repository export a.gku --out repo");
        string[] files = [.. Directory.GetFiles(_shop.At("repo/metadata")).Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal)];
        Assert.Equal(["1.root.json", "7.snapshot.json", "7.targets.json", "timestamp.json"], files);
        foreach (string file in files)
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(_shop.At("repo/metadata/" + file)));
            Assert.Equal(2, document.RootElement.EnumerateObject().Count());
        }

        using var release = new ReleaseOnDisk(_shop.At("a.gku"));
        Assert.Equal(release.Signing.DocumentBytes, File.ReadAllBytes(_shop.At($"repo/targets/{release.Digest}.release.json")));

        _shop.Do("repository import repo --root-dir theirs --release a.gku --out b.gku");
        Assert.Equal(File.ReadAllBytes(_shop.At("a.gku")), File.ReadAllBytes(_shop.At("b.gku"))); // no hashes were stated, so nothing is signed anew
        Assert.Equal(ExitCode.Output, _shop.Run("repository export a.gku --out repo").Code);
        Assert.False(Directory.Exists(_shop.At("repo.new")));
    }

    [Fact]
    public void WhatDoesNotBelongTogether_IsRefused()
    {
        _shop.MakeRelease("a.gku");
        Outcome outcome = _shop.Run($"repository import {_theirs}/repository --root-dir r --release a.gku --out b.gku");
        Assert.Equal(ExitCode.Input, outcome.Code);
        Assert.Contains("do not name the release in a.gku", outcome.Error, StringComparison.Ordinal);
        outcome = _shop.Run($"repository import {_theirs}/repository --root-dir roots");
        Assert.Equal((ExitCode.Output, "error: roots/1.root.json is another root than the repository's"), (outcome.Code, outcome.Error));
        Assert.Equal(ExitCode.Usage, _shop.Run($"repository import {_theirs}/repository --root-dir r --release a.gku").Code);
        Assert.Equal(ExitCode.Input, _shop.Run("repository import nowhere --root-dir r").Code);
        Assert.False(File.Exists(_shop.At("b.gku")));
    }

    [Theory]
    [InlineData("\"consistent_snapshot\":true", "\"consistent_snapshot\":false", "root: consistent_snapshot must be true")]
    [InlineData("\"version\":1", "\"version\":1.5", "it has a number that is no integer")]
    [InlineData("\"version\":1", "\"version\":1,\"version\":1", "it is not JSON as TUF has it")]
    [InlineData("{\"signatures\"", "{{\"signatures\"", "it is not JSON as TUF has it")]
    [InlineData("\"signed\"", "\"assigned\"", "it has no signed and signatures")]
    [InlineData("\"version\":1", "\"version\":2", "holds root version 2")]
    [InlineData("\"threshold\":1", "\"threshold\":3", "threshold must be")]
    public void RootThatDevicesWouldRefuse_IsNotTakenOver(string from, string to, string expected)
    {
        Directory.CreateDirectory(_shop.At("repo/metadata"));
        string text = File.ReadAllText($"{_theirs}/repository/metadata/1.root.json");
        Assert.Contains(from, text, StringComparison.Ordinal);
        File.WriteAllText(_shop.At("repo/metadata/1.root.json"), text.Replace(from, to, StringComparison.Ordinal));
        Outcome outcome = _shop.Run("repository import repo --root-dir roots");
        Assert.NotEqual(ExitCode.Done, outcome.Code);
        Assert.Contains(expected, outcome.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_shop.At("roots")));
    }

    [Theory]
    [InlineData("{\"a\":\"x\\u0041\",\"b\":[1,true,null]}", "{\"a\":\"xA\",\"b\":[1,true,null]}")]
    [InlineData(" { \"b\" : 2 , \"a\" : \"line\\nfeed\\\\\" } ", "{\"a\":\"line\nfeed\\\\\",\"b\":2}")]
    public void StandardJson_IsReadAndWrittenCanonically(string standard, string canonical)
    {
        byte[] bytes = CanonicalJson.Write(StandardJson.Read(System.Text.Encoding.UTF8.GetBytes(standard)));
        Assert.Equal(canonical, System.Text.Encoding.UTF8.GetString(bytes));
        Assert.Equal(bytes, CanonicalJson.Write(StandardJson.Read(StandardJson.Write(bytes))));
    }

    [Theory]
    [InlineData("{\"a\":1e3}")]
    [InlineData("{\"a\":9007199254740992}")]
    [InlineData("{\"a\":\"\\ud800\"}")]
    [InlineData("{\"a\":\"\\u0001\"}")]
    [InlineData("{\"a\":1,}")]
    [InlineData("{\"a\":1} x")]
    [InlineData("[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]")]
    public void JsonThatHasNoCanonicalForm_IsRefused(string text) =>
        Assert.Throws<FormatException>(() => StandardJson.Read(System.Text.Encoding.UTF8.GetBytes(text)));
}
