using Gatekeeper.Release.Keys;
using Gatekeeper.Vectors;

namespace Gatekeeper.Release.Tests;

/// <summary>Key types, and when two keys are the same key.</summary>
public sealed class KeyTests
{
    private static readonly byte[] Message = "what is signed"u8.ToArray();

    private static readonly string[] All = ["ed", "p256.a", "p384.a", "rsa"];

    public static TheoryData<string> Names => [.. All];

    [Theory]
    [MemberData(nameof(Names))]
    public void R_37_ASignature_IsOfItsKeyAndItsBytesOnly(string name)
    {
        TestKey key = TestKey.Of(name);
        byte[] signature = key.Sign(Message);
        Assert.True(key.Key.Verify(Message, signature));
        Assert.False(key.Key.Verify("what is sighed"u8, signature));
        Assert.False(TestKey.Of(name == "rsa" ? "p256.b" : name + "b").Key.Verify(Message, signature));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void R_37_NoBitOfASignature_MayChange_AndNoByteMayBeMissingOrMore(string name)
    {
        TestKey key = TestKey.Of(name);
        byte[] signature = key.Sign(Message);
        for (int bit = 0; bit < signature.Length * 8; bit += 3)
        {
            byte[] changed = [.. signature];
            changed[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.False(key.Key.Verify(Message, changed), $"bit {bit}");
        }

        for (int length = 0; length < signature.Length; length++)
        {
            Assert.False(key.Key.Verify(Message, signature.AsSpan(0, length)), $"length {length}");
        }

        Assert.False(key.Key.Verify(Message, [.. signature, 0]));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void R_37_RsaSignatures_ThatNeedNoSecret_AreNotValid(int which)
    {
        // 0, 1 and n - 1 are their own signatures under every odd exponent; the library is to say no to them, not to stumble.
        byte[] modulus = RsaTestKey.Only.Modulus.ToByteArrayUnsigned();
        byte[] signature = which == 2 ? modulus : new byte[256];
        signature[^1] = which == 2 ? (byte)(modulus[^1] - 1) : (byte)which;
        Assert.False(RsaTestKey.Only.Key.Verify(Message, signature));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void R_31_AKey_IsReadBackAsItself_AndKeepsItsId(string name)
    {
        TufKey key = TestKey.Of(name).Key;
        TufKey read = TufKey.Read(CanonicalJson.Write(key.Form));
        Assert.Equal(key.KeyId, read.KeyId);
        Assert.Equal(key.PublicKey.AsSpan(), read.PublicKey.AsSpan());
        Assert.Equal(key.Identity, read.Identity);
    }

    [Fact]
    public void R_31_Ed25519_KeyIdsAreWhatTheyWere() =>
        Assert.Equal("f6292985ffd359b0bfb8f67b74fa3fc8bb7c1c054deb1521f18f2c66044f8467", TestKey.Of("timestamp-1").Id);

    [Fact]
    public void R_34_OneKeyInManySpellings_IsOneKey()
    {
        TufKey key = TestKey.Of("p256.a").Key;
        string pem = ((JsonString)((JsonObject)key.Form["keyval"]!)["public"]!).Value;
        string base64 = string.Concat(pem.Split('\n').Where(l => !l.StartsWith('-')));
        string oneLine = $"-----BEGIN PUBLIC KEY-----\n{base64}\n-----END PUBLIC KEY-----";
        string oneCharALine = $"-----BEGIN PUBLIC KEY-----\n{string.Join('\n', base64.AsEnumerable())}\n-----END PUBLIC KEY-----\n";
        TufKey[] keys = [key, Ecdsa("ecdsa", oneLine), Ecdsa("ecdsa", oneCharALine), Ecdsa("ecdsa-sha2-nistp256", pem)];
        Assert.Equal(4, keys.Select(k => k.KeyId).Distinct().Count());
        Assert.Equal(1, SignatureRule.Distinct(keys));
        Assert.Equal(2, SignatureRule.Distinct([.. keys, TestKey.Of("p256.b").Key]));
    }

    [Fact]
    public void R_34_DistinctKeys_AreCountedTheSameInAnyOrder()
    {
        TufKey[] keys = [.. All.Select(n => TestKey.Of(n).Key), TestKey.Of("ed").Key];
        Assert.Equal(4, SignatureRule.Distinct(keys));
        Assert.Equal(4, SignatureRule.Distinct(keys.AsEnumerable().Reverse()));
        Assert.Equal(0, SignatureRule.Distinct([]));
    }

    [Fact]
    public void R_71_TheFourForms_AndNoFlipOfAnIdentifierByte()
    {
        foreach (string name in All.Where(n => n != "ed"))
        {
            TufKey key = TestKey.Of(name).Key;
            byte[] der = PemKey.Read(((JsonString)((JsonObject)key.Form["keyval"]!)["public"]!).Value);
            Assert.Equal(key.Identity, Assert.Single(SubjectPublicKeyInfo.Read(der).Parts));
            int head = der.Length - key.PublicKey.Length;
            for (int bit = 0; bit < head * 8; bit++)
            {
                byte[] changed = [.. der];
                changed[bit / 8] ^= (byte)(1 << (bit % 8));
                Assert.Throws<RefusedException>(() => SubjectPublicKeyInfo.Read(changed));
            }

            for (int length = 0; length < der.Length; length++)
            {
                Assert.Throws<RefusedException>(() => SubjectPublicKeyInfo.Read(der.AsSpan(0, length)));
            }
        }

        // RFC 8410 §10.1, the example's key
        byte[] ed25519 = Convert.FromBase64String("MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=");
        Assert.Equal("ed25519:19bf44096984cdfe8541bac167dc3b96c85086aa30b6b6cb0c5c38ad703166e1", Assert.Single(SubjectPublicKeyInfo.Read(ed25519).Parts));
    }

    [Fact]
    public void MakingAKey_OfBytesThatAreNone_IsAnArgumentFault()
    {
        Assert.Throws<ArgumentException>(() => TufKey.EcdsaP256(new byte[65]));
        Assert.Throws<ArgumentException>(() => TufKey.EcdsaP384(TestKey.Of("p256.a").Key.PublicKey.AsSpan()));
        Assert.Throws<ArgumentException>(() => TufKey.RsaPss([]));
    }

    private static TufKey Ecdsa(string type, string pem) => TufKey.Read(CanonicalJson.Write(new JsonObject(
        ("keytype", new JsonString(type)),
        ("keyval", new JsonObject(("public", new JsonString(pem)))),
        ("scheme", new JsonString("ecdsa-sha2-nistp256")))));
}
