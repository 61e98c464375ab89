using System.Text.Json.Nodes;
using Gatekeeper.Release;
using JsonArray = System.Text.Json.Nodes.JsonArray;
using JsonObject = System.Text.Json.Nodes.JsonObject;

namespace Gatekeeper.Signing.Metadata;

/// <summary>People of whom so many must sign. A new root has two quorums: its own and that of the root before.</summary>
/// <param name="Name">What it is called in words.</param>
/// <param name="Role">Keys and threshold.</param>
internal sealed record Quorum(string Name, RoleKeys Role)
{
    /// <summary>Signatures that are missing. Counted are people, as a device counts: keys that share a part are one (FORMAT.md R-77), keys of unknown types none.</summary>
    internal int Missing(SignedMetadata metadata) => Math.Max(0, Role.Threshold - Count(metadata));

    internal string Words(SignedMetadata metadata, KeyNames names)
    {
        TufKey[] signed = [.. Signed(metadata)];
        int count = Count(metadata);
        string counted = count > Role.Threshold ? $"{count} signatures ({Role.Threshold} needed)" : $"{count} of {Role.Threshold} signatures";
        string state = $"{Name}: {counted}{(signed.Length == 0 ? "" : " by " + names.Words(signed))}";
        int missing = Missing(metadata);
        return missing == 0 ? state : $"{state}, missing {missing} of these keys: {names.Words(MaySign(metadata))}";
    }

    internal JsonObject Facts(SignedMetadata metadata, KeyNames names) => new()
    {
        ["role"] = Name,
        ["threshold"] = Role.Threshold,
        ["complete"] = Missing(metadata) == 0,
        ["signed_by"] = Ids(Signed(metadata)),
        ["may_still_sign"] = Ids(MaySign(metadata)),
        ["names"] = new JsonObject(Role.Keys.Where(k => names.Of(k.KeyId) is not null).Select(k => KeyValuePair.Create(k.KeyId, (JsonNode?)names.Of(k.KeyId)))),
    };

    private int Count(SignedMetadata metadata) => SignatureRule.Distinct(Signed(metadata).Where(k => k.IsKnown));

    private IEnumerable<TufKey> Signed(SignedMetadata metadata) => Role.Keys.Where(k => metadata.Signatures.Any(s => s.KeyId == k.KeyId));

    private IEnumerable<TufKey> MaySign(SignedMetadata metadata) => Role.Keys.Where(k => metadata.Signatures.All(s => s.KeyId != k.KeyId));

    private static JsonArray Ids(IEnumerable<TufKey> keys) => new([.. keys.Select(k => (JsonNode)k.KeyId)]);
}
