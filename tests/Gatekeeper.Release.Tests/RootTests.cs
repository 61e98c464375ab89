using Gatekeeper.Vectors;

namespace Gatekeeper.Release.Tests;

public sealed class RootTests
{
    [Fact]
    public void R_48_ADeviceWithAnyOlderRoot_WalksForward()
    {
        var forge = new Forge();
        for (int i = 2; i <= 5; i++)
        {
            // Every root replaces one key, so nothing but the whole chain leads from 1 to 5.
            RootPlan before = forge.Roots[^1];
            RootPlan root = forge.AddRoot([.. before.Root.TakeLast(2)]);
            root.Root = [.. before.Root.Skip(1), $"root-{i + 2}"];
        }

        byte[][] roots = [.. forge.BuildRoots()];
        ReleaseHead head = GkuReader.ReadHead(new MemorySource(forge.BuildRootsFile()));
        foreach (byte[] trusted in roots)
        {
            RootUpdate update = Verifier.UpdateRoots(head, Verifier.InitialTrust(trusted));
            Assert.Equal(5, update.Trust.RootVersion);
            Assert.Equal(roots[4], update.Trust.Root);
            Assert.Null(update.Stopped);
        }
    }

    [Fact]
    public void I08_R_48_ANewRootIsKept_WhenTheFileIsCutOffBehindIt()
    {
        var forge = new Forge();
        forge.AddRoot("root-1", "root-2").Targets = ["targets-4", "targets-5"];
        byte[] file = forge.Build();
        ReleaseHead head = GkuReader.ReadHead(new MemorySource(file[..(VectorSet.Find(file, GkuNames.Timestamp) + 100)]));
        RootUpdate update = Verifier.UpdateRoots(head, Device.Trust);
        Assert.True(update.Changed);
        Assert.Equal(Refusal.FileMalformed, Assert.Throws<RefusedException>(() => Verifier.Accept(head, update.Trust, Device.Facts)).Code);
    }

    [Fact]
    public void R_48_AnOldFile_DoesNotBringItsOldKeysBack()
    {
        var forge = new Forge();
        byte[] old = forge.Build();
        RootPlan second = forge.AddRoot("root-1", "root-2");
        second.Timestamp = ["timestamp-2"];
        TrustState trust = Verifier.InitialTrust(forge.BuildRoots()[1]);
        RootUpdate update = Verifier.UpdateRoots(GkuReader.ReadHead(new MemorySource(old)), trust);
        Assert.False(update.Changed);
        Assert.Equal(2, update.Trust.RootVersion);
        Assert.Equal(Refusal.SignatureMissing, Device.Refused(old, trust));
    }

    [Fact]
    public void R_49_ANewRoot_SetsTheRatchetToZero_AndTheVersionsOnlyWhenAKeyWasWithdrawn()
    {
        TrustState trust = Device.Trust with { TimestampVersion = 5, SnapshotVersion = 6, TargetsVersion = 7, Ratchet = 8, Floor = new ReleaseVersion(1, 2, 3) };
        Assert.Equal((5, 6, 7, 0), VersionsAfter(root => root.Targets = ["targets-9", "targets-8"], trust));
        Assert.Equal((5, 6, 7, 0), VersionsAfter(root => root.Snapshot = ["snapshot-1", "snapshot-2"], trust));
        Assert.Equal((0, 0, 0, 0), VersionsAfter(root => root.Timestamp = ["timestamp-2"], trust));
        Assert.Equal((0, 0, 0, 0), VersionsAfter(root => root.Snapshot = ["snapshot-2"], trust));
    }

    [Theory]
    [InlineData("p256.a", "p256.a", 5)] // another spelling of the same key: nobody lost one
    [InlineData("p256.a", "p256.b", 0)]
    [InlineData("pq.a", "pq.a", 5)]
    [InlineData("pq.a", "pq.a.b", 0)] // one part of two is new: the old key is gone
    public void R_49_AKeyIsWithdrawn_WhenItIsGone_NotWhenItIsSpelledAnew(string before, string after, long timestamp)
    {
        byte[][] roots = [Root(1, TestKey.Of(before).Key), Root(2, Respelled(TestKey.Of(after).Key))];
        var file = new MemoryStream();
        ReleaseFile.WriteRoots(file, [.. roots]);
        TrustState trust = Verifier.InitialTrust(roots[0]) with { TimestampVersion = 5 };
        RootUpdate update = Verifier.UpdateRoots(GkuReader.ReadHead(new MemorySource(file.ToArray())), trust);
        Assert.Null(update.Stopped);
        Assert.Equal((2, timestamp), (update.Trust.RootVersion, update.Trust.TimestampVersion));
    }

    [Fact]
    public void R_07_256RootsAreRead_The257thIsNot()
    {
        // One key, so that the chain is quick to make; each root is signed by it.
        var forge = new Forge();
        forge.Roots.Clear();
        for (int i = 1; i <= 257; i++)
        {
            RootPlan root = forge.AddRoot("root-1");
            (root.Root, root.Targets, root.Threshold, root.File.Version) = (["root-1"], ["targets-1"], 1, Math.Min(i, 256));
        }

        ReleaseHead head = GkuReader.ReadHead(new MemorySource(forge.BuildRootsFile()));
        Assert.Equal(256, head.Roots.Length);
        Assert.Equal(Refusal.FileMalformed, head.Fault!.Code);
        RootUpdate update = Verifier.UpdateRoots(head, Verifier.InitialTrust(head.Roots[0].Span));
        Assert.Equal(256, update.Trust.RootVersion);
    }

    [Fact]
    public void R_38_AnImagesRoot_MayCarryTheSignaturesOfThoseItReplaced()
    {
        var forge = new Forge();
        forge.AddRoot("root-1", "root-2", "root-4", "root-5").Root = ["root-4", "root-5"];
        byte[][] roots = [.. forge.BuildRoots()];
        TrustState image = Verifier.InitialTrust(roots[1]);
        TrustState walked = Verifier.UpdateRoots(GkuReader.ReadHead(new MemorySource(forge.BuildRootsFile())), Verifier.InitialTrust(roots[0])).Trust;
        Assert.Equal(roots[1], walked.Root);
        Assert.Equal(roots[1], image.Root);
        Assert.Equal((2, 2), (walked.RootVersion, image.RootVersion));
        forge.Roots[0].File.Signers.Add("stranger");
        Assert.Equal(Refusal.State, Assert.Throws<RefusedException>(() => Verifier.InitialTrust(forge.BuildRoots()[0])).Code);
    }

    [Fact]
    public void InitialTrust_OfARootThatItsOwnKeysDidNotSign_IsAStateFault()
    {
        var forge = new Forge();
        forge.Roots[0] = new RootPlan("x-1", "x-2");
        byte[] root = forge.BuildRoots()[0];
        Assert.Equal(Refusal.State, Assert.Throws<RefusedException>(() => Verifier.InitialTrust(root)).Code);
        Assert.Equal(Refusal.State, Assert.Throws<RefusedException>(() => Verifier.InitialTrust([])).Code);
    }

    [Fact]
    public void UpdateRoots_WithABrokenTrustState_IsAStateFault()
    {
        ReleaseHead head = GkuReader.ReadHead(new MemorySource(new Forge().BuildRootsFile()));
        Assert.Equal(Refusal.State, Assert.Throws<RefusedException>(() => Verifier.UpdateRoots(head, Device.Trust with { RootVersion = 2 })).Code);
        Assert.Equal(Refusal.State, Assert.Throws<RefusedException>(() => Verifier.UpdateRoots(head, Device.Trust with { Root = [1, 2, 3] })).Code);
    }

    private static byte[] Root(int version, TufKey timestamp)
    {
        RoleKeys own = new([TestKey.Of("root-1").Key], 1);
        byte[] signed = new RootMetadata { Version = version, Expires = 1, Root = own, Snapshot = own, Targets = own, Timestamp = new RoleKeys([timestamp], 1) }.Encode();
        return SignedMetadata.Encode(signed, [new MetadataSignature(own.Keys[0].KeyId, [.. TestKey.Of("root-1").Sign(signed)])]);
    }

    private static TufKey Respelled(TufKey key) => TufKey.Read(CanonicalJson.Write(new JsonObject(
        [.. key.Form.Members.Select(m => (m.Key, m.Value)), ("x-note", new JsonString("the same key, another id"))])));

    private static (long, long, long, long) VersionsAfter(Action<RootPlan> change, TrustState trust)
    {
        var forge = new Forge();
        change(forge.AddRoot("root-1", "root-2"));
        TrustState after = Verifier.UpdateRoots(GkuReader.ReadHead(new MemorySource(forge.BuildRootsFile())), trust).Trust;
        Assert.Equal(2, after.RootVersion);
        Assert.Equal(trust.Floor, after.Floor);
        return (after.TimestampVersion, after.SnapshotVersion, after.TargetsVersion, after.Ratchet);
    }
}
