using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Gatekeeper.Release;
using Org.BouncyCastle.Crypto.Digests;
using Org.BouncyCastle.Math.EC.Rfc8032;

namespace Gatekeeper.Vectors;

/// <summary>
/// An LMS key for tests (RFC 8554): of its tree there is one leaf and the path above it, whose other nodes are made up. So a tree of any
/// height is made at once, and signs as often as a test likes, always with the same leaf: no key for anything but tests.
/// Written from the RFC and apart from the verifier: what the tables there say is computed here.
/// </summary>
public sealed class LmsTestKey
{
    private const uint LeafIndex = 5;
    private readonly uint lmsType;
    private readonly uint otsType;
    private readonly int width;
    private readonly int bytes;
    private readonly bool isShake;
    private readonly byte[] identifier;
    private readonly byte[][] secrets;
    private readonly byte[][] path;

    /// <summary>A key of these typecodes (RFC 8554 §4.1 and §5.1, RFC 9858 §4), made from a name.</summary>
    public LmsTestKey(uint lmsType, uint otsType, string name)
    {
        (this.lmsType, this.otsType) = (lmsType, otsType);
        width = 1 << (int)((otsType - 1) % 4);
        bytes = (otsType - 1) / 4 % 2 == 0 ? 32 : 24;
        isShake = otsType > 8;
        identifier = Hash(Encoding.UTF8.GetBytes(name))[..16];
        secrets = [.. Enumerable.Range(0, Digits(new byte[bytes]).Length).Select(i => Hash(Encoding.UTF8.GetBytes($"{name} secret {i}")))];
        path = [.. Enumerable.Range(0, 5 + (5 * (int)((lmsType - 5) % 5))).Select(i => Hash(Encoding.UTF8.GetBytes($"{name} node {i}")))];
        byte[] chains = [.. secrets.SelectMany((secret, i) => Chain(secret, i, 0, (1 << width) - 1))];
        byte[] node = Hash([.. identifier, .. U32((1U << path.Length) + LeafIndex), 0x82, 0x82, .. Hash([.. identifier, .. U32(LeafIndex), 0x80, 0x80, .. chains])]);
        uint number = (1U << path.Length) + LeafIndex;
        foreach (byte[] other in path)
        {
            byte[] pair = number % 2 == 1 ? [.. other, .. node] : [.. node, .. other];
            number /= 2;
            node = Hash([.. identifier, .. U32(number), 0x83, 0x83, .. pair]);
        }

        PublicKey = [.. U32(lmsType), .. U32(otsType), .. identifier, .. node];
    }

    /// <summary>The public key (RFC 8554 §5.3).</summary>
    public byte[] PublicKey { get; }

    /// <summary>The signature over <paramref name="message"/> (RFC 8554 §5.4.1).</summary>
    public byte[] Sign(byte[] message)
    {
        byte[] randomizer = Hash([.. "randomizer"u8, .. message]);
        int[] digits = Digits(Hash([.. identifier, .. U32(LeafIndex), 0x81, 0x81, .. randomizer, .. message]));
        IEnumerable<byte> elements = digits.SelectMany((digit, i) => Chain(secrets[i], i, 0, digit));
        return [.. U32(LeafIndex), .. U32(otsType), .. randomizer, .. elements, .. U32(lmsType), .. path.SelectMany(n => n)];
    }

    private static byte[] U32(uint value)
    {
        byte[] number = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(number, value);
        return number;
    }

    private byte[] Chain(byte[] element, int index, int from, int to)
    {
        for (int j = from; j < to; j++)
        {
            element = Hash([.. identifier, .. U32(LeafIndex), (byte)(index >> 8), (byte)(index & 0xFF), (byte)j, .. element]);
        }

        return element;
    }

    // The digits of a hash and of its checksum, written as bits: RFC 8554 §3.1.3, §4.4 and appendix B.
    private int[] Digits(byte[] hash)
    {
        int[] digits = Split(string.Concat(hash.Select(b => Convert.ToString(b, 2).PadLeft(8, '0'))));
        int most = digits.Length * ((1 << width) - 1);
        int sum = digits.Sum(d => (1 << width) - 1 - d);
        int length = (Convert.ToString(most, 2).Length + width - 1) / width * width;
        return [.. digits, .. Split(Convert.ToString(sum, 2).PadLeft(length, '0'))];
    }

    private int[] Split(string bits) => [.. bits.Chunk(width).Select(c => Convert.ToInt32(new string(c), 2))];

    private byte[] Hash(byte[] input)
    {
        if (!isShake)
        {
            return SHA256.HashData(input)[..bytes];
        }

        byte[] output = new byte[64];
        var digest = new ShakeDigest(256);
        digest.BlockUpdate(input, 0, input.Length);
        digest.DoFinal(output, 0);
        return output[..bytes];
    }
}

/// <summary>An Ed25519 key and an LMS key of one person. <c>pq.A</c> has both parts from its name, <c>pq.A.B</c> the Ed25519 part of <c>pq.A</c> and the LMS part of <c>pq.B</c>.</summary>
internal sealed class HybridTestKey : TestKey
{
    private readonly byte[] seed;
    private readonly LmsTestKey lms;

    public HybridTestKey(string name, uint lmsType = 10, uint otsType = 7)
    {
        string[] parts = name.Split('.');
        seed = SHA256.HashData(Encoding.UTF8.GetBytes("gatekeeper test key pq." + parts[1]));
        lms = new LmsTestKey(lmsType, otsType, "gatekeeper test key pq." + parts[^1]);
        byte[] publicKey = new byte[32];
        Ed25519.GeneratePublicKey(seed, 0, publicKey, 0);
        Key = TufKey.Ed25519Lms([.. publicKey, .. lms.PublicKey]);
    }

    /// <inheritdoc/>
    public override TufKey Key { get; }

    /// <inheritdoc/>
    public override byte[] Sign(byte[] message)
    {
        byte[] signature = new byte[64];
        Ed25519.Sign(seed, 0, message, 0, message.Length, signature, 0);
        return [.. signature, .. lms.Sign(message)];
    }
}
