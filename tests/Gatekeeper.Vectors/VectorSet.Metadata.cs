using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using Gatekeeper.Release;

namespace Gatekeeper.Vectors;

public static partial class VectorSet
{
    internal const string UnknownKeyForm = """{"keytype":"x-later","keyval":{"public":"00"},"scheme":"x-later"}""";

    private static string UnknownKeyId => Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(UnknownKeyForm)));

    private static IEnumerable<(Vector, Func<byte[]>)> Metadata() =>
    [
        InSigned("metadata_type", "R-22", "another role's type", t => t.Set("_type", "\"snapshot\"")),
        InSigned("metadata_spec_version_2", "R-23", "specification 2.0.0", t => t.Set("spec_version", "\"2.0.0\"")),
        InSigned("metadata_spec_version_1_1", "R-23", "specification 1.1", t => t.Set("spec_version", "\"1.1\"")),
        InSigned("metadata_version_zero", "R-24", "version 0", t => t.Set("version", "0")),
        InSigned("metadata_version_negative", "R-24", "version -1", t => t.Set("version", "-1")),
        InSigned("metadata_version_text", "R-24", "a version in quotes", t => t.Set("version", "\"1\"")),
        InSigned("metadata_version_missing", "R-24", "no version", t => t.Set("version", null)),
        InSigned("metadata_expires_date_only", "R-24", "a date without time", t => t.Set("expires", "\"2040-01-01\"")),
        InSigned("metadata_expires_offset", "R-24", "a time with an offset", t => t.Set("expires", "\"2040-01-01T00:00:00+00:00\"")),
        InSigned("metadata_expires_day_31", "R-24", "the 31st of June", t => t.Set("expires", "\"2040-06-31T00:00:00Z\"")),
        InSigned("metadata_timestamp_names_more", "R-42", "the timestamp names a second file", t => t.Set("meta/other.json", "{\"version\":1}")),
        InSigned("metadata_timestamp_names_none", "R-42", "the timestamp names no snapshot", t => t.Set("meta", "{}")),
        InSigned("metadata_hash_of_another_kind", "R-44", "only a SHA-512 is stated", t => t.Set("meta/snapshot.json/hashes", "{\"sha512\":\"00\"}")),
        Make("metadata_snapshot_names_no_targets", "R-43", Bad, "the snapshot names no targets", f => f.Snapshot.BeforeSigning = t => t.Set("meta", "{}")),
        Make("metadata_target_without_hash", "R-44", Bad, "a target without a hash", f => f.Targets.BeforeSigning = t => t.Set("targets/other", "{\"hashes\":{},\"length\":1}")),
        Make("signature_missing", "R-35", Refusal.SignatureMissing, "no signature at all", f => f.Timestamp.Signers.Clear()),
        Make("signature_below_threshold", "R-35", Refusal.SignatureMissing, "one of two people signed", f => f.Targets.Signers.RemoveAt(1)),
        Make("signature_wrong", "R-37", Refusal.SignatureMissing, "one bit of a signature is wrong", f => f.Timestamp.AfterSigning = t => Signature(t, s => Flip(s, 20))),
        Make("signature_of_other_bytes", "R-37", Refusal.SignatureMissing, "the signed part changed after signing", f => f.Timestamp.AfterSigning = t => t.Swap("2040-", "2041-")),
        Make("signature_short", "R-37", Refusal.SignatureMissing, "a signature of 63 bytes", f => f.Timestamp.AfterSigning = t => Signature(t, s => s[..126])),
        Make("signature_long", "R-37", Refusal.SignatureMissing, "a signature of 65 bytes", f => f.Timestamp.AfterSigning = t => Signature(t, s => s + "00")),
        Make("signature_second_form", "R-37", Refusal.SignatureMissing, "S plus the group's order: the same signature in another form", f => f.Timestamp.AfterSigning = t => Signature(t, PlusOrder)),
        Make("signature_third_wrong", "R-37", Refusal.SignatureMissing, "two good signatures and a wrong one", f =>
        {
            f.Targets.Signers.Add("targets-3");
            f.Targets.AfterSigning = t => Signature(t, s => Flip(s, 64));
        }),
        Make("signature_stranger_too", "R-38", Refusal.SignatureMissing, "the threshold is met and a stranger signed too", f => f.Targets.Signers.Add("stranger")),
        Make("signature_other_role", "R-38", Refusal.SignatureMissing, "signed with the snapshot's key instead of the timestamp's", f =>
        {
            f.Timestamp.Signers.Clear();
            f.Timestamp.Signers.Add("snapshot-1");
        }),
        Make("signature_all_by_strangers", "R-35", Refusal.SignatureMissing, "a whole file by another maker", f =>
        {
            f.Roots[0] = new RootPlan("x-1", "x-2") { Root = ["x-1", "x-2"], Timestamp = ["x-3"], Snapshot = ["x-4"], Targets = ["x-5", "x-6"] };
            Resign(f.Timestamp, "x-3");
            Resign(f.Snapshot, "x-4");
            Resign(f.Targets, "x-5", "x-6");
        }),
        Make("signature_none_is_known", "R-33", Refusal.SignatureMissing, "only a signature of an unknown key type, by nobody of the role", f => f.Timestamp.AfterSigning = t => Signatures(t, _ => [$$"""{"keyid":"{{UnknownKeyId}}","sig":"00"}"""])),
        Make(new Vector("signature_unknown_type_not_counted", "R-33", Refusal.SignatureMissing, "one person and one key of an unknown type") { RootAfter = 2 }, f =>
        {
            f.AddRoot("root-1", "root-2").File.BeforeSigning = t => AddUnknownKey(t, "targets");
            f.Targets.Signers.RemoveAt(1);
            f.Targets.AfterSigning = t => AddSignature(t, UnknownKeyId, "00");
        }),
    ];

    private static void Resign(RolePlan role, params ReadOnlySpan<string> signers)
    {
        role.Signers.Clear();
        role.Signers.AddRange(signers);
    }

    private static string Flip(string hex, int at) => hex[..at] + (hex[at] == '0' ? '1' : '0') + hex[(at + 1)..];

    // RFC 8032 §5.1: the order of the group. S must be below it, or every signature has two forms.
    private static string PlusOrder(string hex)
    {
        byte[] signature = Convert.FromHexString(hex);
        BigInteger order = BigInteger.Pow(2, 252) + BigInteger.Parse("27742317777372353535851937790883648493", null);
        BigInteger s = new BigInteger(signature.AsSpan(32), isUnsigned: true) + order;
        signature.AsSpan(32).Clear();
        s.TryWriteBytes(signature.AsSpan(32), out _, isUnsigned: true);
        return Convert.ToHexStringLower(signature);
    }

    private static string AddUnknownKey(string root, string role) =>
        root.Set($"keys/{UnknownKeyId}", UnknownKeyForm).Swap($"\"{role}\":{{\"keyids\":[", $"\"{role}\":{{\"keyids\":[\"{UnknownKeyId}\",");
}
