using Gatekeeper.Release.Tuf;

namespace Gatekeeper.Release;

/// <summary>
/// The one place that counts signatures, for every role and both readers (FORMAT.md §4.2, TUF 1.0.34 §5.3.4). In a release file a signature that is not
/// valid or not of the role refuses the file; in a repository's it is not counted, as TUF has it. What counts is the same: distinct public keys.
/// </summary>
internal static class SignatureRule
{
    /// <summary>Requires the role's threshold of valid signatures by distinct public keys, and in a release file no signer beside the role.</summary>
    /// <exception cref="RefusedException"><see cref="Refusal.SignatureMissing"/>.</exception>
    public static void Require(SignedMetadata metadata, RoleKeys role, string name)
    {
        RequireThreshold(metadata, role, name);
        if (metadata.Profile == TufProfile.Device)
        {
            RequireNoOther(metadata, name, role);
        }
    }

    /// <summary>Requires the role's threshold of valid signatures by distinct public keys. Signers that are not of the role are passed over: judge them with <see cref="RequireNoOther"/>.</summary>
    public static void RequireThreshold(SignedMetadata metadata, RoleKeys role, string name)
    {
        bool strict = metadata.Profile == TufProfile.Device;
        byte[] message = [.. metadata.SignedBytes];
        List<HashSet<string>> people = People(role.Keys);
        var signedParts = new HashSet<string>(StringComparer.Ordinal);
        var signedPeople = new HashSet<HashSet<string>>(ReferenceEqualityComparer.Instance);
        foreach (MetadataSignature signature in metadata.Signatures)
        {
            TufKey? key = role.Keys.FirstOrDefault(k => k.KeyId == signature.KeyId);
            if (key is not { IsKnown: true })
            {
                continue; // an unknown type is neither checked nor counted
            }

            if (!key.Verify(message, signature.Value.AsSpan()))
            {
                if (strict)
                {
                    throw new RefusedException(Refusal.SignatureMissing, $"{name}: a signature is not valid");
                }

                continue;
            }

            if (strict && !key.Parts.All(signedParts.Add))
            {
                throw new RefusedException(Refusal.SignatureMissing, $"{name}: one key signed twice");
            }

            signedPeople.Add(people.Single(p => p.Contains(key.Parts[0])));
        }

        if (signedPeople.Count < role.Threshold)
        {
            throw new RefusedException(Refusal.SignatureMissing, $"{name}: {signedPeople.Count} of {role.Threshold} signatures");
        }
    }

    /// <summary>How many distinct keys these are: the largest threshold they can meet.</summary>
    public static int Distinct(IEnumerable<TufKey> keys) => People(keys).Count;

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

    // The parts of keys, put together where keys share one, directly or through others. The same in whatever order the keys come.
    private static List<HashSet<string>> People(IEnumerable<TufKey> keys)
    {
        var people = new List<HashSet<string>>();
        foreach (TufKey key in keys)
        {
            var own = new HashSet<string>(key.Parts, StringComparer.Ordinal);
            foreach (HashSet<string> other in people.FindAll(own.Overlaps))
            {
                own.UnionWith(other);
                people.Remove(other);
            }

            people.Add(own);
        }

        return people;
    }
}
