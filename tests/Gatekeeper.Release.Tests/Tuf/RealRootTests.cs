using System.Globalization;
using Gatekeeper.Release.Tuf;
using Gatekeeper.Vectors;

namespace Gatekeeper.Release.Tests.Tuf;

/// <summary>Roots that other tools made (tests/corpora/tuf).</summary>
public sealed class RealRootTests
{
    /// <summary>Every root of sigstore's repository from any of them on: hex and PEM keys, key ids by two rules, times with fractions and offsets.</summary>
    [Fact]
    public void SigstoreRoots_FollowOneAnother()
    {
        RepositoryTrust trust = RepositoryTrust.Start(Read("sigstore/1.root.json"));
        for (int next = 2; next <= 15; next++)
        {
            byte[] file = Read(string.Create(CultureInfo.InvariantCulture, $"sigstore/{next}.root.json"));
            trust = trust.NextRoot(file);
            Assert.Equal(next, trust.Root.Version);
            Assert.Equal(next, RepositoryTrust.Start(file).Root.Version);
            Assert.All(trust.Root.Root.Keys, key => Assert.True(key.IsKnown));
        }
    }

    [Fact]
    public void SigstoreRoots_WithOneLeftOut_DoNot()
    {
        RepositoryTrust trust = RepositoryTrust.Start(Read("sigstore/4.root.json"));
        Assert.Equal(Refusal.RootUnknown, Assert.Throws<RefusedException>(() => trust.NextRoot(Read("sigstore/6.root.json"))).Code);
    }

    [Theory]
    [InlineData("hex-encoded-ecdsa-sig-keys")]
    [InlineData("pem-encoded-ecdsa-sig-keys")]
    [InlineData("ecdsa-new-type-sig-keys")]
    [InlineData("simple-rsa")]
    [InlineData("expired-root-json-signature")]
    public void RootOfTough_IsRead(string name) => Assert.NotNull(RepositoryTrust.Start(Read($"tough/{name}/root.json")));

    [Theory]
    [InlineData("duplicate-keyid", Refusal.MetadataMalformed)]
    [InlineData("duplicate-sigs", Refusal.MetadataMalformed)]
    [InlineData("duplicate-sig-keys", Refusal.MetadataMalformed)]
    [InlineData("mismatched-root-json-keyids", Refusal.SignatureMissing)]
    [InlineData("invalid-root-json-signature", Refusal.SignatureMissing)]
    [InlineData("no-root-json-signatures", Refusal.SignatureMissing)]
    public void BrokenRootOfTough_IsRefused(string name, Refusal refusal) =>
        Assert.Equal(refusal, Assert.Throws<RefusedException>(() => RepositoryTrust.Start(Read($"tough/{name}/root.json"))).Code);

    /// <summary>The device's own reader takes none of them: one spelling, ids that can be computed.</summary>
    [Theory]
    [InlineData("sigstore/15.root.json")]
    [InlineData("tough/simple-rsa/root.json")]
    [InlineData("python-tuf/metadata/1.root.json")]
    public void DeviceReader_RefusesThem(string file) => Assert.Equal(Refusal.State, Assert.Throws<RefusedException>(() => Verifier.InitialTrust(Read(file))).Code);

    private static byte[] Read(string file) => File.ReadAllBytes(Path.Combine(Repository.Root, "tests", "corpora", "tuf", file));
}
