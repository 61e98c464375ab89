using Gatekeeper.Release;

namespace Gatekeeper.Update;

/// <summary>
/// Writes a verified release into the idle slot set, in the order of DESIGN §6. A cut or a stop at any point leaves the running set
/// bootable and the idle one unbootable until its record says complete (I06, I07). Its decision record is decisions/0031-install-order.md.
/// </summary>
public sealed partial class Installer(SlotDevices slots, IBootControl boot, TrustStore trust, AuditLog audit, RunningSystem running, IInUse inUse)
{
    // An install that stopped because the device came into use.
    private OpenInstall? open;

    /// <summary>
    /// True when the idle set is not the whole of what its record says: then the release that runs may be installed again (DESIGN §6).
    /// A set that was never written has no record and nothing to repair. Reads the set.
    /// </summary>
    /// <exception cref="RefusedException"><see cref="Refusal.BootRecord"/>, <see cref="Refusal.OnTrial"/>.</exception>
    public bool IdleNeedsRepair(CancellationToken stop = default)
    {
        SlotSet idle = RequireRunning(boot.State()).Other();
        return trust.Content.Set(idle) is not null && IsWhole(idle, stop) != true;
    }

    /// <summary>True when a set holds the whole of what its record says; null when its record says nothing that could be compared. Reads the set.</summary>
    public bool? IsWhole(SlotSet set, CancellationToken stop = default) => trust.Content.Set(set) is { Parts.IsEmpty: false } record
        ? SetCheck.Matches(slots, set, record, new ProgressMeter(Math.Max(1, SetCheck.Cost(record)), inUse: null) { Stop = stop })
        : null;

    /// <summary>
    /// Writes <paramref name="release"/> into the idle set. When the device comes into use it stops within a piece of
    /// <see cref="Limits.LeaseWriteBytes"/>; called again with the same release it goes on where it was, as long as the service lives.
    /// </summary>
    /// <param name="release">What the verifier accepted.</param>
    /// <param name="source">The file it was read from; each chunk is read once and verified before use.</param>
    /// <param name="report">Called after each step, on this thread.</param>
    /// <param name="stop">Stops at a chunk's end with <see cref="OperationCanceledException"/>; the idle set is then unbootable.</param>
    /// <exception cref="RefusedException">
    /// <see cref="Refusal.InUse"/>, <see cref="Refusal.State"/>, <see cref="Refusal.BootRecord"/>, <see cref="Refusal.OnTrial"/>,
    /// <see cref="Refusal.DoesNotFit"/>, <see cref="Refusal.InstalledAlready"/>, <see cref="Refusal.BootSpace"/>,
    /// <see cref="Refusal.SlotMedium"/>, <see cref="Refusal.AuditLog"/>, what the source refuses, and
    /// <see cref="Refusal.RunningSetDamaged"/>: then <see cref="StartOther"/> is the way.
    /// </exception>
    public WrittenSlot Install(VerifiedRelease release, IReleaseSource source, Action<InstallProgress>? report = null, CancellationToken stop = default)
    {
        ArgumentNullException.ThrowIfNull(release);
        ArgumentNullException.ThrowIfNull(source);
        trust.RequireDevice();
        SlotSet now = RequireRunning(boot.State());
        SlotSet idle = now.Other();
        (VerifiedPayload efi, VerifiedPayload system) = RequireParts(release, idle);
        OpenInstall work = open is { } stopped && stopped.IsOf(release, idle)
            ? stopped
            : new OpenInstall(slots, release, idle, trust.Content.Set(now), trust.Content.Set(idle), inUse);
        (work.Meter.Report, work.Meter.Stop) = (report, stop);
        open = null;
        try
        {
            if (!work.Begun)
            {
                Begin(release, now, idle, work);
            }

            return Guarded(() => Write(release, source, idle, efi, system, work));
        }
        catch (RefusedException refused) when (refused.Code == Refusal.InUse)
        {
            open = work;
            throw;
        }
    }

    /// <summary>Proves that the other set is the whole of what its record says, so that it can be started: a repeated trial, or a known good set.</summary>
    /// <exception cref="RefusedException"><see cref="Refusal.SlotMedium"/>: it is not.</exception>
    public WrittenSlot Recheck(SlotSet set, CancellationToken stop = default)
    {
        SetRecord? record = trust.Content.Set(set);
        if (set == RequireRunning(boot.State()) || !SetCheck.Matches(slots, set, record, new ProgressMeter(Math.Max(1, SetCheck.Cost(record)), inUse: null) { Stop = stop }))
        {
            throw new RefusedException(Refusal.SlotMedium, $"set {set.Letter()} does not match its record");
        }

        PendingTrial? pending = trust.Content.Pending;
        return new WrittenSlot(set, record!, pending is not null && pending.Set == set && pending.Digest == record!.Digest ? pending.TrustAtKeep : null);
    }

    /// <summary>After <see cref="Refusal.RunningSetDamaged"/>: proof for the other set, to be given to <see cref="Try"/>.</summary>
    /// <exception cref="RefusedException"><see cref="Refusal.SlotMedium"/>.</exception>
    public WrittenSlot StartOther(CancellationToken stop = default) => Recheck(RequireRunning(boot.State()).Other(), stop);

    /// <summary>
    /// Sets the boot switch to try <paramref name="slot"/> at the next start. The trial is on record before the switch is set, so no
    /// start of the new set is ever without one.
    /// </summary>
    /// <exception cref="RefusedException"><see cref="Refusal.InUse"/>, <see cref="Refusal.OnTrial"/>, <see cref="Refusal.State"/>, <see cref="Refusal.BootRecord"/>, <see cref="Refusal.AuditLog"/>.</exception>
    public void Try(WrittenSlot slot)
    {
        ArgumentNullException.ThrowIfNull(slot);
        RequireRunning(boot.State());
        RequireIdle();
        PendingTrial? before = trust.Content.Pending is { } p && p.Set == slot.Set && p.Digest == slot.Record.Digest && p.Version == slot.Record.Version ? p : null;
        bool sameBoot = before is not null && before.ArmedInBoot == running.BootId;
        int attempt = (before?.Attempts ?? 0) + (sameBoot ? 0 : 1);
        if (!sameBoot)
        {
            audit.Append("try", $"set {slot.Set.Letter()} version {slot.Record.Version} attempt {attempt}");
            trust.Change(c => c with
            {
                Permitted = null, // a permit allows one trial
                Confirmed = null, // and so does a person's word
                Pending = new PendingTrial
                {
                    Set = slot.Set,
                    Version = slot.Record.Version,
                    Digest = slot.Record.Digest,
                    TrustAtKeep = slot.TrustAtKeep,
                    Stage = TrialStage.Armed,
                    Attempts = attempt,
                    ArmedInBoot = running.BootId,
                },
            });
            trust.Commit();
        }

        boot.Try(slot);
    }

    private void Begin(VerifiedRelease release, SlotSet now, SlotSet idle, OpenInstall work)
    {
        work.Meter.Phase = InstallPhase.CheckingRunning;
        RequireReason(release, now, idle, work);
        if (!boot.HasSpace())
        {
            throw new RefusedException(Refusal.BootSpace, "the variable store has no room");
        }

        RequireIdle();
        audit.Append("install", $"version {release.Version} into set {idle.Letter()} digest {release.Digest}");
        MakeUnbootable(release, idle);
        work.Begun = true;
    }

    private WrittenSlot Write(VerifiedRelease release, IReleaseSource source, SlotSet idle, VerifiedPayload efi, VerifiedPayload system, OpenInstall work)
    {
        ProgressMeter meter = work.Meter;
        work.Efi.DestroyHead(Limits.EfiHeadBytes, meter);

        meter.Phase = InstallPhase.Writing;
        work.System.WriteBody(system, source, 0, meter);
        work.Efi.WriteBody(efi, source, Limits.EfiHeadBytes, meter);

        meter.Phase = InstallPhase.ReadingBack;
        PartRecord systemRecord = work.System.ReadBack(system, meter);
        PartRecord efiRecord = work.Efi.ReadBack(efi, meter);
        work.Efi.WriteHead(meter);

        var record = new SetRecord
        {
            State = SetState.Complete,
            Version = release.Version,
            Digest = release.Digest,
            Parts = [efiRecord, systemRecord],
        };
        audit.Append("written", $"version {release.Version} in set {idle.Letter()}");
        trust.Change(c => c.With(idle, record));
        trust.Commit();
        return new WrittenSlot(idle, record, release.TrustAtKeep);
    }

    // The record first: a cut between the two leaves an old complete set in the boot order, and Recover takes it out.
    private void MakeUnbootable(VerifiedRelease release, SlotSet idle)
    {
        trust.Change(c => c.With(idle, Unbootable(release.Version)) with { Pending = null });
        trust.Commit();
        boot.SetUnbootable(idle);
    }

    private static SetRecord Unbootable(ReleaseVersion version) => new() { State = SetState.Unbootable, Version = version, Digest = null, Parts = [] };

    // DESIGN §6: running whole, go on; damaged while the idle set is whole, write nothing; both damaged, it is a repair.
    private void RequireReason(VerifiedRelease release, SlotSet now, SlotSet idle, OpenInstall work)
    {
        bool runningWhole = work.Running.Run(work.Meter);
        if (!runningWhole && work.Idle.Run(work.Meter, counted: false))
        {
            throw new RefusedException(Refusal.RunningSetDamaged, $"set {now.Letter()} does not match its record, set {idle.Letter()} does");
        }

        if (!runningWhole)
        {
            audit.Append("repair", "neither set matches its record");
        }
        else if (trust.Content.Set(now)?.Digest == release.Digest && work.Idle.Run(work.Meter, counted: false))
        {
            throw new RefusedException(Refusal.InstalledAlready, $"version {release.Version} runs, and the other set is whole");
        }
    }

    private (VerifiedPayload Efi, VerifiedPayload System) RequireParts(VerifiedRelease release, SlotSet idle)
    {
        VerifiedPayload Only(SlotPart part)
        {
            VerifiedPayload[] found = [.. release.Payloads.Where(p => p.Part == part.Name())];
            if (found.Length != 1 || found[0].ImageSize < 1 || found[0].ImageSize > slots[idle, part].Length)
            {
                throw new RefusedException(Refusal.DoesNotFit, $"part {part.Name()}: {found.Length} payloads, partition of {slots[idle, part].Length} bytes");
            }

            return found[0];
        }

        if (release.Payloads.Length != SlotNames.Parts.Count)
        {
            throw new RefusedException(Refusal.DoesNotFit, $"{release.Payloads.Length} payloads for {SlotNames.Parts.Count} parts");
        }

        return (Only(SlotPart.Efi), Only(SlotPart.System));
    }

    // Two witnesses say which set runs, the boot loader's record and the verity hash: they must agree, and it must be the kept one.
    private SlotSet RequireRunning(BootState state)
    {
        if (state.Running is not { } set || set != running.Set)
        {
            throw new RefusedException(Refusal.BootRecord, "boot record and system image do not name the same set");
        }

        return state.OnTrial ? throw new RefusedException(Refusal.OnTrial, $"set {set.Letter()} is on trial") : set;
    }

    private void RequireIdle()
    {
        if (inUse.InUse)
        {
            throw new RefusedException(Refusal.InUse, "the device is in use");
        }
    }

    private static T Guarded<T>(Func<T> action)
    {
        try
        {
            return action();
        }
        catch (IOException e)
        {
            throw new RefusedException(Refusal.SlotMedium, $"slot medium failed: {e.Message}");
        }
    }
}
