using System.Text;
using Gatekeeper.Release;
using Gatekeeper.Release.Tuf;
using Gatekeeper.Vectors;

namespace Gatekeeper.Fuzz;

/// <summary>The parsers of ordinary TUF repositories. Their corpus is what other tools made (tests/corpora/tuf).</summary>
internal static class TufTargets
{
    private static readonly string[] Words =
    [
        "\"", "{", "}", "[", "]", ":", ",", " ", "\\u0000", "\\ud83c", "\\/", "-0", "1.0", "1e3", "9007199254740992", "true", "null", "\"sig\":\"\"", "\"keyid\":", "\"threshold\":0",
        "\"paths\":[\"*\"]", "\"path_hash_prefixes\":[\"\"]", "\"terminating\":true", "\"succinct_roles\":{", "\"bit_length\":32", "\"hashes\":{\"sha512\":", "2030-01-01T00:00:00.5+01:00",
    ];

    public static IEnumerable<FuzzTarget> All =>
    [
        new("tuf-json", () => Files("*.json"), RunJson) { Words = Words, MaxAllocated = 64 * 1024 * 1024 },
        new("tuf-metadata", () => Files("*.json"), RunMetadata) { Words = Words, Cost = 5 },
        new("tuf-root", () => Files("*root.json"), input => RepositoryTrust.Start(input)) { Words = Words, Cost = 20 },
        new("tuf-key", Keys, RunKey) { Words = ["-----BEGIN PUBLIC KEY-----", "\\n", "\"ecdsa\"", "\"rsa\"", "\"04"] },
        new("tuf-pattern", () => [.. new[] { "*.tgz\na.tgz", "[!a-c]?x/*\nzzx/b", "a*b*c*[\nabcabc[" }.Select(Encoding.UTF8.GetBytes)], RunPattern) { Words = ["*", "?", "[", "]", "[!", "-", "/", "\n"] },
    ];

    private static List<byte[]> Files(string name) =>
        [.. Directory.GetFiles(Path.Combine(Repository.Root, "tests", "corpora", "tuf"), name, SearchOption.AllDirectories).Order(StringComparer.Ordinal).Select(File.ReadAllBytes)];

    private static List<byte[]> Keys() =>
    [
        .. Files("?.root.json").Select(file => RepositoryJson.Parse(file)).OfType<JsonObject>()
            .Select(file => file["signed"]).OfType<JsonObject>().Select(signed => signed["keys"]).OfType<JsonObject>()
            .SelectMany(keys => keys.Members.Values).Select(CanonicalJson.WriteAny).DistinctBy(Convert.ToHexString),
    ];

    /// <summary>What is read is written in a form that reads as the same again, and the strict reader agrees wherever it reads it at all.</summary>
    private static void RunJson(byte[] input)
    {
        byte[] canonical = CanonicalJson.WriteAny(RepositoryJson.Parse(input));
        if (canonical.AsSpan().ContainsAnyInRange((byte)0, (byte)0x1F))
        {
            return; // raw control characters are canonical and no JSON
        }

        if (!CanonicalJson.WriteAny(RepositoryJson.Parse(canonical)).AsSpan().SequenceEqual(canonical))
        {
            throw new InvalidOperationException("the canonical form is not its own canonical form");
        }

        if (!CanonicalJson.Write(CanonicalJson.Parse(canonical)).AsSpan().SequenceEqual(canonical))
        {
            throw new InvalidOperationException("two readers read the canonical form differently");
        }
    }

    private static void RunMetadata(byte[] input)
    {
        JsonObject signed = SignedMetadata.Parse(input, TufProfile.Repository).Signed;
        string type = signed["_type"] is JsonString text ? text.Value : "";
        if (type is "root" or "timestamp" or "snapshot")
        {
            _ = type switch
            {
                "root" => (object)RootMetadata.Parse(signed, TufProfile.Repository),
                "timestamp" => TimestampMetadata.Parse(signed, TufProfile.Repository),
                _ => SnapshotMetadata.Parse(signed, TufProfile.Repository),
            };
            return;
        }

        TargetsMetadata targets = TargetsMetadata.Parse(signed, TufProfile.Repository);
        var walk = new DelegationWalk("role/target.txt", targets, Limits.MaxRepositoryRoles);
        for (int roles = 0; walk.Next() is not null; roles++)
        {
            walk.Look(targets);
            if (roles > Limits.MaxRepositoryRoles)
            {
                throw new InvalidOperationException("a search without end");
            }
        }
    }

    private static void RunKey(byte[] input)
    {
        TufKey key = TufKey.Parse("any", RepositoryJson.Parse(input), TufProfile.Repository);
        if (key.Verify("what is signed"u8, input))
        {
            throw new InvalidOperationException("a key that takes anything for a signature");
        }
    }

    private static void RunPattern(byte[] input)
    {
        string[] lines = Encoding.Latin1.GetString(input).Split('\n', 2);
        bool matches = PathPattern.Matches(lines[0], lines[^1]);
        if (!PathPattern.Matches("*", lines[0].Replace('/', '-')) || (PathPattern.IsPlain(lines[0]) && !lines[0].AsSpan().ContainsAny('*', '?') && !PathPattern.Matches(lines[0], lines[0])))
        {
            throw new InvalidOperationException("a pattern that does not match what it must");
        }

        if (!matches)
        {
            throw new RefusedException(Refusal.MetadataMismatch, PathPattern.IsPlain(lines[0]) ? "no match" : "no match, and not for devices");
        }
    }
}
