using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Gatekeeper.Release;
using Gatekeeper.Signing.Keys;
using JsonArray = System.Text.Json.Nodes.JsonArray;
using JsonObject = System.Text.Json.Nodes.JsonObject;

namespace Gatekeeper.Signing.Metadata;

/// <summary>One metadata file on its way to its threshold: who signed, who may still sign, whether it is enough. What counts is decided by the device's own rule.</summary>
internal sealed class RoleSigning
{
    private readonly string _name;
    private readonly RoleKeys _role;
    private SignedMetadata _metadata;

    /// <summary>Takes up a file as it is.</summary>
    /// <exception cref="ToolException">It holds a signature that is not valid, or one of nobody in the role.</exception>
    internal RoleSigning(string name, SignedMetadata metadata, RoleKeys role)
    {
        _name = name;
        _metadata = metadata;
        _role = role;
        try
        {
            SignatureRule.Require(metadata, role with { Threshold = 0 }, name);
        }
        catch (RefusedException e)
        {
            throw new ToolException(ExitCode.Signatures, e.Detail, "it was changed after it was signed, or signed by other tools: make it again");
        }
    }

    /// <summary>Whether the threshold is met.</summary>
    internal bool IsComplete => Missing == 0;

    /// <summary>Signatures that are missing.</summary>
    internal int Missing => Math.Max(0, _role.Threshold - _metadata.Signatures.Length);

    private IEnumerable<TufKey> MaySign => _role.Keys.Where(k => !HasSigned(k));

    /// <summary>Shows all keys the signatures that are there, before any of them signs.</summary>
    internal void ShowTo(KeyRing ring)
    {
        foreach ((_, SigningKey key) in ring.Keys)
        {
            key.Look(_metadata);
        }
    }

    /// <summary>Adds the signatures of all keys that belong to the role; one that is there already stays as it is.</summary>
    /// <returns>The keys that belong to it.</returns>
    internal IReadOnlyList<string> Add(KeyRing ring)
    {
        var own = new List<string>();
        ShowTo(ring);
        foreach ((_, SigningKey key) in ring.Keys.Where(k => _role.Keys.Any(r => r.KeyId == k.Key.Public.KeyId)))
        {
            own.Add(key.Public.KeyId);
            if (!HasSigned(key.Public))
            {
                var signature = new MetadataSignature(key.Public.KeyId, [.. key.Sign(_metadata.SignedBytes.AsSpan())]);
                _metadata = SignedMetadata.Parse(SignedMetadata.Encode(_metadata.SignedBytes.AsSpan(), _metadata.Signatures.Append(signature)));
            }
        }

        return own;
    }

    /// <summary>The file with all its signatures.</summary>
    internal byte[] Encode() => SignedMetadata.Encode(_metadata.SignedBytes.AsSpan(), _metadata.Signatures);

    /// <summary>Where it stands, in words: <c>targets: 1 of 2 signatures, missing 1 of these keys: 4f3a90b1c2d3, ...</c></summary>
    internal string Words()
    {
        string state = $"{_name}: {_metadata.Signatures.Length} of {_role.Threshold} signatures";
        return IsComplete ? state : $"{state}, missing {Missing} of these keys: {string.Join(", ", MaySign.Select(k => Short(k.KeyId)))}";
    }

    /// <summary>The same for scripts.</summary>
    internal JsonObject Facts() => new()
    {
        ["role"] = _name,
        ["threshold"] = _role.Threshold,
        ["complete"] = IsComplete,
        ["signed_by"] = Ids(_metadata.Signatures.Select(s => s.KeyId)),
        ["may_still_sign"] = Ids(MaySign.Select(k => k.KeyId)),
    };

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

    private static JsonArray Ids(IEnumerable<string> ids) => new([.. ids.Select(i => (JsonNode)i)]);

    private bool HasSigned(TufKey key) => _metadata.Signatures.Any(s => s.KeyId == key.KeyId);
}
