using System.Text;
using Gatekeeper.Release;

namespace Gatekeeper.Vectors;

public static partial class StatementSet
{
    private const Refusal Malformed = Refusal.MetadataMalformed;

    private static IEnumerable<(StatementVector, Func<byte[]>)> SiteRoots() =>
    [
        FirstSite("good_site_root", "R-90", null, "a site root", t => t),
        FirstSite("good_site_root_any_version", "R-91", null, "a site root that is not the site's first", t => t.Set("version", $"{Limits.MaxRoots}")),
        FirstSite("good_site_root_signed_by_the_one_before", "R-91", null, "version 2, signed by those of version 1 as well", _ => StatementForge.SiteText(2, "x-1", "x-2"), "site-1", "site-2", "x-1", "x-2"),
        FirstSite("good_site_root_name", "R-90", null, "a name in another script", t => t.Set("name", $"\"{Latin("Klinik Zürich 聖安娜")}\"")),
        FirstSite("good_site_root_key_types", "R-90", null, "keys of three types", _ => StatementForge.SiteText(1, "p256.site", "rsa", "site-1"), "p256.site", "rsa"),
        FirstSite("good_site_root_unknown_key_type", "R-90", null, "a key of an unknown type beside the others", t => WithKey(t, VectorSet.UnknownKeyForm)),
        .. Shared("site_root", (name, rule, expect, about, change) => FirstSite(name, rule, expect, about, change)),
        FirstSite("site_root_one_signature", "R-91", Silent, "one of two people signed", t => t, "site-3"),
        FirstSite("site_root_stranger_too", "R-91", Silent, "the threshold is met and a stranger signed too", t => t, "site-1", "site-2", "stranger"),
        FirstSite("site_root_unknown_key_type_not_counted", "R-91", Silent, "a threshold of 4, of which only three keys can be checked", t => WithKey(t, VectorSet.UnknownKeyForm).Set("threshold", "4"), "site-1", "site-2", "site-3"),
        FirstSite("site_root_threshold_zero", "R-90", Malformed, "a threshold of 0", t => t.Set("threshold", "0")),
        FirstSite("site_root_threshold_negative", "R-90", Malformed, "a threshold of -1", t => t.Set("threshold", "-1")),
        FirstSite("site_root_threshold_above_keys", "R-90", Malformed, "a threshold of 4 with three keys", t => t.Set("threshold", "4")),
        FirstSite("site_root_threshold_huge", "R-90", Malformed, "a threshold of 2^32 + 1, which is 1 in 32 bits", t => t.Set("threshold", "4294967297")),
        FirstSite("site_root_one_key_under_two_ids", "R-90", Malformed, "a threshold of 4, three keys and one of them again under another id", t => WithKey(t, VectorSet.TwinForm("site-1")).Set("threshold", "4")),
        FirstSite("site_root_key_id_twice", "R-90", Malformed, "one key id twice", t => t.Swap("\"keyids\":[", $"\"keyids\":[\"{TestKey.Of("site-1").Id}\",")),
        FirstSite("site_root_key_id_unknown", "R-90", Malformed, "a key id without a key", t => t.Swap("\"keyids\":[", $"\"keyids\":[\"{new string('b', 64)}\",")),
        FirstSite("site_root_key_not_named", "R-90", Malformed, "a key that is not among the key ids", t => t.Set($"keys/{TestKey.Of("x").Id}", Encoding.Latin1.GetString(CanonicalJson.Write(TestKey.Of("x").Key.Form)))),
        FirstSite("site_root_key_id_wrong", "R-90", Malformed, "a key under an id that is not its hash", t => t.Replace(TestKey.Of("site-3").Id, new string('a', 64), StringComparison.Ordinal).Set("x", null)),
        FirstSite("site_root_key_of_small_order", "R-90", Malformed, "an Ed25519 key for which anyone can sign", t => WithKey(t, $$"""{"keytype":"ed25519","keyval":{"public":"01{{new string('0', 62)}}"},"scheme":"ed25519"}""")),
        FirstSite("site_root_too_long", "R-81", Malformed, "longer than the limit", t => t.Set("x_note", $"\"{new string('n', Limits.MaxSiteRootBytes)}\"")),
        FirstSite("site_root_version_zero", "R-90", Bad, "version 0", t => t.Set("version", "0")),
        FirstSite("site_root_version_too_large", "R-90", Bad, "version 257", t => t.Set("version", "257")),
        FirstSite("site_root_name_empty", "R-90", Bad, "an empty name", t => t.Set("name", "\"\"")),
        FirstSite("site_root_name_too_long", "R-90", Bad, "a name of 65 characters", t => t.Set("name", $"\"{new string('n', 65)}\"")),
        FirstSite("site_root_name_line_feed", "R-90", Bad, "a name of two lines", t => t.Set("name", "\"St.\nAnna\"")),
        FirstSite("site_root_name_direction", "R-90", Bad, "a name that turns the direction of what follows", t => t.Set("name", $"\"{Latin("\u202Eanna")}\"")),
        FirstSite("site_root_name_space", "R-90", Bad, "a name that ends in a space", t => t.Set("name", "\"St. Anna \"")),
        FirstSite("site_root_name_missing", "R-90", Bad, "no name", t => t.Set("name", null)),
    ];

    private static IEnumerable<(StatementVector, Func<byte[]>)> Successors() =>
    [
        Site("good_site_successor", "R-92", null, "one key replaced", () => StatementForge.SiteText(2, "site-1", "site-2", "x-1")),
        Site("good_site_successor_all_keys", "R-92", null, "all keys replaced, signed by old and new", () => StatementForge.SiteText(2, "x-1", "x-2"), "site-1", "site-3", "x-1", "x-2"),
        Site("site_successor_by_old_keys_only", "R-92", Bad, "other keys and only the old ones signed", () => StatementForge.SiteText(2, "x-1", "x-2")),
        Site("site_successor_by_new_keys_only", "R-92", Silent, "other keys and only those signed", () => StatementForge.SiteText(2, "x-1", "x-2"), "x-1", "x-2"),
        Site("site_successor_one_old_signature", "R-92", Silent, "one of two old keys signed", () => StatementForge.SiteText(2, "x-1", "x-2"), "site-1", "x-1", "x-2"),
        Site("site_successor_one_new_signature", "R-92", Bad, "one of two new keys signed", () => StatementForge.SiteText(2, "x-1", "x-2"), "site-1", "site-2", "x-1"),
        Site("site_successor_stranger_too", "R-92", Silent, "both thresholds are met and a stranger signed too", () => StatementForge.SiteText(2, "site-1", "site-2"), "site-1", "site-2", "stranger"),
        Site("site_successor_version_jumps", "R-92", Refusal.SiteRootGap, "version 3", () => StatementForge.SiteText(3, "site-1", "site-2")),
        Site("site_successor_version_stays", "R-92", Refusal.SiteRootKnown, "version 1, with other keys", () => StatementForge.SiteText(1, "site-1", "site-2")),
        Site("site_successor_keys_broken", "R-92", Bad, "a broken key, signed by the old ones", () => WithKey(StatementForge.SiteText(2, "site-1", "site-2"), """{"keytype":"ed25519","keyval":{"public":"00"},"scheme":"ed25519"}""")),
        Site("site_successor_by_strangers_with_broken_keys", "R-92", Silent, "by strangers and its keys are broken: they are not looked at", () => WithKey(StatementForge.SiteText(2, "x-1", "x-2"), """{"keytype":"ed25519","keyval":{"public":"00"},"scheme":"ed25519"}"""), "x-1", "x-2"),
        Site("site_successor_threshold_zero", "R-92", Bad, "a threshold of 0, signed by the old ones", () => StatementForge.SiteText(2, "site-1", "site-2").Set("threshold", "0")),
        Site("site_file_is_a_permit", "R-82", Bad, "a permit, signed by the site", () => StatementForge.DowngradeText),
    ];

    private static IEnumerable<(StatementVector, Func<byte[]>)> Approvals() =>
    [
        InApproval("good_approval", "R-93", null, "an approval", t => t),
        InApproval("good_approval_withdrawn", "R-93", null, "a withdrawal", t => t.Set("decision", "\"withdraw\"").Set("sequence", "9007199254740991")),
        .. Shared("approval", InApproval),
        Site("approval_one_signature", "R-94", Silent, "one of two people signed", () => StatementForge.ApprovalText, "site-1"),
        Site("approval_stranger_too", "R-94", Silent, "the threshold is met and a stranger signed too", () => StatementForge.ApprovalText, "site-1", "site-2", "stranger"),
        Site("approval_by_the_manufacturer", "R-94", Silent, "signed by those who sign releases", () => StatementForge.ApprovalText, "targets-1", "targets-2"),
        InApproval("approval_decision_unknown", "R-93", Bad, "a third decision", t => t.Set("decision", "\"postpone\"")),
        InApproval("approval_decision_missing", "R-93", Bad, "no decision", t => t.Set("decision", null)),
        InApproval("approval_digest_short", "R-93", Bad, "a digest of 31 bytes", t => t.Set("digest", $"\"{new string('5', 62)}\"")),
        InApproval("approval_digest_missing", "R-93", Bad, "an approval of anything", t => t.Set("digest", null)),
        InApproval("approval_product_with_space", "R-93", Bad, "a product with a space", t => t.Set("product", "\"PM 200\"")),
        InApproval("approval_sequence_zero", "R-93", Bad, "sequence 0", t => t.Set("sequence", "0")),
        InApproval("approval_sequence_text", "R-93", Bad, "a sequence in quotes", t => t.Set("sequence", "\"1\"")),
        InApproval("approval_too_long", "R-81", Malformed, "longer than the limit", t => t.Set("x_note", $"\"{new string('n', Limits.MaxApprovalFileBytes)}\"")),
    ];

    /// <summary>Adds a key, and names it.</summary>
    private static string WithKey(string site, string form)
    {
        string id = VectorSet.IdOf(form);
        return site.Set($"keys/{id}", form).Swap("\"keyids\":[", $"\"keyids\":[\"{id}\",");
    }

    // UTF-8, one character a byte.
    private static string Latin(string text) => Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(text));
}
