using Gatekeeper.Release;

namespace Gatekeeper.Vectors;

public static partial class VectorSet
{
    private static IEnumerable<(Vector, Func<byte[]>)> Delegations() =>
    [
        Make("good_delegation", "R-45", null, "a plant's role names the release", f => Delegate(f, new DelegatedPlan("plant", "plant-1", "plant-2") { Threshold = 2, HoldsRelease = true })),
        Make("good_delegation_empty", "R-100", null, "delegations without a role", f => f.Targets.BeforeSigning = t => t.Set("delegations", "{\"keys\":{},\"roles\":[]}")),
        Make("good_delegation_unused", "R-104", null, "the targets name the release themselves: no delegated role is in the file", f => Delegate(f, new DelegatedPlan("plant", "plant-1") { InArchive = false })),
        Make("good_delegation_depth_first", "R-103", null, "other paths, then a branch without it, then the line that has it", f => Delegate(
            f,
            new DelegatedPlan("other", "plant-1") { Paths = ["PM300-*"], InArchive = false },
            new DelegatedPlan("first", "plant-1") { Paths = ["PM?00-*.release.json"] },
            new DelegatedPlan("first.line", "plant-2") { Delegator = "first" },
            new DelegatedPlan("second", "plant-3"),
            new DelegatedPlan("second.line", "plant-4") { Delegator = "second", HoldsRelease = true },
            new DelegatedPlan("third", "plant-1") { InArchive = false, HoldsRelease = true })),
        Make("good_delegation_hash_prefix", "R-102", null, "a role for half of all hashes of paths", f => Delegate(
            f,
            new DelegatedPlan("low", "plant-1") { HashPrefixes = PathHashIsLow ? ["8", "9", "a", "b", "c", "d", "e", "f"] : ["0", "1", "2", "3", "4", "5", "6", "7"], InArchive = false },
            new DelegatedPlan("high", "plant-2") { HashPrefixes = PathHashIsLow ? ["0", "1", "2", "3", "4", "5", "6", "7"] : ["8", "9", "a", "b", "c", "d", "e", "f"], HoldsRelease = true })),
        Make("delegation_role_missing", "R-104", Refusal.MetadataMismatch, "the role that must be searched is not in the file", f => Delegate(f, new DelegatedPlan("plant", "plant-1") { InArchive = false, HoldsRelease = true })),
        Make("delegation_role_too_many", "R-104", Refusal.MetadataMismatch, "a role that the search does not come to", f => Delegate(
            f, new DelegatedPlan("plant", "plant-1") { HoldsRelease = true }, new DelegatedPlan("later", "plant-2"))),
        Make("delegation_role_beside_targets", "R-104", Refusal.MetadataMismatch, "the targets name the release, a role is there all the same", f => Delegate(f, new DelegatedPlan("plant", "plant-1"))),
        Make("delegation_order", "R-104", Refusal.MetadataMismatch, "two roles in another order than they are searched in", f =>
        {
            Delegate(f, new DelegatedPlan("first", "plant-1"), new DelegatedPlan("second", "plant-2") { HoldsRelease = true });
            f.Entries = e => (e[4], e[5]) = (e[5], e[4]);
        }),
        Make("delegation_terminating", "R-103", Refusal.FileDamaged, "a terminating delegation stands before the role that has it", f => Delegate(
            f, new DelegatedPlan("first", "plant-1") { Terminating = true }, new DelegatedPlan("second", "plant-2") { HoldsRelease = true, InArchive = false })),
        Make("delegation_other_path", "R-103", Refusal.FileDamaged, "the role that has it may not name it", f => Delegate(f, new DelegatedPlan("plant", "plant-1") { Paths = ["PM300-*"], HoldsRelease = true, InArchive = false })),
        Make("delegation_chain_must_cover", "R-103", Refusal.FileDamaged, "the second of two delegations does not cover it", f => Delegate(
            f, new DelegatedPlan("plant", "plant-1"), new DelegatedPlan("line", "plant-2") { Delegator = "plant", Paths = ["PM200-1.*"], HoldsRelease = true, InArchive = false })),
        Make("delegation_circle", "R-103", Refusal.FileDamaged, "two roles that delegate to each other", f => Delegate(
            f, new DelegatedPlan("a", "plant-1"), new DelegatedPlan("b", "plant-2") { Delegator = "a" }, new DelegatedPlan("a", "plant-1") { Delegator = "b", InArchive = false },
            new DelegatedPlan("c", "plant-3") { Delegator = "nobody", HoldsRelease = true, InArchive = false })),
        Make("delegation_not_in_snapshot", "R-105", Refusal.MetadataMismatch, "the snapshot does not list the role", f => Delegate(f, new DelegatedPlan("plant", "plant-1") { HoldsRelease = true, InSnapshot = false })),
        Make("delegation_below_threshold", "R-105", Refusal.SignatureMissing, "one of two signatures", f =>
        {
            var plan = new DelegatedPlan("plant", "plant-1", "plant-2") { Threshold = 2, HoldsRelease = true };
            plan.File.Signers.Remove("plant-2");
            Delegate(f, plan);
        }),
        Make("delegation_signed_by_targets", "R-105", Refusal.SignatureMissing, "signed by the keys of the delegator", f =>
        {
            var plan = new DelegatedPlan("plant", "plant-1") { HoldsRelease = true };
            Resign(plan.File, "targets-1");
            Delegate(f, plan);
        }),
        Make("delegation_stranger_too", "R-105", Refusal.SignatureMissing, "a signer that is not of the role, beside enough", f =>
        {
            var plan = new DelegatedPlan("plant", "plant-1") { HoldsRelease = true };
            plan.File.Signers.Add("plant-9");
            Delegate(f, plan);
        }),
        Make("delegation_version", "R-44", Refusal.MetadataMismatch, "the snapshot lists version 2 of the role, version 1 is there", f =>
        {
            Delegate(f, new DelegatedPlan("plant", "plant-1") { HoldsRelease = true });
            f.Snapshot.BeforeSigning = t => t.Set("meta/plant.json/version", "2");
        }),
        Make("delegation_hash", "R-44", Refusal.MetadataMismatch, "the snapshot states another hash of the role", f =>
        {
            f.StateHashes = true;
            Delegate(f, new DelegatedPlan("plant", "plant-1") { HoldsRelease = true });
            f.Snapshot.BeforeSigning = t => t.Set("meta/plant.json/hashes/sha256", $"\"{new string('0', 64)}\"");
        }),
        Make(new Vector("delegation_expired", "R-47", Refusal.MetadataExpired, "only the delegated role is past its date") { Device = NewDevice() with { ReferenceTime = 2_000_000_000, RefuseExpired = true } }, f =>
        {
            var plan = new DelegatedPlan("plant", "plant-1") { HoldsRelease = true };
            plan.File.Expires = 1_900_000_000;
            Delegate(f, plan);
        }),
        DelegationForm("delegation_top_level_name", "R-101", "a role named like a top-level role", "name", "\"root\""),
        DelegationForm("delegation_name_with_path", "R-101", "a role's name with a way up", "name", "\"../plant\""),
        DelegationForm("delegation_name_too_long", "R-101", "a role's name of 33 characters", "name", $"\"{new string('p', 33)}\""),
        DelegationForm("delegation_no_paths", "R-102", "neither paths nor prefixes", "paths", null),
        DelegationForm("delegation_paths_and_prefixes", "R-102", "paths and prefixes", "path_hash_prefixes", "[\"0\"]"),
        DelegationForm("delegation_path_set", "R-102", "a pattern with a set of characters", "paths", "[\"PM[23]00-*\"]"),
        DelegationForm("delegation_not_terminating_or_not", "R-102", "terminating is a number", "terminating", "1"),
        DelegationForm("delegation_threshold_zero", "R-35", "threshold 0", "threshold", "0"),
        DelegationForm("delegation_threshold_above_keys", "R-35", "threshold 2 of one key", "threshold", "2"),
        DelegationForm("delegation_unknown_key", "R-41", "a key id that is not among the keys", "keyids", $"[\"{new string('0', 64)}\"]"),
        Make("delegation_name_twice", "R-101", Bad, "one role twice", f => Delegate(f, new DelegatedPlan("plant", "plant-1"), new DelegatedPlan("plant", "plant-2") { InArchive = false })),
    ];

    private static bool PathHashIsLow => Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(NewForge().Path)))[0] < '8';

    private static void Delegate(Forge forge, params DelegatedPlan[] plans) => forge.Delegated.AddRange(plans);

    private static (Vector, Func<byte[]>) DelegationForm(string name, string rule, string about, string member, string? value) => Make(name, rule, Bad, about, f =>
    {
        Delegate(f, new DelegatedPlan("plant", "plant-1") { HoldsRelease = true });
        f.Targets.BeforeSigning = t =>
        {
            var delegations = (JsonObject)((JsonObject)CanonicalJson.Parse(System.Text.Encoding.Latin1.GetBytes(t)))["delegations"]!;
            string role = System.Text.Encoding.Latin1.GetString(CanonicalJson.Write(((JsonArray)delegations["roles"]!).Items[0]));
            return t.Set("delegations/roles", $"[{role.Set(member, value)}]");
        };
    });
}
