using System.Text;
using Gatekeeper.Release;

namespace Gatekeeper.Vectors;

public static partial class StatementSet
{
    private static IEnumerable<(StatementVector, Func<byte[]>)> Permits() =>
    [
        InDowngrade("good_permit_downgrade", "R-83", null, "a permit for one release below the floor", t => t),
        Permit("good_permit_all_three_sign", "R-81", null, "more signatures than the threshold", () => StatementForge.DowngradeText, "permit-1", "permit-2", "permit-3"),
        .. Shared("permit", InDowngrade),
        Permit("permit_one_signature", "R-81", Silent, "one of two people signed", () => StatementForge.DowngradeText, "permit-2"),
        Permit("permit_stranger_too", "R-81", Silent, "the threshold is met and a stranger signed too", () => StatementForge.DowngradeText, "permit-1", "permit-2", "stranger"),
        Permit("permit_signed_by_targets_keys", "R-80", Silent, "signed by those who sign releases", () => StatementForge.DowngradeText, "targets-1", "targets-2"),
        Permit("permit_malformed_and_one_signature", "R-81", Silent, "one signature, and what is signed breaks every rule", () => "{}", "permit-1"),
        Then(InDowngrade("permit_no_signature", "R-81", Silent, "no signature at all", t => t), t => t[..t.IndexOf('[', StringComparison.Ordinal)] + "[" + t[t.IndexOf(']', StringComparison.Ordinal)..]),
        Then(InDowngrade("permit_signature_of_other_bytes", "R-81", Silent, "the digest changed after signing", t => t), t => t.Swap(StatementForge.Digest, new string('6', 64))),
        Then(InDowngrade("permit_signature_twice", "R-81", Refusal.MetadataMalformed, "one signature stands there twice", t => t), t => t.Swap("[{\"keyid\"", $"[{t[(t.IndexOf('[', StringComparison.Ordinal) + 1)..(t.IndexOf('}', StringComparison.Ordinal) + 1)]},{{\"keyid\"")),
        Then(InDowngrade("permit_member_outside", "R-81", Refusal.MetadataMalformed, "a member beside what is signed", t => t), t => t.Swap("{\"signatures\"", "{\"note\":1,\"signatures\"")),
        Then(InDowngrade("permit_trailing_byte", "R-81", Refusal.MetadataMalformed, "a line end behind the file", t => t), t => t + "\n"),
        InDowngrade("permit_too_long", "R-81", Refusal.MetadataMalformed, "longer than the limit", t => t.Set("x_note", $"\"{new string('n', Limits.MaxPermitBytes)}\"")),
        InDowngrade("permit_product_empty", "R-83", Bad, "an empty product", t => t.Set("product", "\"\"")),
        InDowngrade("permit_product_missing", "R-83", Bad, "no product", t => t.Set("product", null)),
        InDowngrade("permit_action_unknown", "R-83", Newer, "an action that no reader knows", t => t.Set("action", "\"open-port\"")),
        InDowngrade("permit_action_missing", "R-83", Bad, "no action", t => t.Set("action", null)),
        InDowngrade("permit_action_in_capitals", "R-83", Newer, "an action spelled another way", t => t.Set("action", "\"Downgrade\"")),
        InDowngrade("permit_challenge_missing", "R-84", Bad, "a downgrade that nobody asked for", t => t.Set("challenge", null)),
        InDowngrade("permit_challenge_null", "R-84", Bad, "null for a challenge", t => t.Set("challenge", "null")),
        InDowngrade("permit_challenge_member", "R-82", Bad, "a third member in the challenge", t => t.Set("challenge/count", "2")),
        InDowngrade("permit_challenge_without_device", "R-84", Bad, "a downgrade for any device", t => t.Set("challenge/device", "\"\"")),
        InDowngrade("permit_challenge_device_dash", "R-84", Bad, "a device that is called like none", t => t.Set("challenge/device", "\"-\"")),
        InDowngrade("permit_challenge_device_path", "R-84", Bad, "a device id with a slash", t => t.Set("challenge/device", "\"a/b\"")),
        InDowngrade("permit_challenge_device_too_long", "R-84", Bad, "a device id of 65 characters", t => t.Set("challenge/device", $"\"{new string('d', 65)}\"")),
        InDowngrade("permit_nonce_lower_case", "R-84", Bad, "a nonce as somebody typed it", t => t.Set("challenge/nonce", $"\"{StatementForge.Nonce.ToLowerInvariant()}\"")),
        InDowngrade("permit_nonce_no_dashes", "R-84", Bad, "a nonce in one piece", t => t.Set("challenge/nonce", $"\"{StatementForge.Nonce.Replace("-", "", StringComparison.Ordinal)}\"")),
        InDowngrade("permit_nonce_letter_o", "R-84", Bad, "the letter O for a zero", t => t.Swap("\"0123-", "\"O123-")),
        InDowngrade("permit_nonce_short", "R-84", Bad, "a nonce of 19 characters", t => t.Swap("-GHJK\"", "-GHJ\"")),
        InDowngrade("permit_nonce_empty", "R-84", Bad, "an empty nonce", t => t.Set("challenge/nonce", "\"\"")),
    ];

    private static IEnumerable<(StatementVector, Func<byte[]>)> PermitSubjects() =>
    [
        InDowngrade("permit_digest_missing", "R-83", Bad, "a downgrade to any release", t => t.Set("digest", null)),
        InDowngrade("permit_digest_short", "R-83", Bad, "a digest of 31 bytes", t => t.Set("digest", $"\"{new string('5', 62)}\"")),
        InDowngrade("permit_digest_upper_case", "R-83", Bad, "a digest in capitals", t => t.Set("digest", $"\"{new string('A', 64)}\"")),
        InDowngrade("permit_downgrade_with_site_root", "R-83", Bad, "a downgrade that removes the site root as well", t => t.Set("site_root", "null")),
        InDowngrade("permit_downgrade_with_device", "R-83", Bad, "a downgrade with facts beside it", t => t.Set("device", "{}")),
        Permit("good_permit_site_root", "R-89", null, "a permit that sets the site root", () => StatementForge.SiteRootText),
        Permit("good_permit_site_root_removed", "R-83", null, "a permit that removes the site root", () => StatementForge.SiteRootText.Set("site_root", "null")),
        Permit("permit_site_root_missing", "R-83", Bad, "nothing for a site root", () => StatementForge.SiteRootText.Set("site_root", null)),
        Permit("permit_site_root_unasked", "R-84", Bad, "a site root without a challenge", () => StatementForge.SiteRootText.Set("challenge", null)),
        Permit("permit_site_root_text", "R-89", Bad, "a text for a site root", () => StatementForge.SiteRootText.Set("site_root", "\"x\"")),
        Permit("permit_site_root_one_signature", "R-89", Bad, "one of two people signed the site root", () => StatementForge.SiteRootText.Set("site_root", Encoding.Latin1.GetString(StatementForge.Sign(StatementForge.SiteText(1, "site-1", "site-2", "site-3"), "site-1")))),
        Permit("permit_site_root_format_2", "R-89", Newer, "a site root of format 2", () => StatementForge.SiteRootText.Set("site_root", Encoding.Latin1.GetString(StatementForge.Sign(StatementForge.SiteText(1, "site-1", "site-2").Set("format", "2"), "site-1", "site-2")))),
        InProvision("good_permit_provision", "R-85", null, "a device's first facts", t => t),
        InProvision("good_permit_provision_asked", "R-84", null, "facts for a device that lost them and asked", t => t.Set("challenge", StatementForge.ChallengeText(""))),
        InProvision("good_permit_provision_known_device", "R-84", null, "facts for a device that knows its id and asked", t => t.Set("challenge", StatementForge.ChallengeText(StatementForge.Device))),
        InProvision("good_permit_provision_site_root", "R-89", null, "first facts with a site root", t => t.Set("device/site_root", Encoding.Latin1.GetString(StatementForge.Site))),
        InProvision("permit_provision_without_device", "R-83", Bad, "no facts", t => t.Set("device", null)),
        InProvision("permit_provision_with_digest", "R-83", Bad, "facts that bring a release with them", t => t.Set("digest", $"\"{StatementForge.Digest}\"")),
        InProvision("permit_device_id_dash", "R-85", Bad, "a device that is called like none", t => t.Set("device/id", "\"-\"")),
        InProvision("permit_device_id_too_long", "R-85", Bad, "an id of 65 characters", t => t.Set("device/id", $"\"{new string('d', 65)}\"")),
        InProvision("permit_device_model_missing", "R-85", Bad, "no model", t => t.Set("device/model", null)),
        InProvision("permit_device_revision_too_long", "R-85", Bad, "a hardware revision of 17 characters", t => t.Set("device/hardware_revision", $"\"{new string('C', 17)}\"")),
        InProvision("permit_device_member", "R-82", Bad, "a member that facts do not have", t => t.Set("device/serial", "1")),
        InProvision("permit_device_keys_nine", "R-85", Bad, "nine keys", t => t.Set("device/keys", "[{},{},{},{},{},{},{},{},{}]")),
        InProvision("permit_device_keys_text", "R-85", Bad, "a key that is a text", t => t.Set("device/keys", "[\"k\"]")),
        InProvision("permit_device_key_too_long", "R-85", Bad, "a key longer than the limit", t => t.Set("device/keys", $"[{{\"k\":\"{new string('k', Limits.MaxDeviceKeyBytes)}\"}}]")),
        InProvision("permit_device_site_root_missing", "R-85", Bad, "facts that are silent on the site root", t => t.Set("device/site_root", null)),
        InProvision("permit_device_site_root_changed", "R-89", Bad, "a site root that changed after signing", t => t.Set("device/site_root", Encoding.Latin1.GetString(StatementForge.Site).Swap("Anna", "Anne"))),
    ];
}
