using System.Collections.Immutable;
using System.Security.Cryptography;
using Gatekeeper.Release.Keys;
using Gatekeeper.Release.Tuf;

namespace Gatekeeper.Release;

/// <summary>A public key as TUF writes it (TUF 1.0.34 §4.2): key type, scheme and value; its id is the SHA-256 of its canonical form. The forms are those of FORMAT.md §4.2.</summary>
public sealed class TufKey
{
    private const string Ed25519Type = "ed25519";
    private const string EcdsaType = "ecdsa";
    private const string P256Scheme = "ecdsa-sha2-nistp256";
    private const string P384Scheme = "ecdsa-sha2-nistp384";
    private const string RsaType = "rsa";
    private const string RsaScheme = "rsassa-pss-sha256";
    private const string HybridType = "x-ed25519+lms";

    private readonly VerificationKey? key;

    private TufKey(string keyId, JsonObject form, VerificationKey? key)
    {
        KeyId = keyId;
        Form = form;
        this.key = key;
    }

    /// <summary>SHA-256 of the canonical key object, lower-case hex.</summary>
    public string KeyId { get; }

    /// <summary>The key object as it stands in a root.</summary>
    public JsonObject Form { get; }

    /// <summary>TUF's scheme: how it signs.</summary>
    public string Scheme => Form["scheme"] is JsonString scheme ? scheme.Value : "";

    /// <summary>The public key itself: of Ed25519 32 bytes (RFC 8032 §5.1.5), of ECDSA the uncompressed point (SEC 1 §2.3.3), of RSA the RSAPublicKey in DER (RFC 8017 A.1.1), of Ed25519 with LMS both keys; empty for a key type this reader does not know.</summary>
    public ImmutableArray<byte> PublicKey => key?.PublicKey ?? [];

    /// <summary>Whether this reader can check this key's signatures. One that it cannot check is never counted.</summary>
    public bool IsKnown => key is not null;

    /// <summary>What makes two keys the same key: the parts of the public key itself, whatever id it goes by. Keys that share a part are not distinct .</summary>
    internal ImmutableArray<string> Parts => key?.Parts ?? ["id:" + KeyId];

    /// <summary>All parts together.</summary>
    internal string Identity => string.Join('+', Parts);

    /// <summary>An Ed25519 key.</summary>
    /// <param name="publicKey">32 bytes (RFC 8032 §5.1.5).</param>
    /// <exception cref="ArgumentException">Not a usable public key.</exception>
    public static TufKey Ed25519(ReadOnlySpan<byte> publicKey)
    {
        if (!Ed25519Check.IsUsableKey(publicKey))
        {
            throw new ArgumentException("not a usable Ed25519 public key", nameof(publicKey));
        }

        return Make(Ed25519Type, Ed25519Type, Hex.Of(publicKey));
    }

    /// <summary>An ECDSA key on P-256.</summary>
    /// <param name="point">The uncompressed point, 65 bytes (SEC 1 §2.3.3).</param>
    /// <exception cref="ArgumentException">Not a point of the curve.</exception>
    public static TufKey EcdsaP256(ReadOnlySpan<byte> point) => Make(EcdsaType, P256Scheme, PemKey.Write(SubjectPublicKeyInfo.Write(EcdsaCurve.P256, point)));

    /// <summary>An ECDSA key on P-384.</summary>
    /// <param name="point">The uncompressed point, 97 bytes (SEC 1 §2.3.3).</param>
    /// <exception cref="ArgumentException">Not a point of the curve.</exception>
    public static TufKey EcdsaP384(ReadOnlySpan<byte> point) => Make(EcdsaType, P384Scheme, PemKey.Write(SubjectPublicKeyInfo.Write(EcdsaCurve.P384, point)));

    /// <summary>An RSA key for RSASSA-PSS with SHA-256.</summary>
    /// <param name="pkcs1">RSAPublicKey in DER (RFC 8017 A.1.1), a modulus of <see cref="Limits.MinRsaBits"/> to <see cref="Limits.MaxRsaBits"/> bits.</param>
    /// <exception cref="ArgumentException">Not a usable key: FORMAT.md R-73.</exception>
    public static TufKey RsaPss(ReadOnlySpan<byte> pkcs1) => Make(RsaType, RsaScheme, PemKey.Write(SubjectPublicKeyInfo.WriteRsa(pkcs1)));

    /// <summary>An Ed25519 key and an LMS key of one person.</summary>
    /// <param name="publicKeys">The Ed25519 key, 32 bytes, then the LMS key (RFC 8554 §5.3), 48 or 56 bytes.</param>
    /// <exception cref="ArgumentException">Not two usable keys: FORMAT.md .</exception>
    public static TufKey Ed25519Lms(ReadOnlySpan<byte> publicKeys) => Make(HybridType, HybridType, Hex.Of(publicKeys));

    /// <summary>Reads a key object by itself, as it stands in a public key file: canonical JSON and nothing else.</summary>
    /// <param name="form">Hostile bytes.</param>
    /// <exception cref="RefusedException"><see cref="Refusal.MetadataMalformed"/>: it breaks a rule of FORMAT.md §4.2.</exception>
    public static TufKey Read(ReadOnlySpan<byte> form) => Parse(Hex.Of(SHA256.HashData(form)), CanonicalJson.Parse(form));

    /// <summary>Whether <paramref name="signature"/> over <paramref name="message"/> is by this key. False for every malformed signature, and for a key of an unknown type. Only <see cref="SignatureRule"/> counts.</summary>
    internal bool Verify(ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature) => key is not null && key.Verify(message.ToArray(), signature);

    /// <summary>Reads a key object that stands under <paramref name="keyId"/>. In a repository the id is the repository's to choose: nothing follows from it, since distinct means distinct public keys.</summary>
    internal static TufKey Parse(string keyId, JsonValue value, TufProfile profile = TufProfile.Device)
    {
        JsonFields fields = JsonFields.Of(value, "key");
        string type = fields.Text("keytype");
        string scheme = fields.Text("scheme");
        JsonFields keyval = fields.Object("keyval");
        var form = (JsonObject)value;
        if (profile == TufProfile.Repository)
        {
            return new TufKey(keyId, form, keyval.Members.GetValueOrDefault("public") is JsonString text ? RepositoryKey.Decode(type, scheme, text.Value) : null);
        }

        if (IdOf(form) != keyId)
        {
            throw new RefusedException(Refusal.MetadataMalformed, "key: its id is not the SHA-256 of its canonical form");
        }

        return new TufKey(keyId, form, Decode(type, scheme, keyval));
    }

    // The pairs of type and scheme that are known. Older tools wrote the scheme's name as the type, too.
    private static VerificationKey? Decode(string type, string scheme, JsonFields keyval) => (type, scheme) switch
    {
        (Ed25519Type, Ed25519Type) => Ed25519Key.Read(Convert.FromHexString(keyval.Hex("public", 32))),
        (EcdsaType or P256Scheme, P256Scheme) => Pem(keyval, k => k is EcdsaKey e && e.Curve == EcdsaCurve.P256),
        (EcdsaType or P384Scheme, P384Scheme) => Pem(keyval, k => k is EcdsaKey e && e.Curve == EcdsaCurve.P384),
        (RsaType, RsaScheme) => Pem(keyval, k => k is RsaPssKey),
        (HybridType, HybridType) => Ed25519LmsKey.Read(Convert.FromHexString(keyval.Hex("public"))),
        _ => null,
    };

    private static VerificationKey Pem(JsonFields keyval, Predicate<VerificationKey> isOfScheme)
    {
        VerificationKey key = SubjectPublicKeyInfo.Read(PemKey.Read(keyval.Text("public")));
        return isOfScheme(key) ? key : throw new RefusedException(Refusal.MetadataMalformed, "key: of another algorithm than its scheme names");
    }

    private static TufKey Make(string type, string scheme, string publicText)
    {
        var form = new JsonObject(
            ("keytype", new JsonString(type)),
            ("keyval", new JsonObject(("public", new JsonString(publicText)))),
            ("scheme", new JsonString(scheme)));
        try
        {
            return Parse(IdOf(form), form);
        }
        catch (RefusedException fault)
        {
            throw new ArgumentException(fault.Detail, nameof(publicText), fault);
        }
    }

    private static string IdOf(JsonObject form) => Hex.Of(SHA256.HashData(CanonicalJson.Write(form)));
}
