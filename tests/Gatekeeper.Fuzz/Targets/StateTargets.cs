using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Security.Cryptography;
using Gatekeeper.Release;
using Gatekeeper.Release.Permits;
using Gatekeeper.Update;
using Gatekeeper.Vectors;

namespace Gatekeeper.Fuzz;

/// <summary>The parsers of the state partition: trust state and audit log. Their hashes prove nothing against whoever writes the disk, so the harness makes them right.</summary>
internal static class StateTargets
{
    private const int Record = AuditEntry.Bytes;
    private const int Head = 64;
    private const int MaxRecords = 16;
    private static readonly RunningSystem Running = new(SlotSet.A, new ReleaseVersion(1, 0, 0), [.. VectorSet.TrustedRoot], 1, new Guid(1, 0, 0, new byte[8]));

    private static readonly string[] Words =
    [
        "\"format\":2,", "\"min_reader\":2,", "null", "\"trust\":", "\"root\":\"\",", "\"root_version\":0,", "\"floor\":\"65535.65535.65535\",", "\"delegated_versions\":{\"x\":1}", "\"device\":{", "\"keys\":[[]],", "\"site_root\":\"\"",
        "\"set_a\":{\"state\":\"Kept\",", "\"parts\":[]", "\"chunk_size\":0", "\"pending\":{", "\"challenge\":", "\"peripherals\":[", "\"entries\":[", "\"approvals\":", "\"people\":{\"salt\":\"\",", "\"rounds\":0,", "\"language\":\"xx\"", "-1", "9223372036854775807", "1e5", "\\u0000", "\\ud800", "[", "]", "{", "}", ",", "\"",
    ];

    public static IEnumerable<FuzzTarget> All =>
    [
        new("state-area", StateCorpus, RunState) { Words = Words, Cost = 5, MaxAllocated = 32L * StatePartition.AreaBytes },
        new("audit-ring", RingCorpus, RunRing) { Cost = 50, MaxAllocated = 8L * (AuditLog.Slots * 64) },
    ];

    private static List<byte[]> StateCorpus()
    {
        List<byte[]> all = [];
        MemoryPartition device = new(StatePartition.MinBytes);
        TrustStore store = TrustStore.Open(device, Running);
        store.Commit();
        all.Add(Payload(device));
        var facts = new DeviceRecord { Id = "SN-1", Model = "PM200", HardwareRevision = "C", Keys = [], SiteRoot = [1, 2, 3] };
        var set = new SetRecord { State = SetState.Kept, Version = new ReleaseVersion(1, 2, 3), Digest = new string('a', 64), Parts = [new PartRecord("efi", 65536, 65536, new byte[32])] };
        store.Change(c => c with
        {
            Device = facts,
            SetA = set,
            SetB = set with { State = SetState.Unbootable, Parts = [] },
            Pending = new PendingTrial { Set = SlotSet.B, Version = new ReleaseVersion(2, 0, 0), Digest = new string('b', 64), TrustAtKeep = c.Trust, Stage = TrialStage.Armed, Attempts = 1, ArmedInBoot = Running.BootId },
            Last = new LastResult(new ReleaseVersion(1, 0, 0), true, 1, false),
            Challenge = new OpenChallenge(PermitAction.Downgrade, "o123456789abcdefghjl", new string('c', 64), null),
            Permitted = new string('c', 64),
            People = new PeopleRecord { Salt = new byte[16], Rounds = 1000, Wrong = 2, List = [new PersonRecord("Ada", new byte[32])] },
            Confirmed = new string('c', 64),
            Language = "zh-Hans",
            Trust = c.Trust with { DelegatedVersions = ImmutableSortedDictionary<string, long>.Empty.Add("plant", 7) },
        });
        store.Commit();
        all.Add(Payload(device, 0));
        all.Add(Payload(device, StatePartition.AreaBytes));
        return all;
    }

    private static byte[] Payload(MemoryPartition device, long area = 0)
    {
        byte[] header = new byte[StateArea.HeaderBytes];
        device.ReadAt(area, header);
        byte[] payload = new byte[StateArea.PayloadLength(header)!.Value];
        device.ReadAt(area + StateArea.HeaderBytes, payload);
        return payload;
    }

    /// <summary>The input is an area's payload; the other area is blank. What is read is committed and read again as the same.</summary>
    private static void RunState(byte[] input)
    {
        MemoryPartition device = new(StatePartition.MinBytes);
        device.Put(0, StateArea.Encode(7, input));
        TrustStore store = TrustStore.Open(device, Running);
        if (store.Condition != StoreCondition.Sound)
        {
            throw new RefusedException(Refusal.State, store.Condition.ToString());
        }

        _ = store.Effective;
        _ = store.Content.Device?.HardwareId();
        store.Change(c => c with { TrustRebuilt = !c.TrustRebuilt });
        store.Commit();
        TrustStore again = TrustStore.Open(device, Running);
        if (again.Condition != StoreCondition.Sound || again.Content.TrustRebuilt != store.Content.TrustRebuilt || again.Content.Trust.Floor != store.Content.Trust.Floor)
        {
            throw new InvalidOperationException("what was committed is not read again");
        }

        _ = again.RequireDevice();
    }

    // One byte: 1 makes hashes right, 2 makes records follow each other, 4 makes the head theirs. Then the head, then records.
    private static List<byte[]> RingCorpus()
    {
        List<byte[]> all = [];
        MemoryPartition device = new(StatePartition.MinBytes);
        AuditLog log = AuditLog.Open(device, Running.BootId, new Clock());
        for (int count = 1; count <= 5; count += 2)
        {
            byte[] head = new byte[Head];
            device.ReadAt(StatePartition.LogHeadOffset, head);
            byte[] records = new byte[count * Record];
            device.ReadAt(StatePartition.LogRingOffset, records);
            all.Add([0, .. head, .. records]);
            all.Add([7, .. head, .. records]);
            log.Append("start", "detail 1", "1-2");
            log.AppendRefusal("refused", Refusal.NoRelease, "1-3", "x");
        }

        return all;
    }

    private static void RunRing(byte[] input)
    {
        byte[] bytes = input[..Math.Min(input.Length, 1 + Head + (MaxRecords * Record))];
        byte flags = bytes.Length > 0 ? bytes[0] : (byte)0;
        MemoryPartition device = new(StatePartition.MinBytes);
        byte[] previous = new byte[32];
        for (int at = 1 + Head; at + Record <= bytes.Length; at += Record)
        {
            Span<byte> record = bytes.AsSpan(at, Record);
            if ((flags & 2) != 0)
            {
                previous.CopyTo(record[72..]);
            }

            if ((flags & 1) != 0)
            {
                SHA256.HashData(record[..480], record[480..]);
            }

            record[480..].CopyTo(previous);
            long slot = Math.Abs(unchecked(BinaryPrimitives.ReadInt64LittleEndian(record[8..]) - 1) % AuditLog.Slots);
            device.Put(StatePartition.LogRingOffset + (slot * Record), record);
        }

        if (bytes.Length >= 1 + Head)
        {
            Span<byte> head = bytes.AsSpan(1, Head);
            if ((flags & 4) != 0 && bytes.Length >= 1 + Head + Record)
            {
                bytes.AsSpan(1 + Head + 16, 16).CopyTo(head[16..]);
            }

            if ((flags & 1) != 0)
            {
                SHA256.HashData(head[..32], head[32..]);
            }

            device.Put(StatePartition.LogHeadOffset, head);
        }

        AuditLog log = AuditLog.Open(device, Running.BootId, new Clock());
        AuditCheck check = log.Verify();
        log.Append("start");
        log.AppendRefusal("refused", Refusal.NoRelease, "1-3", "x");
        if (!check.Whole)
        {
            throw new RefusedException(Refusal.AuditLog, "not whole");
        }

        if (check.First < 1 || check.First > check.Last || !log.Verify().Whole)
        {
            throw new InvalidOperationException("a whole log that is not");
        }
    }

    private sealed class Clock : IAuditClock
    {
        public long UptimeMs => 1000;

        public long WallSeconds => 1_700_000_000;
    }
}
