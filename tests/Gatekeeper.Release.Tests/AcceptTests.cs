using Gatekeeper.Vectors;

namespace Gatekeeper.Release.Tests;

public sealed class AcceptTests
{
    [Fact]
    public void GoodRelease_IsAccepted_AndItsChunksAreTheImages()
    {
        var forge = new Forge();
        var source = new MemorySource(forge.Build());
        VerifiedRelease release = Device.Accept(source);
        Assert.Equal(("PM200", "2.0.0", "stable"), (release.Product, release.Version.ToString(), release.Channel));
        Assert.Equal("Alarm volume fixed.\nZähler: 24 h", release.Notes);
        Assert.Equal("PM200-B PM200-C", string.Join(' ', release.Hardware));
        Assert.Equal(source.Length, release.FileLength);
        Assert.Equal(["efi", "system"], release.Payloads.Select(p => p.Part));
        byte[] buffer = new byte[Limits.MinChunkBytes];
        foreach (VerifiedPayload payload in release.Payloads)
        {
            var image = new MemoryStream();
            for (int i = 0; i < payload.Chunks.Length; i++)
            {
                VerifiedChunk chunk = ChunkReader.Read(source, payload, i, buffer);
                Assert.Equal(!chunk.Plain.ContainsAnyExcept((byte)0), chunk.IsZero);
                image.Write(chunk.Plain);
            }

            Assert.Equal(forge.Images[payload.Part], image.ToArray());
        }
    }

    [Fact]
    public void I04_NoByteOfTheMetadataIsReadTwice()
    {
        var source = new MemorySource(new Forge().Build());
        VerifiedRelease release = Device.Accept(source);

        // A window may have read ahead into the payload; those bytes were not used.
        Assert.True(source.FirstReadTwice > release.Payloads[0].FileOffset);
    }

    [Fact]
    public void I04_R_66_ABufferOfARefusedChunk_HoldsNothing()
    {
        byte[] file = new Forge().Build();
        VerifiedRelease release = Device.Accept(file);
        VerifiedPayload system = release.Payloads[1];
        file[system.FileOffset + 5] ^= 0x40; // after the metadata was verified: a stick that lies on the second read
        byte[] buffer = new byte[system.ChunkSize];
        Assert.Equal(Refusal.FileDamaged, Assert.Throws<RefusedException>(() => { _ = ChunkReader.Read(new MemorySource(file), system, 0, buffer); }).Code);
        Assert.Equal(-1, buffer.AsSpan().IndexOfAnyExcept((byte)0));
    }

    [Fact]
    public void I04_AFileThatBecameShorter_IsRefused()
    {
        byte[] file = new Forge().Build();
        VerifiedPayload system = Device.Accept(file).Payloads[1];
        RefusedException refused = Assert.Throws<RefusedException>(() => { _ = ChunkReader.Read(new MemorySource(file[..(int)(system.FileOffset + 100)]), system, 0, new byte[system.ChunkSize]); });
        Assert.Equal(Refusal.FileDamaged, refused.Code);
    }

    [Fact]
    public void ChunkReader_IndexOutsideThePayload_IsOurMistake()
    {
        byte[] file = new Forge().Build();
        VerifiedPayload efi = Device.Accept(file).Payloads[0];
        Assert.Throws<ArgumentOutOfRangeException>(() => { _ = ChunkReader.Read(new MemorySource(file), efi, 1, new byte[efi.ChunkSize]); });
        Assert.Throws<ArgumentOutOfRangeException>(() => { _ = ChunkReader.Read(new MemorySource(file), efi, -1, new byte[efi.ChunkSize]); });
    }

    [Fact]
    public void R_55_TheRunningRelease_MayComeAgain_WhenTheIdleSetIsDamaged()
    {
        var facts = Device.Facts with { Running = new ReleaseVersion(2, 0, 0) };
        byte[] file = new Forge().Build();
        Assert.Equal(Refusal.InstalledAlready, Device.Refused(file, facts: facts));
        Assert.Null(Device.Refused(file, facts: facts with { IdleSetNeedsRepair = true }));
    }

    [Fact]
    public void R_55_AReleaseRefusedByClassC_CarriesItsVerifiedFacts()
    {
        RefusedException refused = Assert.Throws<RefusedException>(() => Device.Accept(new Forge().Build(), facts: Device.Facts with { Product = "XR9" }));
        Assert.Equal(("PM200", "2.0.0"), (refused.Release!.Product, refused.Release.Version.ToString()));
        RefusalText text = RefusalCatalogue.Of(refused.Code).Fill(refused.Release, Device.Facts with { Product = "XR9" });
        Assert.Equal("This update is for PM200. This device is XR9.", text.Sentence);
    }

    [Fact]
    public void R_56_TrustAtKeep_HasTheVersionsTheFloorAndTheRatchet()
    {
        var forge = new Forge();
        (forge.Timestamp.Version, forge.Snapshot.Version, forge.Targets.Version) = (9, 8, 7);
        TrustState kept = Device.Accept(forge.Build()).TrustAtKeep;
        Assert.Equal((9, 8, 7), (kept.TimestampVersion, kept.SnapshotVersion, kept.TargetsVersion));
        Assert.Equal(new ReleaseVersion(2, 0, 0), kept.Floor);
        Assert.Equal(forge.SignedAt, kept.Ratchet);
        Assert.Equal(1, kept.RootVersion);
    }

    [Theory]
    [InlineData(0, 1_767_225_600, 1_767_225_600)] // from zero there is nothing to measure from
    [InlineData(1_767_000_000, 1_767_225_600, 1_767_225_600)]
    [InlineData(1_800_000_000, 1_767_225_600, 1_800_000_000)] // never down
    [InlineData(1_700_000_000, 9_000_000_000, 1_734_560_000)] // 400 days and no more
    public void I08_R_56_TheRatchet_RisesByAtMost400Days(long before, long signedAt, long after)
    {
        TrustState trust = Device.Trust with { Ratchet = before };
        Assert.Equal(after, Device.Accept(new Forge { SignedAt = signedAt }.Build(), trust).TrustAtKeep.Ratchet);
    }

    [Fact]
    public void I08_R_56_TheFloor_NeverGoesDown()
    {
        // Running 2.0.0 with floor 2.0.0, repaired by the same version: the floor stays.
        TrustState trust = Device.Trust with { Floor = new ReleaseVersion(2, 0, 0) };
        Assert.Equal(new ReleaseVersion(2, 0, 0), Device.Accept(new Forge().Build(), trust).TrustAtKeep.Floor);
        Assert.Equal(Refusal.TooOld, Device.Refused(new Forge().Build(), trust with { Floor = new ReleaseVersion(2, 0, 1) }));
    }

    [Fact]
    public void Accept_OfRootsOnly_IsOurMistake()
    {
        ReleaseHead head = GkuReader.ReadHead(new MemorySource(new Forge().BuildRootsFile()));
        Assert.True(head.RootsOnly);
        Assert.Throws<InvalidOperationException>(() => Verifier.Accept(head, Device.Trust, Device.Facts));
    }

    [Fact]
    public void I08_Accept_BeforeTheRootsWereKept_IsOurMistake()
    {
        var forge = new Forge();
        forge.AddRoot("root-1", "root-2");
        ReleaseHead head = GkuReader.ReadHead(new MemorySource(forge.Build()));
        Assert.Throws<InvalidOperationException>(() => Verifier.Accept(head, Device.Trust, Device.Facts));
    }
}
