using Gatekeeper.Vectors;

namespace Gatekeeper.Release.Tests;

public sealed class AcceptTests
{
    private static readonly DeviceFacts Facts = new("PM200", "PM200-C", new ReleaseVersion(1, 0, 0), null, 0, RefuseExpired: false);

    [Fact]
    public void GoodRelease_IsAccepted_AndEveryChunkReads()
    {
        var forge = new Forge();
        var source = new MemorySource(forge.Build());
        TrustState trust = Verifier.InitialTrust(forge.BuildRoots()[0]);
        ReleaseHead head = GkuReader.ReadHead(source);
        VerifiedRelease release = Verifier.Accept(head, Verifier.UpdateRoots(head, trust).Trust, Facts);
        Assert.Equal("PM200", release.Product);
        Assert.Equal(source.Length, release.FileLength);
        Assert.Equal(2, release.Payloads.Length);
        byte[] buffer = new byte[Limits.MinChunkBytes];
        foreach (VerifiedPayload payload in release.Payloads)
        {
            var image = new MemoryStream();
            for (int i = 0; i < payload.Chunks.Length; i++)
            {
                image.Write(ChunkReader.Read(source, payload, i, buffer).Plain);
            }

            Assert.Equal(forge.Images[payload.Part], image.ToArray());
        }
    }
}
