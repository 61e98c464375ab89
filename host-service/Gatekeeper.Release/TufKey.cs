using System.Collections.Immutable;
using System.Security.Cryptography;

namespace Gatekeeper.Release;

/// <summary>A public key as TUF writes it (TUF 1.0.34 §4.2): key type, scheme and value; its id is the SHA-256 of its canonical form.</summary>
public sealed class TufKey
{
    private const string Ed25519Type = "ed25519";

    private TufKey(string keyId, JsonObject form, ImmutableArray<byte> publicKey)
    {
        KeyId = keyId;
        Form = form;
        PublicKey = publicKey;
    }

    /// <summary>SHA-256 of the canonical key object, lower-case hex.</summary>
    public string KeyId { get; }

    /// <summary>The key object as it stands in a root.</summary>
    public JsonObject Form { get; }

    /// <summary>The raw Ed25519 public key, 32 bytes; empty for a key type this reader does not know.</summary>
    public ImmutableArray<byte> PublicKey { get; }

    /// <summary>Whether this reader can check this key's signatures. One that it cannot check is never counted.</summary>
    public bool IsKnown => !PublicKey.IsEmpty;

    /// <summary>What makes two keys the same key: the public key itself, whatever id it goes by.</summary>
    internal string Identity => IsKnown ? Hex.Of(PublicKey.AsSpan()) : KeyId;

    /// <summary>An Ed25519 key.</summary>
    /// <param name="publicKey">32 bytes (RFC 8032 §5.1.5).</param>
    /// <exception cref="ArgumentException">Not a usable public key.</exception>
    public static TufKey Ed25519(ReadOnlySpan<byte> publicKey)
    {
        if (!Ed25519Check.IsUsableKey(publicKey))
        {
            throw new ArgumentException("not a usable Ed25519 public key", nameof(publicKey));
        }

        var form = new JsonObject(
            ("keytype", new JsonString(Ed25519Type)),
            ("keyval", new JsonObject(("public", new JsonString(Hex.Of(publicKey))))),
            ("scheme", new JsonString(Ed25519Type)));
        return new TufKey(IdOf(form), form, [.. publicKey]);
    }

    /// <summary>Reads a key object that stands under <paramref name="keyId"/>.</summary>
    internal static TufKey Parse(string keyId, JsonValue value)
    {
        JsonFields key = JsonFields.Of(value, "key");
        string type = key.Text("keytype");
        string scheme = key.Text("scheme");
        JsonFields keyval = key.Object("keyval");
        var form = (JsonObject)value;
        if (IdOf(form) != keyId)
        {
            throw new RefusedException(Refusal.MetadataMalformed, "key: its id is not the SHA-256 of its canonical form");
        }

        if (type != Ed25519Type || scheme != Ed25519Type)
        {
            return new TufKey(keyId, form, []);
        }

        byte[] publicKey = Convert.FromHexString(keyval.Hex("public", 32));
        return Ed25519Check.IsUsableKey(publicKey)
            ? new TufKey(keyId, form, [.. publicKey])
            : throw new RefusedException(Refusal.MetadataMalformed, "key: not a usable Ed25519 public key");
    }

    private static string IdOf(JsonObject form) => Hex.Of(SHA256.HashData(CanonicalJson.Write(form)));
}
