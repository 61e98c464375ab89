namespace Gatekeeper.Release;

/// <summary>The one place that counts signatures, for every role (FORMAT.md §4.3).</summary>
internal static class SignatureRule
{
    /// <summary>Requires the role's threshold of valid signatures by distinct public keys, and no signer beside the role.</summary>
    /// <exception cref="RefusedException"><see cref="Refusal.SignatureMissing"/>.</exception>
    public static void Require(SignedMetadata metadata, RoleKeys role, string name)
    {
        RequireThreshold(metadata, role, name);
        RequireNoOther(metadata, name, role);
    }

    /// <summary>Requires the role's threshold of valid signatures by distinct public keys. Signers that are not of the role are passed over: judge them with <see cref="RequireNoOther"/>.</summary>
    public static void RequireThreshold(SignedMetadata metadata, RoleKeys role, string name)
    {
        byte[] message = [.. metadata.SignedBytes];
        int count = 0;
        var signed = new HashSet<string>(StringComparer.Ordinal);
        foreach (MetadataSignature signature in metadata.Signatures)
        {
            TufKey? key = role.Keys.FirstOrDefault(k => k.KeyId == signature.KeyId);
            if (key is not { IsKnown: true })
            {
                continue; // an unknown type is neither checked nor counted
            }

            if (!key.Verify(message, signature.Value.AsSpan()))
            {
                throw new RefusedException(Refusal.SignatureMissing, $"{name}: a signature is not valid");
            }

            // Every part of the key must be new, so that each counted signature stands for another key.
            if (!key.Parts.All(signed.Add))
            {
                throw new RefusedException(Refusal.SignatureMissing, $"{name}: one key signed twice");
            }

            count++;
        }

        if (count < role.Threshold)
        {
            throw new RefusedException(Refusal.SignatureMissing, $"{name}: {count} of {role.Threshold} signatures");
        }
    }

    /// <summary>How many distinct keys these are at most: keys that share a part, directly or through others, are one. That is the same in whatever order they come, and never more than can sign beside each other.</summary>
    public static int Distinct(IEnumerable<TufKey> keys)
    {
        var groups = new List<HashSet<string>>();
        foreach (TufKey key in keys)
        {
            var own = new HashSet<string>(key.Parts, StringComparer.Ordinal);
            foreach (HashSet<string> group in groups.FindAll(own.Overlaps))
            {
                own.UnionWith(group);
                groups.Remove(group);
            }

            groups.Add(own);
        }

        return groups.Count;
    }

    /// <summary>Requires that every signer is of one of these roles.</summary>
    public static void RequireNoOther(SignedMetadata metadata, string name, params ReadOnlySpan<RoleKeys> roles)
    {
        foreach (MetadataSignature signature in metadata.Signatures)
        {
            bool known = false;
            foreach (RoleKeys role in roles)
            {
                known |= role.Keys.Any(k => k.KeyId == signature.KeyId);
            }

            if (!known)
            {
                throw new RefusedException(Refusal.SignatureMissing, $"{name}: a signer that is not of the role");
            }
        }
    }
}
