using System.Collections.Immutable;

namespace Gatekeeper.Release;

/// <summary>One signature of a metadata file.</summary>
/// <param name="KeyId">Id of the key, 64 lower-case hex digits.</param>
/// <param name="Value">The signature's bytes.</param>
public sealed record MetadataSignature(string KeyId, ImmutableArray<byte> Value);

/// <summary>The outer form of every TUF metadata file (TUF 1.0.34 §4.2.1): signatures and what they sign. Read, it is a claim until the signatures were counted.</summary>
public sealed class SignedMetadata
{
    private SignedMetadata(JsonObject signed, ImmutableArray<byte> signedBytes, ImmutableArray<MetadataSignature> signatures)
    {
        Signed = signed;
        SignedBytes = signedBytes;
        Signatures = signatures;
    }

    /// <summary>What is signed, as values.</summary>
    public JsonObject Signed { get; }

    /// <summary>What is signed, byte for byte as it stands in the file.</summary>
    public ImmutableArray<byte> SignedBytes { get; }

    /// <summary>The signatures, by rising key id.</summary>
    public ImmutableArray<MetadataSignature> Signatures { get; }

    /// <summary>Reads a file's bytes. No signature is checked here.</summary>
    /// <exception cref="RefusedException">Not exactly canonical, or not of this form.</exception>
    public static SignedMetadata Parse(ReadOnlySpan<byte> file)
    {
        JsonFields outer = JsonFields.Of(CanonicalJson.Parse(file), "metadata");
        outer.Only("signatures", "signed"); // what is not signed has no room for anything else
        ImmutableArray<MetadataSignature>.Builder signatures = ImmutableArray.CreateBuilder<MetadataSignature>();
        JsonArray list = outer.Array("signatures");
        if (list.Items.Length > Limits.MaxSignatures)
        {
            throw new RefusedException(Refusal.MetadataMalformed, "metadata: more than MaxSignatures signatures");
        }

        foreach (JsonValue item in list.Items)
        {
            JsonFields one = JsonFields.Of(item, "signature");
            one.Only("keyid", "sig");
            string keyId = one.Hex("keyid", 32);
            string value = one.Text("sig");
            if (signatures.Count > 0 && string.CompareOrdinal(signatures[^1].KeyId, keyId) >= 0)
            {
                throw new RefusedException(Refusal.MetadataMalformed, "metadata: signatures are not in strictly rising order of key id");
            }

            if (value.Length == 0 || !Hex.IsLower(value))
            {
                throw one.Bad("sig", "lower-case hex");
            }

            signatures.Add(new MetadataSignature(keyId, [.. Convert.FromHexString(value)]));
        }

        if (outer.Members["signed"] is not JsonObject signed)
        {
            throw outer.Bad("signed", "an object");
        }

        return new SignedMetadata(signed, [.. file[signed.Extent]], signatures.ToImmutable());
    }

    /// <summary>Writes a metadata file. The signatures are sorted here; none is checked.</summary>
    /// <param name="signedBytes">What was signed, canonical: the result of an <c>Encode</c>.</param>
    /// <param name="signatures">Any number, none included, of distinct key ids.</param>
    public static byte[] Encode(ReadOnlySpan<byte> signedBytes, IEnumerable<MetadataSignature> signatures)
    {
        IEnumerable<JsonValue> list = signatures.OrderBy(s => s.KeyId, StringComparer.Ordinal).Select(s => new JsonObject(
            ("keyid", new JsonString(s.KeyId)),
            ("sig", new JsonString(Hex.Of(s.Value.AsSpan())))));
        return CanonicalJson.Write(new JsonObject(("signatures", new JsonArray(list)), ("signed", CanonicalJson.Parse(signedBytes))));
    }
}
