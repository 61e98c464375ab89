using System.Text.Json.Nodes;
using Gatekeeper.Release;
using Gatekeeper.Signing.Keys;
using JsonArray = System.Text.Json.Nodes.JsonArray;
using JsonObject = System.Text.Json.Nodes.JsonObject;

namespace Gatekeeper.Signing.Metadata;

/// <summary>A role that signs a statement: its name in words and its keys.</summary>
internal sealed record Signers(string Name, RoleKeys Keys);

/// <summary>A permit, site root or approval on its way to its thresholds; a site root's successor has two. What counts is decided by the device's own rule.</summary>
internal sealed class StatementSigning
{
    private readonly IReadOnlyList<Signers> _roles;
    private SignedMetadata _metadata;

    /// <summary>Takes up a file as it is.</summary>
    /// <exception cref="ToolException">It holds a signature that is not valid, or one of nobody in the roles.</exception>
    internal StatementSigning(SignedMetadata metadata, params IReadOnlyList<Signers> roles)
    {
        (_metadata, _roles) = (metadata, roles);
        try
        {
            foreach (Signers role in roles)
            {
                SignatureRule.RequireThreshold(metadata, role.Keys with { Threshold = 0 }, role.Name);
            }

            SignatureRule.RequireNoOther(metadata, roles[^1].Name, [.. roles.Select(r => r.Keys)]);
        }
        catch (RefusedException e)
        {
            throw new ToolException(ExitCode.Signatures, e.Detail, "it was changed after it was signed, or belongs to other keys: make it again");
        }
    }

    /// <summary>A file that nobody signed yet.</summary>
    internal static StatementSigning Begin(byte[] signedBytes, params IReadOnlyList<Signers> roles) =>
        new(SignedMetadata.Parse(SignedMetadata.Encode(signedBytes, [])), roles);

    /// <summary>Whether every threshold is met.</summary>
    internal bool IsComplete => _roles.All(IsMet);

    /// <summary>The file with the signatures it has now.</summary>
    internal byte[] Encode() => SignedMetadata.Encode(_metadata.SignedBytes.AsSpan(), _metadata.Signatures);

    /// <summary>Adds the signatures of all keys; one that is there already stays as it is.</summary>
    /// <exception cref="ToolException">A key belongs to none of the roles.</exception>
    internal void Add(KeyRing ring, string what)
    {
        var own = new List<string>();
        foreach ((_, SigningKey key) in ring.Keys)
        {
            key.Look(_metadata); // before any of them signs
        }

        foreach ((_, SigningKey key) in ring.Keys.Where(k => _roles.Any(r => Has(r, k.Key.Public.KeyId))))
        {
            own.Add(key.Public.KeyId);
            if (!HasSigned(key.Public.KeyId))
            {
                var signature = new MetadataSignature(key.Public.KeyId, [.. key.Sign(_metadata.SignedBytes.AsSpan())]);
                _metadata = SignedMetadata.Parse(SignedMetadata.Encode(_metadata.SignedBytes.AsSpan(), _metadata.Signatures.Append(signature)));
            }
        }

        RoleSigning.ExpectAllUsed(ring, own, what);
    }

    /// <summary>Adds to an answer where it stands, and what to do while signatures are missing.</summary>
    /// <param name="report">The answer.</param>
    /// <param name="hint">The command that adds a signature.</param>
    internal Report Describe(Report report, string hint)
    {
        foreach (Signers role in _roles)
        {
            report.Line("  " + Words(role));
        }

        if (!IsComplete)
        {
            report.Line($"it is not complete, and no device takes it yet: {hint}");
        }

        return report
            .Fact("complete", IsComplete)
            .Fact("roles", new JsonArray([.. _roles.Select(r => (JsonNode)Facts(r))]));
    }

    /// <summary>Where the first role stands that is not complete, or the last one, in words.</summary>
    internal string Words() => Words(_roles.FirstOrDefault(r => !IsMet(r)) ?? _roles[^1]);

    private string Words(Signers role)
    {
        int count = role.Keys.Keys.Count(k => HasSigned(k.KeyId));
        string state = $"{role.Name}: {count} of {role.Keys.Threshold} signatures";
        return IsMet(role) ? state : $"{state}, missing {role.Keys.Threshold - count} of these keys: {string.Join(", ", MaySign(role).Select(RoleSigning.Short))}";
    }

    private JsonObject Facts(Signers role) => new()
    {
        ["role"] = role.Name,
        ["threshold"] = role.Keys.Threshold,
        ["complete"] = IsMet(role),
        ["signed_by"] = new JsonArray([.. role.Keys.Keys.Select(k => k.KeyId).Where(HasSigned).Select(i => (JsonNode)i)]),
        ["may_still_sign"] = new JsonArray([.. MaySign(role).Select(i => (JsonNode)i)]),
    };

    private bool IsMet(Signers role)
    {
        try
        {
            SignatureRule.RequireThreshold(_metadata, role.Keys, role.Name);
            return true;
        }
        catch (RefusedException)
        {
            return false; // every signature is valid, see the constructor: there are too few
        }
    }

    private IEnumerable<string> MaySign(Signers role) => role.Keys.Keys.Select(k => k.KeyId).Where(id => !HasSigned(id));

    private bool HasSigned(string keyId) => _metadata.Signatures.Any(s => s.KeyId == keyId);

    private static bool Has(Signers role, string keyId) => role.Keys.Keys.Any(k => k.KeyId == keyId);
}
