using Gatekeeper.Crash.Tests.Model;
using Gatekeeper.Release;
using Gatekeeper.Update;
using Gatekeeper.Update.Tests.Model;

namespace Gatekeeper.Crash.Tests;

/// <summary>What holds in every crash state, whatever survived. Each rule says which invariant it belongs to.</summary>
internal static class Rules
{
    /// <exception cref="CrashViolationException">One of them does not hold.</exception>
    public static void Check(Found found)
    {
        StateIsReadable(found);
        AuditIsWhole(found);
        foreach (SlotSet set in SlotNames.Sets)
        {
            SetIsWhatIsSaid(found, set);
        }

        SwitchIsOnRecord(found);
        EffectsAreOnRecord(found);
        StageIsWhatIsSaid(found);
    }

    // I07: the state is one that was committed, and what was acknowledged is not lost.
    private static void StateIsReadable(Found found)
    {
        long acknowledged = found.State.Acknowledged.State;
        if (acknowledged == 0 && found.Areas.Newest is null)
        {
            Holds(found.Areas.Trust.Condition == StoreCondition.Fresh, "state readable", $"{found.Areas.Trust.Condition} before the first commit");
            return;
        }

        Holds(found.Areas.Trust.Condition == StoreCondition.Sound, "state readable", $"{found.Areas.Trust.Condition}");
        (long sequence, byte[] payload) = found.Areas.Newest!.Value;
        Holds(sequence >= acknowledged, "an acknowledged commit is kept", $"{acknowledged} was, {sequence} is");
        Holds(payload.AsSpan().SequenceEqual(found.Recording.States.GetValueOrDefault(sequence)), "state is one that was committed", $"{sequence}");
    }

    // I13: no acknowledged record is lost, and the chain has no hole.
    private static void AuditIsWhole(Found found)
    {
        if (found.Recording.Scenario.LogIsLost && found.Log.Broken && found.State.Acknowledged.Audit == found.Recording.StartAudit)
        {
            return;
        }

        Holds(!found.Log.Broken, "audit log goes on", "broken");
        Holds(found.Log.Last >= found.State.Acknowledged.Audit, "an acknowledged record is kept", $"{found.State.Acknowledged.Audit} was, {found.Log.Last} is");
        AuditCheck check = found.Log.Check;
        Holds(check.Whole, "audit chain whole", $"broken at {check.BrokenAt}");
    }

    // I06, I07: what the record or the boot order calls good is whole; what starts by whatever hand is no mixture; a good set is offered to the firmware.
    private static void SetIsWhatIsSaid(Found found, SlotSet set)
    {
        found.Board.Starts(set);
        if (found.Recording.Scenario.Lost == set)
        {
            return;
        }

        TestRelease? whole = found.Board.Whole(set);
        SetRecord? record = found.Content.Set(set);
        bool good = record is { State: not SetState.Unbootable };
        Holds(!good || whole?.Verified.Version == record!.Version, "a set is what its record says", $"set {set.Letter()} is {record?.State}");
        Holds(!found.Bootable.Contains(set) || whole is not null, "only a whole set is bootable", $"set {set.Letter()}");
        Holds(!(record?.State == SetState.Kept && whole is not null) || found.Bootable.Contains(set) || found.Boot.Order.IsEmpty, "a good set is bootable", $"set {set.Letter()}");
    }

    // I06, I08: a trial is on record before the switch, "keeping" before the order, the order before floor and set record.
    private static void SwitchIsOnRecord(Found found)
    {
        PendingTrial? pending = found.Content.Pending;
        Holds(!found.State.Acknowledged.Switched || found.Boot.Next is not null, "the switch that was set stays set", "BootNext is gone");
        Holds(found.Boot.Next is not { } next || pending?.Set == next, "a trial is on record before the switch", $"next is {found.Boot.Next}");
        if (found.Boot.Kept is { } kept && kept != found.Recording.Scenario.Lost)
        {
            SetRecord? record = found.Content.Set(kept);
            Holds(record is null or { State: SetState.Kept } || (pending?.Set == kept && pending.Stage == TrialStage.Keeping), "nothing is kept that did not answer", $"set {kept.Letter()} is first");
            TrustState before = found.Recording.StartContent.Trust;
            Holds(found.Content.Trust.Floor == before.Floor || record?.Version == found.Content.Trust.Floor, "the floor moves after the boot order", $"floor {found.Content.Trust.Floor}");
        }
    }

    // I13: the verdict is on record before its effect.
    private static void EffectsAreOnRecord(Found found)
    {
        StateContent before = found.Recording.StartContent;
        StateContent now = found.Content;
        foreach (SlotSet set in SlotNames.Sets.Where(s => now.Set(s)?.State != before.Set(s)?.State))
        {
            RequireEvent(found, now.Set(set)?.State switch
            {
                SetState.Unbootable when !found.Recording.Scenario.Installs && found.Recording.Scenario.Lost == set => "fall-back",
                SetState.Unbootable => "install",
                SetState.Complete => "written",
                _ => null,
            });
        }

        RequireEvent(found, now.Pending?.Stage switch { TrialStage.Armed => "try", TrialStage.Keeping => "keep", _ => null });
        foreach (OnRecord onRecord in found.Recording.Scenario.OnRecord.Where(r => r.Effect(before, now)))
        {
            RequireEvent(found, onRecord.Event, onRecord.Times);
        }
    }

    // DESIGN §6: "you can pull the stick now" was said, so it is there; what has the name of a whole stage is one.
    private static void StageIsWhatIsSaid(Found found)
    {
        if (found.Recording.Scenario.Stage is { } stage)
        {
            byte[]? now = DataStage.Read(found.Board.DataDisk);
            Holds(now is null || now.AsSpan().SequenceEqual(stage), "a stage is whole", "it has the name and not the content");
            Holds(found.State.Acknowledged.Stage != StagePromise.Whole || now is not null, "what was said of the stage holds", "it is gone");
        }
    }

    private static void RequireEvent(Found found, string? word, int times = 1) =>
        Holds(word is null || found.Log.Events.Count(e => e == word) >= times, "on record before its effect", $"no {word}");

    private static void Holds(bool holds, string rule, string detail) => CrashViolationException.Unless(holds, rule, detail);
}
