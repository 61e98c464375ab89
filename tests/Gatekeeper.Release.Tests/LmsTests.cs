using System.Buffers.Binary;
using Gatekeeper.Release.Keys;
using Gatekeeper.Vectors;

namespace Gatekeeper.Release.Tests;

/// <summary>LMS against the RFCs' own signatures (tests/corpora/lms) and, where they have none, against a signer written apart from the verifier.</summary>
public sealed class LmsTests
{
    public static TheoryData<string, int, int> RfcLevels => new()
    {
        { "RFC 8554 F test case 1", 0, 2 },
        { "RFC 8554 F test case 1", 1, 2 },
        { "RFC 8554 F test case 2", 0, 2 },
        { "RFC 8554 F test case 2", 1, 2 },
        { "RFC 9858 A.1", 0, 1 },
        { "RFC 9858 A.2", 0, 1 },
        { "RFC 9858 A.3", 0, 1 },
        { "RFC 9858 A.4", 0, 1 },
    };

    public static TheoryData<uint, uint> Sets
    {
        get
        {
            var sets = new TheoryData<uint, uint>();
            for (uint lms = 5; lms <= 24; lms++)
            {
                uint family = (lms - 5) / 5;
                for (uint ots = (family * 4) + 1; ots <= (family * 4) + 4; ots++)
                {
                    sets.Add(lms, ots);
                }
            }

            return sets;
        }
    }

    [Theory]
    [MemberData(nameof(RfcLevels))]
    public void R_76_TheRfcsSignatures_AreValid_AndNothingBesideThem(string name, int level, int levels)
    {
        (byte[] key, byte[] message, byte[] signature) = Level(name, level, levels);
        var lms = LmsPublicKey.Read(key);
        Assert.Equal(lms.SignatureBytes, signature.Length);
        Assert.True(lms.Verify(message, signature));
        Assert.False(lms.Verify([.. message, 0], signature));
        Assert.False(lms.Verify(message, signature.AsSpan(1..)));
        Assert.False(lms.Verify(message, [.. signature, 0]));
        for (int at = 0; at < signature.Length; at += 7)
        {
            byte[] changed = [.. signature];
            changed[at] ^= 1;
            Assert.False(lms.Verify(message, changed), $"byte {at}");
        }

        for (int at = 8; at < key.Length; at++)
        {
            byte[] changed = [.. key];
            changed[at] ^= 0x80;
            Assert.False(LmsPublicKey.Read(changed).Verify(message, signature), $"byte {at} of the key");
        }
    }

    [Theory]
    [MemberData(nameof(Sets))]
    public void R_75_EverySet_ChecksWhatAnIndependentSignerMakes(uint lmsType, uint otsType)
    {
        var signer = new LmsTestKey(lmsType, otsType, "a");
        var lms = LmsPublicKey.Read(signer.PublicKey);
        byte[] signature = signer.Sign("m"u8.ToArray());
        Assert.Equal(lms.SignatureBytes, signature.Length);
        Assert.True(lms.Verify("m"u8.ToArray(), signature));
        Assert.False(lms.Verify("n"u8.ToArray(), signature));
        Assert.False(lms.Verify("m"u8.ToArray(), new LmsTestKey(lmsType, otsType, "b").Sign("m"u8.ToArray())));
    }

    [Fact]
    public void R_75_OtherTypecodes_OrLengths_AreNoKey()
    {
        foreach (uint lms in Enumerable.Range(0, 40).Select(i => (uint)i).Append(uint.MaxValue))
        {
            foreach (uint ots in Enumerable.Range(0, 40).Select(i => (uint)i).Append(uint.MaxValue))
            {
                bool known = lms is >= 5 and <= 24 && ots is >= 1 and <= 16 && (lms - 5) / 5 == (ots - 1) / 4;
                foreach (int length in new[] { 0, 8, 23, 24, 47, 48, 49, 55, 56, 57 })
                {
                    byte[] key = new byte[Math.Max(length, 8)];
                    BinaryPrimitives.WriteUInt32BigEndian(key, lms);
                    BinaryPrimitives.WriteUInt32BigEndian(key.AsSpan(4), ots);
                    bool read = Record.Exception(() => LmsPublicKey.Read(key.AsSpan(0, length))) is not RefusedException;
                    Assert.Equal(known && length == ((lms - 5) / 5 % 2 == 0 ? 56 : 48), read);
                }
            }
        }
    }

    [Fact]
    public void R_76_AnIndexBesideTheTree_IsNotValid()
    {
        var signer = new LmsTestKey(5, 4, "a");
        var lms = LmsPublicKey.Read(signer.PublicKey);
        byte[] signature = signer.Sign([1]);
        foreach (uint q in new uint[] { 5 + 32, 5 + 64, 5 + (1U << 31), uint.MaxValue })
        {
            BinaryPrimitives.WriteUInt32BigEndian(signature, q);
            Assert.False(lms.Verify([1], signature));
        }
    }

    [Fact]
    public void R_76_BothPartsMustSign()
    {
        TestKey key = TestKey.Of("pq.a");
        byte[] mine = key.Sign([1]);
        byte[] other = key.Sign([2]);
        Assert.True(key.Key.Verify([1], mine));
        Assert.False(key.Key.Verify([1], [.. mine[..64], .. other[64..]]));
        Assert.False(key.Key.Verify([1], [.. other[..64], .. mine[64..]]));
        Assert.False(key.Key.Verify([1], mine.AsSpan(..64)));
        Assert.False(key.Key.Verify([1], mine.AsSpan(64..)));
        Assert.False(key.Key.Verify([1], []));
    }

    [Fact]
    public void R_77_KeysThatShareAPart_AreOne_InAnyOrder()
    {
        TufKey[] keys = [TestKey.Of("pq.a").Key, TestKey.Of("pq.a.b").Key, TestKey.Of("pq.b").Key, TestKey.Of("pq.c").Key, TestKey.Of("pq.d.c").Key];
        Assert.Equal(2, SignatureRule.Distinct(keys)); // a - a.b - b by one part each, c - d.c
        Assert.Equal(2, SignatureRule.Distinct(keys.AsEnumerable().Reverse()));
        Assert.Equal(2, SignatureRule.Distinct([keys[0], keys[2]]));
        Assert.Equal(1, SignatureRule.Distinct([keys[0], TufKey.Ed25519(keys[0].PublicKey.AsSpan(0, 32))]));
    }

    /// <summary>The tree's key, what it signed and its signature, out of an HSS signature (RFC 8554 §6.2): u32 levels - 1, then for each upper level its signature and the key below it.</summary>
    private static (byte[] Key, byte[] Message, byte[] Signature) Level(string name, int level, int levels)
    {
        string[] lines = File.ReadAllLines(Path.Combine(Repository.Root, "tests", "corpora", "lms", "vectors.txt"));
        int at = Array.IndexOf(lines, name);
        byte[] key = Convert.FromHexString(lines[at + 1]);
        byte[] message = Convert.FromHexString(lines[at + 2]);
        byte[] rest = Convert.FromHexString(lines[at + 3]);
        Assert.Equal((levels, levels - 1), (BinaryPrimitives.ReadInt32BigEndian(key), BinaryPrimitives.ReadInt32BigEndian(rest)));
        (key, rest) = (key[4..], rest[4..]);
        if (levels == 1)
        {
            return (key, message, rest);
        }

        int upper = LmsPublicKey.Read(key).SignatureBytes;
        byte[] lower = rest[upper..(upper + 56)];
        return level == 0 ? (key, lower, rest[..upper]) : (lower, message, rest[(upper + 56)..]);
    }
}
