using System.Buffers;
using System.Collections.Immutable;
using Gatekeeper.Release.Tuf;

namespace Gatekeeper.Release;

/// <summary>One signature of a metadata file.</summary>
/// <param name="KeyId">Id of the key: in a release file 64 lower-case hex digits, in a repository any text.</param>
/// <param name="Value">The signature's bytes.</param>
public sealed record MetadataSignature(string KeyId, ImmutableArray<byte> Value);

/// <summary>The outer form of every TUF metadata file (TUF 1.0.34 §4.2.1): signatures and what they sign. Read, it is a claim until the signatures were counted.</summary>
public sealed class SignedMetadata
{
    private SignedMetadata(TufProfile profile, JsonObject signed, ImmutableArray<byte> signedBytes, ImmutableArray<MetadataSignature> signatures)
    {
        Profile = profile;
        Signed = signed;
        SignedBytes = signedBytes;
        Signatures = signatures;
    }

    /// <summary>What is signed, as values.</summary>
    public JsonObject Signed { get; }

    /// <summary>What is signed, byte for byte: as it stands in a release file, in canonical form of a repository's.</summary>
    public ImmutableArray<byte> SignedBytes { get; }

    /// <summary>The signatures, by rising key id; of a repository's file in its order. No key id is there twice.</summary>
    public ImmutableArray<MetadataSignature> Signatures { get; }

    /// <summary>Which reader read it.</summary>
    internal TufProfile Profile { get; }

    /// <summary>Reads a file's bytes. No signature is checked here.</summary>
    /// <exception cref="RefusedException">Not exactly canonical, or not of this form.</exception>
    public static SignedMetadata Parse(ReadOnlySpan<byte> file) => Parse(file, TufProfile.Device);

    /// <summary>Reads a file's bytes as <paramref name="profile"/> has them. No signature is checked here.</summary>
    internal static SignedMetadata Parse(ReadOnlySpan<byte> file, TufProfile profile)
    {
        bool strict = profile == TufProfile.Device;
        JsonFields outer = JsonFields.Of(strict ? CanonicalJson.Parse(file) : RepositoryJson.Parse(file), "metadata");
        if (strict)
        {
            outer.Only("signatures", "signed"); // what is not signed has no room for anything else
        }

        JsonArray list = outer.Array("signatures");
        if (list.Items.Length > Limits.MaxSignatures)
        {
            throw new RefusedException(Refusal.MetadataMalformed, "metadata: more than MaxSignatures signatures");
        }

        ImmutableArray<MetadataSignature> signatures = strict ? Sorted(list) : Distinct(list);
        return outer.Members.GetValueOrDefault("signed") is JsonObject signed
            ? new SignedMetadata(profile, signed, strict ? [.. file[signed.Extent]] : [.. CanonicalJson.WriteAny(signed)], signatures)
            : throw outer.Bad("signed", "an object");
    }

    private static ImmutableArray<MetadataSignature> Sorted(JsonArray list)
    {
        ImmutableArray<MetadataSignature>.Builder signatures = ImmutableArray.CreateBuilder<MetadataSignature>();
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

        return signatures.ToImmutable();
    }

    // TUF 1.0.34 §4.2.1: a key id twice is not allowed, even where enough others signed. What is no hex, the empty text that tools write
    // for "not signed yet" among it, is a signature that is not valid: it is there, and never counted.
    private static ImmutableArray<MetadataSignature> Distinct(JsonArray list)
    {
        ImmutableArray<MetadataSignature>.Builder signatures = ImmutableArray.CreateBuilder<MetadataSignature>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (JsonValue item in list.Items)
        {
            JsonFields one = JsonFields.Of(item, "signature");
            string value = one.Text("sig");
            byte[] bytes = new byte[value.Length / 2];
            bool isHex = Convert.FromHexString(value, bytes, out _, out int length) == OperationStatus.Done && length == bytes.Length;
            if (!seen.Add(one.Text("keyid")))
            {
                throw new RefusedException(Refusal.MetadataMalformed, "metadata: two signatures with one key id");
            }

            signatures.Add(new MetadataSignature(one.Text("keyid"), isHex ? [.. bytes] : []));
        }

        return signatures.ToImmutable();
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
