using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Gatekeeper.Release;
using Gatekeeper.Signing.Keys;

namespace Gatekeeper.Signing.Metadata;

/// <summary>One metadata file on its way to its threshold: who signed, who may still sign, whether it is enough. What counts is decided by the device's own rule.</summary>
internal sealed class RoleSigning
{
    private readonly ImmutableArray<Quorum> _quorums;
    private readonly KeyNames _names;
    private SignedMetadata _metadata;

    /// <summary>Takes up a file as it is.</summary>
    /// <param name="name">The role's name.</param>
    /// <param name="metadata">The file.</param>
    /// <param name="names">What people call the keys.</param>
    /// <param name="role">Who signs it.</param>
    /// <param name="before">For root N+1: root N's root role, which signs it too.</param>
    /// <exception cref="ToolException">It holds a signature that is not valid, or one of nobody in the role.</exception>
    internal RoleSigning(string name, SignedMetadata metadata, KeyNames names, RoleKeys role, RoleKeys? before = null)
    {
        Name = name;
        _names = names;
        _quorums = before is null ? [new Quorum(name, role)] : [new Quorum(name, role), new Quorum(name + " before", before)];
        _metadata = metadata;
        Check(metadata);
    }

    /// <summary>The role's name.</summary>
    internal string Name { get; }

    /// <summary>What is signed.</summary>
    internal SignedMetadata Metadata => _metadata;

    /// <summary>Whether every threshold is met.</summary>
    internal bool IsComplete => _quorums.All(q => q.Missing(_metadata) == 0);

    /// <summary>Whose signature may still be added, each key once.</summary>
    internal IReadOnlyList<TufKey> MaySign => [.. Keys.Where(k => !HasSigned(k))];

    /// <summary>Every key whose signature belongs here.</summary>
    internal IReadOnlyList<TufKey> Keys => [.. _quorums.SelectMany(q => q.Role.Keys).DistinctBy(k => k.KeyId)];

    /// <summary>Shows all keys the signatures that are there, before any of them signs.</summary>
    internal void ShowTo(KeyRing ring)
    {
        foreach ((_, SigningKey key) in ring.Keys)
        {
            key.Look(_metadata);
        }
    }

    /// <summary>Adds the signatures of all keys that belong to the role; one that is there already stays as it is.</summary>
    /// <returns>The keys of the ring that belong to it, by the ids they have in the ring.</returns>
    internal IReadOnlyList<string> Add(KeyRing ring)
    {
        var own = new List<string>();
        ShowTo(ring);
        foreach ((_, SigningKey key) in ring.Keys)
        {
            // The public key decides, not its id: the role may spell it another way.
            foreach (TufKey member in Keys.Where(k => k.Identity == key.Public.Identity).Take(1))
            {
                own.Add(key.Public.KeyId);
                if (!HasSigned(member))
                {
                    Put(new MetadataSignature(member.KeyId, [.. key.Sign(_metadata.SignedBytes.AsSpan())]));
                }
            }
        }

        return own;
    }

    /// <summary>Adds a signature that was made elsewhere.</summary>
    /// <returns>False when it was there already.</returns>
    /// <exception cref="ToolException">It is not valid, or not by a key of the role.</exception>
    internal bool Add(MetadataSignature signature)
    {
        if (_metadata.Signatures.Any(s => s.KeyId == signature.KeyId))
        {
            return false;
        }

        SignedMetadata before = _metadata;
        try
        {
            Put(signature);
            Check(_metadata);
            return true;
        }
        catch (ToolException)
        {
            _metadata = before;
            throw;
        }
    }

    /// <summary>The file with all its signatures.</summary>
    internal byte[] Encode() => SignedMetadata.Encode(_metadata.SignedBytes.AsSpan(), _metadata.Signatures);

    /// <summary>Where it stands, a line for each threshold: <c>targets: 1 of 2 signatures by alice (4f3a90b1c2d3), missing 1 of these keys: bob (...), ...</c></summary>
    internal IEnumerable<string> Lines() => _quorums.Select(q => q.Words(_metadata, _names));

    /// <summary>The same in one line.</summary>
    internal string Words() => string.Join("; ", Lines());

    /// <summary>The same for scripts, an object for each threshold.</summary>
    internal IEnumerable<JsonNode> Facts() => _quorums.Select(q => (JsonNode)q.Facts(_metadata, _names));

    /// <summary>Enough of a key id for people to tell keys apart.</summary>
    internal static string Short(string keyId) => keyId[..12];

    /// <summary>Ends the command when a key belongs to none of the roles it was given for.</summary>
    internal static void ExpectAllUsed(KeyRing ring, IEnumerable<string> used, string what)
    {
        var all = used.ToImmutableHashSet();
        foreach ((string file, SigningKey key) in ring.Keys)
        {
            if (!all.Contains(key.Public.KeyId))
            {
                throw new ToolException(ExitCode.Signatures, $"{file} (key {Short(key.Public.KeyId)}) belongs to no role that signs {what}", "the root names the keys of each role: inspect shows them; nothing was written");
            }
        }
    }

    private void Put(MetadataSignature signature) =>
        _metadata = SignedMetadata.Parse(SignedMetadata.Encode(_metadata.SignedBytes.AsSpan(), _metadata.Signatures.Append(signature)));

    private void Check(SignedMetadata metadata)
    {
        try
        {
            foreach (Quorum quorum in _quorums)
            {
                SignatureRule.RequireThreshold(metadata, quorum.Role with { Threshold = 0 }, Name);
            }

            SignatureRule.RequireNoOther(metadata, Name, [.. _quorums.Select(q => q.Role)]);
        }
        catch (RefusedException e)
        {
            throw new ToolException(ExitCode.Signatures, e.Detail, "it was changed after it was signed, or signed by other tools: make it again");
        }
    }

    private bool HasSigned(TufKey key) => _metadata.Signatures.Any(s => s.KeyId == key.KeyId);
}
