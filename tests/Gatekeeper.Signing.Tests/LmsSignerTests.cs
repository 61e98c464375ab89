using System.Buffers.Binary;
using Gatekeeper.Release.Keys;
using Gatekeeper.Signing.Keys;
using Gatekeeper.Signing.Keys.Lms;

namespace Gatekeeper.Signing.Tests;

/// <summary>The tree against the RFCs' own keys and signatures (tests/corpora/lms): from their seeds come their public keys, and their signatures to the byte.</summary>
public sealed class LmsSignerTests
{
    /// <summary>Name in the file of vectors, level of the hierarchy there, SEED. RFC 8554 appendix F test case 2, RFC 9858 appendix A.</summary>
    public static TheoryData<string, int, string> Seeds => new()
    {
        { "RFC 8554 F test case 2", 0, "558b8966c48ae9cb898b423c83443aae014a72f1b1ab5cc85cf1d892903b5439" },
        { "RFC 8554 F test case 2", 1, "a1c4696e2608035a886100d05cd99945eb3370731884a8235e2fb3d4d71f2547" },
        { "RFC 9858 A.1", 0, "000102030405060708090a0b0c0d0e0f1011121314151617" },
        { "RFC 9858 A.2", 0, "303132333435363738393a3b3c3d3e3f4041424344454647" },
        { "RFC 9858 A.3", 0, "606162636465666768696a6b6c6d6e6f707172737475767778797a7b7c7d7e7f" },
    };

    [Theory]
    [MemberData(nameof(Seeds))]
    public void SeedOfAnRfc_GivesItsKeyAndItsSignature(string name, int level, string seed)
    {
        (byte[] publicKey, byte[] message, byte[] signature) = Level(name, level);
        using LmsPrivateKey key = Make(publicKey, seed);
        Assert.Equal(publicKey, key.PublicKey);
        byte[] ours = key.Sign(BinaryPrimitives.ReadUInt32BigEndian(signature), message);
        Assert.True(LmsPublicKey.Read(publicKey).Verify(message, ours));
        Assert.Equal(signature, ours);
    }

    [Fact]
    public void Rfc9858A4_ItsTreeIsTooHighForATest_ItsOneTimeSignatureIsNot()
    {
        (byte[] publicKey, byte[] message, byte[] signature) = Level("RFC 9858 A.4", 0);
        using var oneTime = new LmsOneTime(7, publicKey.AsSpan(8, 16), Convert.FromHexString("202122232425262728292a2b2c2d2e2f3031323334353637"));
        byte[] ours = oneTime.Sign(BinaryPrimitives.ReadUInt32BigEndian(signature), message);
        Assert.Equal(signature[4..(4 + ours.Length)], ours);
    }

    [Theory]
    [InlineData(5U, 4U, 32)]
    [InlineData(10U, 7U, 24)]
    [InlineData(10U, 8U, 24)]
    [InlineData(15U, 11U, 32)]
    [InlineData(20U, 14U, 24)]
    public void EveryIndexOfASmallTree_SignsForItsPublicKey(uint lmsType, uint otsType, int bytes)
    {
        using LmsPrivateKey key = LmsPrivateKey.Make(lmsType, otsType, new byte[16], new byte[bytes], _ => { });
        var verifier = LmsPublicKey.Read(key.PublicKey);
        for (uint q = 0; q < key.Capacity; q++)
        {
            byte[] signature = key.Sign(q, [(byte)q]);
            Assert.Equal(q, BinaryPrimitives.ReadUInt32BigEndian(signature));
            Assert.True(verifier.Verify([(byte)q], signature), $"index {q}");
        }

        Assert.Throws<ArgumentOutOfRangeException>(() => key.Sign(key.Capacity, []));
    }

    [Fact]
    public void TreeOfManySmallTrees_SignsAtTheirEdges_AlsoAfterItWasReadAgain()
    {
        // h 15 with w 1, whose chains have one step: 32 small trees in a second or two.
        using LmsPrivateKey made = LmsPrivateKey.Make(12, 5, new byte[16], new byte[24], _ => { });
        using var key = new LmsPrivateKey(12, 5, new byte[16], new byte[24], made.Row);
        var verifier = LmsPublicKey.Read(made.PublicKey);
        foreach (uint q in new uint[] { 0, 1, 1023, 1024, 1025, 2047, 16_384, 31_744, 32_767 })
        {
            Assert.True(verifier.Verify([7], key.Sign(q, [7])), $"index {q}");
        }
    }

    [Fact]
    public void KeyFile_KeepsTheTree_AndAnythingElseOfItIsRefused()
    {
        using Ed25519LmsPrivateKey key = FixedKeys.MakeHybrid();
        byte[] pkcs8 = key.ToPkcs8();
        using PrivateKey read = PrivateKey.Read(pkcs8);
        Assert.Equal(key.Public.KeyId, read.Public.KeyId);
        Assert.Throws<InvalidOperationException>(() => read.Sign([1])); // it has no index yet
        Assert.Throws<FormatException>(() => new LmsPrivateKey(4, 7, new byte[16], new byte[24], new byte[24]));
        Assert.Throws<FormatException>(() => new LmsPrivateKey(10, 3, new byte[16], new byte[24], new byte[24]));
        Assert.Throws<FormatException>(() => new LmsPrivateKey(10, 7, new byte[15], new byte[24], new byte[24]));
        Assert.Throws<FormatException>(() => new LmsPrivateKey(10, 7, new byte[16], new byte[32], new byte[24]));
        Assert.Throws<FormatException>(() => new LmsPrivateKey(10, 7, new byte[16], new byte[24], new byte[48]));
    }

    [Fact]
    public void TheSameIndexOverTheSameBytes_GivesTheSameSignature()
    {
        // A restored backup that repeats itself shows nothing; C is not random.
        using LmsPrivateKey key = LmsPrivateKey.Make(10, 7, new byte[16], new byte[24], _ => { });
        Assert.Equal(key.Sign(3, [1]), key.Sign(3, [1]));
        Assert.NotEqual(key.Sign(3, [1])[8..32], key.Sign(4, [1])[8..32]); // C
    }

    private static LmsPrivateKey Make(byte[] publicKey, string seed) => LmsPrivateKey.Make(
        BinaryPrimitives.ReadUInt32BigEndian(publicKey), BinaryPrimitives.ReadUInt32BigEndian(publicKey.AsSpan(4)), publicKey[8..24], Convert.FromHexString(seed), _ => { });

    // Out of an HSS signature (RFC 8554 §6.2): u32 levels - 1, then for each upper level its signature and the key below it.
    private static (byte[] Key, byte[] Message, byte[] Signature) Level(string name, int level)
    {
        string[] lines = File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "lms-vectors.txt"));
        int at = Array.IndexOf(lines, name);
        byte[] key = Convert.FromHexString(lines[at + 1])[4..];
        byte[] message = Convert.FromHexString(lines[at + 2]);
        byte[] whole = Convert.FromHexString(lines[at + 3]);
        byte[] rest = whole[4..];
        if (BinaryPrimitives.ReadInt32BigEndian(whole) == 0)
        {
            return (key, message, rest);
        }

        int upper = LmsPublicKey.Read(key).SignatureBytes;
        byte[] below = rest[upper..(upper + 24 + 32)];
        return level == 0 ? (key, below, rest[..upper]) : (below, message, rest[(upper + below.Length)..]);
    }
}
