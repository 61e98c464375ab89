using System.Collections.Immutable;
using System.Security.Cryptography;
using Gatekeeper.Release;
using Gatekeeper.Signing.Keys;
using Gatekeeper.Signing.Metadata;

namespace Gatekeeper.Signing.Ceremony;

/// <summary>
/// A rotation tried out before anyone signs it. Every root is written again with a throw-away key in place of each key and signed with
/// those; then the device's own code walks them from the root that a device trusts. No real root names such a key and no real key signs
/// such a root, so no device can take one; the private keys are gone when this object is, and the roots never leave the process.
/// A key whose type a generation does not know becomes a key of a type that nobody knows.
/// </summary>
internal sealed class Rehearsal : IDisposable
{
    private const string Mark = "x-gatekeeper-rehearsal";
    private readonly ImmutableArray<RootFile> _roots;
    private readonly ImmutableArray<ImmutableHashSet<string>> _signers;
    private readonly List<(HashSet<string> Parts, SigningKey Key)> _people = [];

    /// <summary>Takes up the roots and the one to be rehearsed.</summary>
    /// <param name="before">The roots that are there.</param>
    /// <param name="next">The root that may come.</param>
    /// <param name="signers">Ids of the keys that will sign it.</param>
    internal Rehearsal(RootChain before, RootFile next, IEnumerable<string> signers)
    {
        _roots = [.. before.Roots, next];
        _signers = [.. before.Roots.Select(r => r.Metadata.Signatures.Select(s => s.KeyId).ToImmutableHashSet(StringComparer.Ordinal)), [.. signers]];
        foreach (TufKey key in AllKeys())
        {
            // Keys that share a part are one person to a device (FORMAT.md R-77); here they are so across roots too, which is never too kind.
            var own = new HashSet<string>(key.Parts, StringComparer.Ordinal);
            foreach ((HashSet<string> parts, SigningKey old) in _people.FindAll(p => p.Parts.Overlaps(own)))
            {
                own.UnionWith(parts);
                old.Dispose();
                _people.RemoveAll(p => p.Parts == parts);
            }

            _people.Add((own, new SigningKey(RandomNumberGenerator.GetBytes(Ed25519PrivateKey.SeedLength))));
        }
    }

    /// <summary>How far a device comes that trusts root <paramref name="version"/> and has this generation's verifier.</summary>
    /// <returns>The version, and why no further; null when it comes to the last root.</returns>
    internal (int Version, string? Stopped) Walk(int version, ReaderGeneration reader)
    {
        IReadOnlyList<byte[]> files = Files(reader);
        try
        {
            (int reached, RefusedException? stopped) = DeviceWalk.From(files, version);
            return (reached, reached == files.Count ? null : stopped?.Detail ?? "the roots are too large together");
        }
        catch (RefusedException e)
        {
            return (version, $"it cannot even hold root {version}: {e.Detail}");
        }
    }

    /// <summary>The rehearsal's roots for one generation.</summary>
    internal IReadOnlyList<byte[]> Files(ReaderGeneration reader) => [.. _roots.Select((r, i) => Write(r, _signers[i], reader))];

    /// <inheritdoc/>
    public void Dispose() => _people.ForEach(p => p.Key.Dispose());

    private byte[] Write(RootFile root, ImmutableHashSet<string> signers, ReaderGeneration reader)
    {
        Dictionary<string, TufKey> standIns = AllKeys().ToDictionary(k => k.KeyId, k => StandIn(k, reader), StringComparer.Ordinal);
        JsonObject signed = root.Metadata.Signed;
        byte[] bytes = CanonicalJson.Write(new JsonObject(
        [
            .. signed.Members.Where(m => m.Key is not ("keys" or "roles" or KeyNames.Member or RootRoles.Own)).Select(m => (m.Key, m.Value)),
            ("keys", new JsonObject(RootRoles.Of(root).SelectMany(r => r.Role.Keys).Select(k => standIns[k.KeyId]).DistinctBy(k => k.KeyId).Select(k => (k.KeyId, (JsonValue)k.Form)))),
            ("roles", new JsonObject(RootRoles.TopLevel.Select(n => (n, (JsonValue)Role(RootRoles.Find(root, n)!, standIns))))),
            (Mark, JsonLiteral.True),
        ]));
        TufKey[] able = [.. AllKeys().Where(k => signers.Contains(k.KeyId)).DistinctBy(Person)];
        return SignedMetadata.Encode(bytes, able.Select(k => new MetadataSignature(standIns[k.KeyId].KeyId, reader.Knows(k) ? [.. Person(k).Sign(bytes)] : [0])));
    }

    // The mark makes the key's id one of its own, and says to whoever should ever see it what it is.
    private TufKey StandIn(TufKey key, ReaderGeneration reader)
    {
        bool known = reader.Knows(key);
        string type = known ? "ed25519" : Mark + "-unknown";
        var form = new JsonObject(
            ("keytype", new JsonString(type)),
            ("keyval", new JsonObject(("public", new JsonString(Convert.ToHexStringLower(Person(key).Public.PublicKey.AsSpan()))))),
            ("scheme", new JsonString(type)),
            (Mark, new JsonString(key.KeyId)));
        return TufKey.Read(CanonicalJson.Write(form));
    }

    private static JsonObject Role(RoleKeys role, Dictionary<string, TufKey> standIns) => new(
        ("keyids", new JsonArray(role.Keys.Select(k => new JsonString(standIns[k.KeyId].KeyId)))),
        ("threshold", new JsonInteger(role.Threshold)));

    private SigningKey Person(TufKey key) => _people.Single(p => p.Parts.Overlaps(key.Parts)).Key;

    private IEnumerable<TufKey> AllKeys() => _roots.SelectMany(RootRoles.Of).SelectMany(r => r.Role.Keys).DistinctBy(k => k.KeyId);
}
