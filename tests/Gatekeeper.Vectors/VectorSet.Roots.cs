using System.Security.Cryptography;
using System.Text;
using Gatekeeper.Release;

namespace Gatekeeper.Vectors;

public static partial class VectorSet
{
    private static IEnumerable<(Vector, Func<byte[]>)> Roots() =>
    [
        Make("root_signed_by_new_keys_only", "R-48", Refusal.RootUnknown, "root 2 has other keys and only those signed", f => f.AddRoot("x-1", "x-2").Root = ["x-1", "x-2"]),
        Make("root_signed_by_old_keys_only", "R-48", Refusal.SignatureMissing, "root 2 has other keys and only the old ones signed", f => f.AddRoot("root-1", "root-2").Root = ["x-1", "x-2"]),
        Make("root_one_old_signature", "R-48", Refusal.RootUnknown, "one of two old keys signed", f => f.AddRoot("root-1", "x-1", "x-2").Root = ["root-1", "x-1", "x-2"]),
        Make("root_one_new_signature", "R-48", Refusal.SignatureMissing, "one of two new keys signed", f => f.AddRoot("root-1", "root-2", "x-1").Root = ["x-1", "x-2"]),
        Make("root_signed_by_stranger_too", "R-38", Refusal.SignatureMissing, "both thresholds are met and a stranger signed too", f => f.AddRoot("root-1", "root-2", "stranger")),
        Make("root_version_jumps", "R-48", Refusal.RootUnknown, "what stands as root 2 is version 3", f => f.AddRoot("root-1", "root-2").File.Version = 3),
        Make("root_version_stays", "R-48", Refusal.RootUnknown, "what stands as root 2 is version 1", f => f.AddRoot("root-1", "root-2").File.Version = 1),
        Make("root_version_too_large", "R-24", Bad, "version 257", f => f.AddRoot("root-1", "root-2").File.Version = 257),
        Make(new Vector("root_2_good_root_3_not", "R-48", Refusal.RootUnknown, "root 2 follows and is kept, root 3 is by strangers") { RootAfter = 2 }, f =>
        {
            f.AddRoot("root-1", "root-2");
            f.AddRoot("x-1", "x-2").Root = ["x-1", "x-2"];
        }),
        Make(new Vector("root_kept_though_release_is_refused", "R-48", Refusal.OtherProduct, "root 2 is kept from another product's release") { RootAfter = 2 }, f =>
        {
            f.AddRoot("root-1", "root-2");
            f.Product = "XR9";
        }),
        Make(new Vector("root_withdraws_targets_keys", "R-48", Refusal.SignatureMissing, "root 2 withdraws the keys that signed the targets") { RootAfter = 2 }, f =>
            f.AddRoot("root-1", "root-2").Targets = ["targets-4", "targets-5"]),
        InRoot("root_threshold_zero", "R-35", Bad, "a threshold of 0", t => t.Set("roles/timestamp/threshold", "0")),
        InRoot("root_threshold_negative", "R-35", Bad, "a threshold of -1", t => t.Set("roles/timestamp/threshold", "-1")),
        InRoot("root_threshold_above_keys", "R-35", Bad, "a threshold of 2 with one key", t => t.Set("roles/timestamp/threshold", "2")),
        InRoot("root_threshold_huge", "R-35", Bad, "a threshold of 2^32 + 1, which is 1 in 32 bits", t => t.Set("roles/timestamp/threshold", "4294967297")),
        InRoot("root_one_key_under_two_ids", "R-34", Bad, "a threshold of 2 and one key under two ids", t =>
            AddKey(t, TwinForm("timestamp-1"), "timestamp").Set("roles/timestamp/threshold", "2")),
        InRoot("root_key_id_wrong", "R-31", Bad, "a key under an id that is not its hash", t => t
            .Set($"keys/{TestKey.Of("timestamp-1").Id}", null)
            .Set($"keys/{new string('a', 64)}", KeyForm(TestKey.Of("timestamp-1").PublicHex))
            .Set("roles/timestamp/keyids", $"[\"{new string('a', 64)}\"]")),
        InRoot("root_key_id_unknown", "R-41", Bad, "a role names a key that is not there", t => t.Swap("\"timestamp\":{\"keyids\":[\"", $"\"timestamp\":{{\"keyids\":[\"{new string('b', 64)}\",\"")),
        InRoot("root_key_id_twice", "R-41", Bad, "a role names one key id twice", t => t.Swap("\"timestamp\":{\"keyids\":[", $"\"timestamp\":{{\"keyids\":[\"{TestKey.Of("timestamp-1").Id}\",")),
        InRoot("root_key_short", "R-32", Bad, "an Ed25519 key of 31 bytes", t => AddKey(t, KeyForm(new string('1', 62)), "timestamp")),
        InRoot("root_key_upper_case", "R-32", Bad, "an Ed25519 key in capitals", t => AddKey(t, KeyForm(TestKey.Of("x").PublicHex.ToUpperInvariant()), "timestamp")),
        InRoot("root_key_of_small_order", "R-32", Bad, "an Ed25519 key for which anyone can sign", t => AddKey(t, KeyForm("01" + new string('0', 62)), "timestamp")),
        InRoot("root_key_of_small_order_signed", "R-32", Bad, "the same with its sign bit set", t => AddKey(t, KeyForm("01" + new string('0', 60) + "80"), "timestamp")),
        InRoot("root_key_second_spelling", "R-32", Bad, "an Ed25519 key whose y is not below p", t => AddKey(t, KeyForm("f0" + new string('f', 60) + "7f"), "timestamp")),
        InRoot("root_role_missing", "R-41", Bad, "no snapshot role", t => t.Set("roles/snapshot", null)),
        InRoot("root_not_consistent", "R-40", Bad, "consistent_snapshot is false", t => t.Set("consistent_snapshot", "false")),
        InRoot("root_consistent_missing", "R-40", Bad, "consistent_snapshot is not there", t => t.Set("consistent_snapshot", null)),
        InRoot("root_unusable", "R-36", Refusal.RootUnusable, "the timestamp role has only a key of an unknown type", t => AddUnknownKey(t, "timestamp").Swap($",\"{TestKey.Of("timestamp-1").Id}\"],", "],")),
        Make("root_by_strangers_with_broken_keys", "R-39", Refusal.RootUnknown, "root 2 is by strangers and its keys are broken: they are not looked at", f =>
        {
            RootPlan root = f.AddRoot("x-1", "x-2");
            root.File.BeforeSigning = t => AddKey(t, KeyForm("00"), "timestamp");
        }),
    ];

    /// <summary>A root 2 that is signed by all it needs, with one defect in it.</summary>
    private static (Vector, Func<byte[]>) InRoot(string name, string rule, Refusal expect, string about, Func<string, string> change) =>
        Make(name, rule, expect, about, f => f.AddRoot("root-1", "root-2").File.BeforeSigning = change);

    private static string KeyForm(string hex) => $$"""{"keytype":"ed25519","keyval":{"public":"{{hex}}"},"scheme":"ed25519"}""";

    /// <summary>The same public key with one member more, so with another id.</summary>
    internal static string TwinForm(string name) => KeyForm(TestKey.Of(name).PublicHex).Replace("{\"keytype\"", "{\"a\":1,\"keytype\"", StringComparison.Ordinal);

    private static string AddKey(string root, string form, string role)
    {
        string id = IdOf(form);
        return root.Set($"keys/{id}", form).Swap($"\"{role}\":{{\"keyids\":[", $"\"{role}\":{{\"keyids\":[\"{id}\",");
    }

    internal static string IdOf(string form) => Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(form)));
}
