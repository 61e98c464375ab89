namespace Gatekeeper.Vectors;

public static partial class VectorSet
{
    private static IEnumerable<(Vector, Func<byte[]>)> PermitRoles() =>
    [
        Make(new Vector("good_root_permit_role", "R-80", null, "root 2 names who signs permits") { RootAfter = 2 }, f => f.AddRoot("root-1", "root-2").Permit = ["permit-1", "permit-2"]),
        Make(new Vector("good_root_permit_role_not_usable", "R-80", null, "root 2 has a permit role that no reader can see signed") { RootAfter = 2 }, f =>
            f.AddRoot("root-1", "root-2").File.BeforeSigning = t => t.Set($"keys/{UnknownKeyId}", UnknownKeyForm).Set("x-gatekeeper", Role(1, UnknownKeyId))),
        Make(new Vector("good_root_other_member_of_ours", "R-80", null, "root 2 has another member where the permit role would stand") { RootAfter = 2 }, f =>
            f.AddRoot("root-1", "root-2").File.BeforeSigning = t => t.Set("x-gatekeeper", "{\"x_note\":1}")),
        InRoot("root_permit_no_object", "R-80", Bad, "a text where the permit role stands", t => t.Set("x-gatekeeper", "\"x\"")),
        InRoot("root_permit_threshold_zero", "R-80", Bad, "a permit role with a threshold of 0", t => t.Set("x-gatekeeper", Role(0, TestKey.Of("targets-1").Id))),
        InRoot("root_permit_threshold_above_keys", "R-80", Bad, "a permit role with a threshold of 2 and one key", t => t.Set("x-gatekeeper", Role(2, TestKey.Of("targets-1").Id))),
        InRoot("root_permit_key_id_twice", "R-80", Bad, "a permit role that names one key twice", t => t.Set("x-gatekeeper", Role(2, TestKey.Of("targets-1").Id, TestKey.Of("targets-1").Id))),
        InRoot("root_permit_key_id_unknown", "R-80", Bad, "a permit role that names a key that is not there", t => t.Set("x-gatekeeper", Role(1, new string('b', 64)))),
        InRoot("root_permit_one_key_under_two_ids", "R-80", Bad, "a permit role with a threshold of 2 and one key under two ids", t =>
            t.Set($"keys/{IdOf(TwinForm("targets-1"))}", TwinForm("targets-1")).Set("x-gatekeeper", Role(2, TestKey.Of("targets-1").Id, IdOf(TwinForm("targets-1"))))),
    ];

    private static string Role(int threshold, params string[] keyIds) =>
        $$$"""{"permit":{"keyids":[{{{string.Join(',', keyIds.Select(id => $"\"{id}\""))}}}],"threshold":{{{threshold}}}}}""";
}
