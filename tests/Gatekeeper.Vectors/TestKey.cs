using System.Security.Cryptography;
using System.Text;
using Gatekeeper.Release;
using Org.BouncyCastle.Math.EC.Rfc8032;

namespace Gatekeeper.Vectors;

/// <summary>
/// A key for tests, made from its name: the same name is the same key everywhere and for ever, and signs the same bytes the same way.
/// <c>p256.NAME</c> and <c>p384.NAME</c> are ECDSA keys, <c>rsa</c> is the one RSA key, <c>pq.NAME</c> an Ed25519 and LMS key; every other name is an Ed25519 key.
/// </summary>
public abstract class TestKey
{
    /// <summary>Its public half.</summary>
    public abstract TufKey Key { get; }

    /// <summary>Its id.</summary>
    public string Id => Key.KeyId;

    /// <summary>Its public half in lower-case hex: <see cref="TufKey.PublicKey"/>.</summary>
    public string PublicHex => Convert.ToHexStringLower(Key.PublicKey.AsSpan());

    /// <summary>The key of this name.</summary>
    public static TestKey Of(string name) => name.Split('.')[0] switch
    {
        "p256" => new EcdsaTestKey(SHA256.HashData(Seed(name)), isP384: false),
        "p384" => new EcdsaTestKey(SHA384.HashData(Seed(name)), isP384: true),
        "rsa" => RsaTestKey.Only,
        "pq" => new HybridTestKey(name),
        _ => new Ed25519TestKey(SHA256.HashData(Seed(name))),
    };

    /// <summary>Its signature over <paramref name="message"/>.</summary>
    public abstract byte[] Sign(byte[] message);

    private static byte[] Seed(string name) => Encoding.UTF8.GetBytes("gatekeeper test key " + name);
}

/// <summary>An Ed25519 key.</summary>
internal sealed class Ed25519TestKey : TestKey
{
    private readonly byte[] seed;

    public Ed25519TestKey(byte[] seed)
    {
        this.seed = seed;
        byte[] publicKey = new byte[32];
        Ed25519.GeneratePublicKey(seed, 0, publicKey, 0);
        Key = TufKey.Ed25519(publicKey);
    }

    /// <inheritdoc/>
    public override TufKey Key { get; }

    /// <inheritdoc/>
    public override byte[] Sign(byte[] message)
    {
        byte[] signature = new byte[64];
        Ed25519.Sign(seed, 0, message, 0, message.Length, signature, 0);
        return signature;
    }
}
