using Gatekeeper.Release;
using Gatekeeper.Signing.Ceremony;
using Gatekeeper.Signing.Keys;
using Gatekeeper.Signing.Metadata;

namespace Gatekeeper.Signing.Tests;

[Collection(CommandLineTests.Name)]
public sealed class RehearsalTests : IDisposable
{
    private readonly Workshop _shop = new();

    public void Dispose() => _shop.Dispose();

    [Fact]
    public void OlderReaders_AreCutOff_WhereARoleNeedsKeysTheyDoNotKnow()
    {
        // Root 2 gives the targets to an RSA key alone: devices that know Ed25519 only would refuse it for good.
        _shop.MakeRoot();
        _shop.Do("root rotate --root-dir roots --replace alice=rosa.pub.json --remove targets=bob --threshold targets=1 --out 2.gks");
        Outcome outcome = _shop.Run("rehearse 2.gks");
        Assert.Equal(ExitCode.Attention, outcome.Code);
        Assert.Contains("root 1, reader ed25519-only: cut off at root 1: root: a role cannot be met", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("root 1, reader before-lms: comes to root 2", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("root 1, reader today: comes to root 2", outcome.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void SignersDecide_WhoComesAlong()
    {
        // Two of alice, bob and rosa sign a root. An old device counts rosa for nothing: whether it follows depends on who was there.
        _shop.Do("root new --out roots --expires 2046-01-01 --role root=alice.pub.json,bob.pub.json,rosa.pub.json:2 targets=alice.pub.json:1 snapshot=builds.pub.json:1 timestamp=builds.pub.json:1 --sign alice.pem bob.pem");
        _shop.Do("root rotate --root-dir roots --expires 2047-01-01 --out 2.gks");
        Assert.Equal(ExitCode.Done, _shop.Run("rehearse 2.gks --device old=1@ed25519-only --signers alice bob").Code);
        Outcome outcome = _shop.Run("rehearse 2.gks --device old=1@ed25519-only new=1 --signers alice rosa");
        Assert.Equal(ExitCode.Attention, outcome.Code);
        Assert.Contains("old: root 1, reader ed25519-only: cut off at root 1: root: 1 of 2 signatures", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("new: root 1, reader today: comes to root 2", outcome.Output, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Attention, _shop.Run("rehearse 2.gks --device d=1 --signers alice").Code);

        // Once enough have signed, they are the signers.
        _shop.Do("request sign 2.gks --key alice.pem rosa.pem --yes");
        Assert.Contains("cut off", _shop.Run("rehearse 2.gks --device old=1@ed25519-only").Output, StringComparison.Ordinal);
    }

    [Fact]
    public void TrustStates_ComeAsVersionRootOrReport()
    {
        _shop.MakeRoot();
        _shop.Do("root rotate --root-dir roots --expires 2047-01-01 --out 2.gks --sign alice.pem");
        _shop.Do("request finish 2.gks --root-dir roots");
        _shop.Do("root rotate --root-dir roots --expires 2048-01-01 --out 3.gks");
        _shop.Do("root new --out foreign --expires 2049-01-01 --role root=bob.pub.json:1 targets=bob.pub.json:1 snapshot=bob.pub.json:1 timestamp=bob.pub.json:1 --sign bob.pem");
        File.WriteAllText(_shop.At("status.json"), """{ "trust": "good", "root_version": 2 }""");
        Outcome outcome = _shop.Run("rehearse 3.gks --device a=1 b=roots/2.root.json c=status.json d=foreign/1.root.json");
        Assert.Equal(ExitCode.Attention, outcome.Code);
        Assert.Equal(
            ["  a: root 1, reader today: comes to root 3", "  b: root 2, reader today: comes to root 3", "  c: root 2, reader today: comes to root 3", "  d: root 1, reader today: cut off at root 1: its root is not one of these roots"],
            outcome.Output.Split('\n').Where(l => l.Contains("reader", StringComparison.Ordinal)));
        Assert.Equal(ExitCode.Input, _shop.Run("rehearse 3.gks --device a=3").Code);
        Assert.Equal(ExitCode.Input, _shop.Run("rehearse 3.gks --device a=notes.txt").Code);
        Assert.Equal(ExitCode.Usage, _shop.Run("rehearse 3.gks --device a=1@nothing").Code);
        Assert.Equal(ExitCode.Done, _shop.Run("rehearse 3.gks --device a=1@mine --reader mine=ed25519").Code);
    }

    [Fact]
    public void RehearsalRoots_AreTakenByNoDevice()
    {
        _shop.MakeRoot();
        _shop.Do("root rotate --root-dir roots --expires 2047-01-01 --out 2.gks --sign alice.pem");
        RootChain chain = RootFolder.ReadAll(_shop.At("roots"));
        using var request = new RequestOnDisk(_shop.At("2.gks"));
        using var rehearsal = new Rehearsal(chain, request.Request.Root!, request.Roles[0].Keys.Select(k => k.KeyId));
        IReadOnlyList<byte[]> files = rehearsal.Files(ReaderGeneration.All[^1]);
        Assert.Equal(2, DeviceWalk.From(files, 1).Version); // among themselves they hold

        // A device that trusts the real root 1 meets the rehearsal's root 2.
        (int version, RefusedException? stopped) = DeviceWalk.From([chain.Files[0], files[1]], 1);
        Assert.Equal((1, Refusal.RootUnknown), (version, stopped!.Code));

        // No key and no signature of the rehearsal is one of ours.
        string all = string.Concat(files.Select(System.Text.Encoding.UTF8.GetString));
        string[] own = [.. chain.Roots.SelectMany(RootRoles.Of).SelectMany(r => r.Role.Keys).Select(k => Convert.ToHexStringLower(k.PublicKey.AsSpan()))];
        Assert.All(own, k => Assert.DoesNotContain(k, all, StringComparison.Ordinal));
        Assert.All(chain.Newest.Metadata.Signatures, s => Assert.DoesNotContain(Convert.ToHexStringLower(s.Value.AsSpan()), all, StringComparison.Ordinal));

        // And no two rehearsals have a key in common.
        using var again = new Rehearsal(chain, request.Request.Root!, request.Roles[0].Keys.Select(k => k.KeyId));
        Assert.Empty(KeysOf(files).Intersect(KeysOf(again.Files(ReaderGeneration.All[^1]))));
    }

    [Fact]
    public void NewestGeneration_KnowsWhatThisReaderKnows()
    {
        // Whoever adds a key type adds a generation: else rehearsals would cut off devices that are up to date, or the other way round.
        TufKey[] keys = [.. new[] { "alice", "pat", "quinn", "rosa" }.Select(n => KeyFiles.ReadPublic(_shop.At(n + ".pub.json"))), LmsKey()];
        Assert.All(keys, k => Assert.True(k.IsKnown));
        Assert.Equal(keys.Select(k => k.Scheme).Order(StringComparer.Ordinal), ReaderGeneration.All[^1].Schemes.Order(StringComparer.Ordinal));
        Assert.All(ReaderGeneration.All.Zip(ReaderGeneration.All.Skip(1)), p => Assert.Subset(p.Second.Schemes.ToHashSet(), p.First.Schemes.ToHashSet()));
    }

    [Fact]
    public void PartsOfOnePerson_AreOnePersonInTheRehearsal()
    {
        // alice's Ed25519 key and her key with LMS share a part: two signatures, one person (FORMAT.md R-77).
        using var alice = new SigningKey([.. Enumerable.Repeat((byte)1, 32)]);
        using var bob = new SigningKey([.. Enumerable.Repeat((byte)2, 32)]);
        RoleKeys one = new([alice.Public], 1);
        var first = new RootMetadata { Version = 1, Expires = 4_000_000_000, Root = new RoleKeys([alice.Public, bob.Public, LmsKey()], 2), Timestamp = one, Snapshot = one, Targets = one };
        byte[] message = first.Encode();
        RootFile file = RootFile.Read(SignedMetadata.Encode(message, new[] { alice, bob }.Select(k => new MetadataSignature(k.Public.KeyId, [.. k.Sign(message)]))));
        RootChain chain = RootChain.Of([("root 1", file)]);
        RootFile next = RootFile.Read(SignedMetadata.Encode((first with { Version = 2 }).Encode(), []));
        using var twice = new Rehearsal(chain, next, [alice.Public.KeyId, LmsKey().KeyId]);
        Assert.Equal("root: 1 of 2 signatures", twice.Walk(1, ReaderGeneration.All[^1]).Stopped);
        using var both = new Rehearsal(chain, next, [bob.Public.KeyId, LmsKey().KeyId]);
        Assert.Null(both.Walk(1, ReaderGeneration.All[^1]).Stopped);
        Assert.Equal("root: 1 of 2 signatures", both.Walk(1, ReaderGeneration.All[0]).Stopped);
    }

    // alice's Ed25519 key and an LMS key of SHA-256/192, height 5, w 1.
    private static TufKey LmsKey()
    {
        using var alice = new SigningKey([.. Enumerable.Repeat((byte)1, 32)]);
        return TufKey.Ed25519Lms([.. alice.Public.PublicKey, 0, 0, 0, 10, 0, 0, 0, 5, .. new byte[16], .. Enumerable.Repeat((byte)7, 24)]);
    }

    private static IEnumerable<string> KeysOf(IEnumerable<byte[]> files) =>
        files.SelectMany(f => RootRoles.Of(RootFile.Read(f))).SelectMany(r => r.Role.Keys).Select(k => Convert.ToHexStringLower(k.PublicKey.AsSpan())).Distinct();
}
