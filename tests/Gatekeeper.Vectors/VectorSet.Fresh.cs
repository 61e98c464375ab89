using Gatekeeper.Release;

namespace Gatekeeper.Vectors;

public static partial class VectorSet
{
    private static ReleaseVersion NoFloor => default;

    private static IEnumerable<(Vector, Func<byte[]>)> Fresh() =>
    [
        Make(new Vector("fresh_same_versions", "R-46", null, "the versions that were confirmed last") { Trust = (5, 5, 5, NoFloor) }, f => Versions(f, 5, 5, 5)),
        Make(new Vector("fresh_timestamp_older", "R-46", Refusal.MetadataRollback, "an older timestamp") { Trust = (6, 5, 5, NoFloor) }, f => Versions(f, 5, 5, 5)),
        Make(new Vector("fresh_snapshot_older", "R-46", Refusal.MetadataRollback, "a newer timestamp with an older snapshot") { Trust = (5, 6, 5, NoFloor) }, f => Versions(f, 7, 5, 5)),
        Make(new Vector("fresh_targets_older", "R-46", Refusal.MetadataRollback, "newer timestamp and snapshot with older targets") { Trust = (5, 5, 6, NoFloor) }, f => Versions(f, 7, 7, 5)),
        Make(new Vector("fresh_older_release", "R-46", Refusal.TooOld, "an older release with its older metadata: said, not met with silence") { Trust = (7, 7, 7, new ReleaseVersion(3, 0, 0)), Device = NewDevice() with { Running = new ReleaseVersion(3, 0, 0) } }, f => Versions(f, 5, 5, 5)),
        Make(new Vector("fresh_withdrawn_timestamp_key", "R-49", null, "a version too high was confirmed; root 2 withdraws the timestamp key") { Trust = (9007199254740991, 1, 1, NoFloor), RootAfter = 2 }, f =>
        {
            f.AddRoot("root-1", "root-2").Timestamp = ["timestamp-2"];
            Resign(f.Timestamp, "timestamp-2");
        }),
        Make(new Vector("fresh_added_timestamp_key", "R-49", Refusal.MetadataRollback, "root 2 only adds a timestamp key: nothing is withdrawn") { Trust = (9, 1, 1, NoFloor), RootAfter = 2 }, f =>
            f.AddRoot("root-1", "root-2").Timestamp = ["timestamp-1", "timestamp-2"]),
        Make("fresh_snapshot_version", "R-44", Refusal.MetadataMismatch, "the timestamp names snapshot 2, snapshot 1 is there", f => f.Timestamp.BeforeSigning = t => t.Set("meta/snapshot.json/version", "2")),
        Make("fresh_snapshot_hash", "R-44", Refusal.MetadataMismatch, "the timestamp states another snapshot's hash", f =>
        {
            f.StateHashes = true;
            f.Timestamp.BeforeSigning = t => t.Set("meta/snapshot.json/hashes/sha256", $"\"{new string('0', 64)}\"");
        }),
        Make("fresh_snapshot_length", "R-44", Refusal.MetadataMismatch, "the timestamp states another snapshot's length", f =>
        {
            f.StateHashes = true;
            f.Timestamp.BeforeSigning = t => t.Set("meta/snapshot.json/length", "1");
        }),
        Make("fresh_targets_version", "R-44", Refusal.MetadataMismatch, "the snapshot names targets 2, targets 1 is there", f => f.Snapshot.BeforeSigning = t => t.Set("meta/targets.json/version", "2")),
        Make("fresh_targets_hash", "R-44", Refusal.MetadataMismatch, "the snapshot states another hash", f =>
        {
            f.StateHashes = true;
            f.Snapshot.BeforeSigning = t => t.Set("meta/targets.json/hashes/sha256", $"\"{new string('0', 64)}\"");
        }),
        Make("fresh_snapshot_name", "R-44", Refusal.MetadataMismatch, "snapshot 1 under the name of snapshot 2", f => Rename(f, GkuNames.Snapshot(1), GkuNames.Snapshot(2))),
        Make("fresh_targets_name", "R-44", Refusal.MetadataMismatch, "targets 1 under the name of targets 2", f => Rename(f, GkuNames.Targets(1), GkuNames.Targets(2))),
        Make("fresh_targets_of_another_release", "R-44", Refusal.MetadataMismatch, "the targets of another release of the same maker", f =>
        {
            var other = new Forge { Version = new ReleaseVersion(3, 0, 0) };
            other.Targets.Version = 2;
            f.Entries = e => e[3] = e[3] with { Content = other.BuildEntries()[3].Content };
        }),
        Make(new Vector("fresh_expired", "R-47", Refusal.MetadataExpired, "past its date on a device that refuses that") { Device = NewDevice() with { ReferenceTime = 2_208_988_800, RefuseExpired = true } }, _ => { }),
        Make(new Vector("fresh_last_second", "R-47", null, "the second before its date on a device that refuses what is past it") { Device = NewDevice() with { ReferenceTime = 2_208_988_799, RefuseExpired = true } }, _ => { }),
        Make(new Vector("fresh_root_expired", "R-47", Refusal.MetadataExpired, "only root 2 is past its date") { Device = NewDevice() with { ReferenceTime = 2_000_000_000, RefuseExpired = true }, RootAfter = 2 }, f =>
            f.AddRoot("root-1", "root-2").File.Expires = 1_900_000_000),
    ];

    private static void Versions(Forge forge, long timestamp, long snapshot, long targets) =>
        (forge.Timestamp.Version, forge.Snapshot.Version, forge.Targets.Version) = (timestamp, snapshot, targets);
}
