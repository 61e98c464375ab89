using System.Security.Cryptography;
using System.Text;
using Gatekeeper.Release;
using Org.BouncyCastle.Math.EC.Rfc8032;

namespace Gatekeeper.Vectors;

/// <summary>An Ed25519 key for tests, made from its name: the same name is the same key everywhere and for ever.</summary>
public sealed class TestKey
{
    private readonly byte[] seed;

    private TestKey(byte[] seed)
    {
        this.seed = seed;
        byte[] publicKey = new byte[32];
        Ed25519.GeneratePublicKey(seed, 0, publicKey, 0);
        Key = TufKey.Ed25519(publicKey);
    }

    /// <summary>Its public half.</summary>
    public TufKey Key { get; }

    /// <summary>Its id.</summary>
    public string Id => Key.KeyId;

    /// <summary>Its public half in lower-case hex.</summary>
    public string PublicHex => Convert.ToHexStringLower(Key.PublicKey.AsSpan());

    /// <summary>The key of this name.</summary>
    public static TestKey Of(string name) => new(SHA256.HashData(Encoding.UTF8.GetBytes("gatekeeper test key " + name)));

    /// <summary>Its signature over <paramref name="message"/>, 64 bytes.</summary>
    public byte[] Sign(byte[] message)
    {
        byte[] signature = new byte[64];
        Ed25519.Sign(seed, 0, message, 0, message.Length, signature, 0);
        return signature;
    }
}
