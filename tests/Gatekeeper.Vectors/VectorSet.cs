using Gatekeeper.Release;

namespace Gatekeeper.Vectors;

/// <summary>All vectors with the bytes of their files.</summary>
public static partial class VectorSet
{
    /// <summary>The root every vector's device trusts.</summary>
    public static byte[] TrustedRoot => NewForge().BuildRoots()[0];

    /// <summary>Every vector and how its file is made.</summary>
    public static IEnumerable<(Vector Vector, Func<byte[]> Build)> All() =>
        [.. Good(), .. Archive(), .. Json(), .. Envelope(), .. Metadata(), .. Roots(), .. PermitRoles(), .. Keys(), .. KeySignatures(), .. Hybrids(), .. Fresh(), .. Delegations(), .. Documents(), .. Tables()];

    /// <summary>A forge with small images: what is not about payloads need not carry any.</summary>
    public static Forge NewForge()
    {
        var forge = new Forge();
        forge.Images["efi"] = Forge.Pattern(600, 1);
        forge.Images["system"] = [.. new byte[Limits.MinChunkBytes], .. Forge.Pattern(700, 3)];
        return forge;
    }

    private static (Vector, Func<byte[]>) Make(string name, string rule, Refusal? expect, string about, Action<Forge> defect) =>
        Make(new Vector(name, rule, expect, about), defect);

    private static (Vector, Func<byte[]>) Make(Vector vector, Action<Forge> defect)
    {
        return (vector, Build);

        byte[] Build()
        {
            Forge forge = NewForge();
            defect(forge);
            return forge.Build();
        }
    }

    private static IEnumerable<(Vector, Func<byte[]>)> Good() =>
    [
        Make("good", "R-01", null, "a good release", _ => { }),
        Make("good_hashes_stated", "R-44", null, "snapshot and timestamp state lengths and hashes", f => f.StateHashes = true),
        Make("good_without_sbom", "R-54", null, "no bill of materials", f => f.Sbom = null),
        Make("good_all_three_sign", "R-35", null, "more signatures than the threshold", f => f.Targets.Signers.Add("targets-3")),
        Make("good_unknown_members", "R-24", null, "members that no reader knows, in what is signed", f =>
        {
            f.Timestamp.BeforeSigning = t => t.Set("x-note", "\"a\"");
            f.Document = t => t.Set("x_note", "[1,true,null]");
        }),
        Make("good_snapshot_lists_another_role", "R-43", null, "the snapshot lists a delegated role", f =>
            f.Snapshot.BeforeSigning = t => t.Set("meta/other.json", "{\"version\":3}")),
        Make(new Vector("good_second_root", "R-48", null, "root 2, signed by both, with other targets keys") { RootAfter = 2 }, f =>
        {
            f.AddRoot("root-1", "root-3").Targets = ["targets-4", "targets-5"];
            f.Targets.Signers.Clear();
            f.Targets.Signers.AddRange(["targets-4", "targets-5"]);
        }),
        Make(new Vector("good_root_keys_replaced", "R-48", null, "root 2 with other root keys, root 3 signed by those") { RootAfter = 3 }, f =>
        {
            f.AddRoot("root-1", "root-2", "root-4", "root-5").Root = ["root-4", "root-5"];
            f.AddRoot("root-4", "root-5").Root = ["root-4", "root-5"];
        }),
        Make(new Vector("good_unknown_key_type", "R-33", null, "root 2 names a key of an unknown type, which signs too") { RootAfter = 2 }, f =>
        {
            f.AddRoot("root-1", "root-2").File.BeforeSigning = t => AddUnknownKey(t, "targets");
            f.Targets.AfterSigning = t => AddSignature(t, UnknownKeyId, "00");
        }),
        Make(new Vector("good_expired_reported", "R-47", null, "past its date on a device that only reports that") { Device = NewDevice() with { ReferenceTime = 4_000_000_000 } }, _ => { }),
    ];

    private static DeviceFacts NewDevice() => new("PM200", "PM200-C", new ReleaseVersion(1, 0, 0), null, 0, RefuseExpired: false);
}
