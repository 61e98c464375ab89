using Gatekeeper.Release;

namespace Gatekeeper.Update;

/// <summary>What a start of the service finds about a trial.</summary>
public enum TrialSituation
{
    /// <summary>Nothing is pending.</summary>
    None,

    /// <summary>The running set is on trial: ask for its health, then <see cref="TrialKeeper.Keep"/> or <see cref="TrialKeeper.Fail"/>.</summary>
    OnTrial,

    /// <summary>A keep that was cut is finished now: the running set is kept.</summary>
    Kept,

    /// <summary>
    /// The written set waits for its start, the first one or a repeat: <see cref="Installer.Recheck"/>, <see cref="Installer.Try"/> and a
    /// restart, when the device is not in use.
    /// </summary>
    TryAgain,

    /// <summary>The trials are used up: the device is back on the kept set.</summary>
    FellBack,

    /// <summary>The running set is not the kept one and no trial of it is on record, or no set is known to run: it is never kept.</summary>
    Unproven,
}

/// <summary>
/// Decides what becomes of a trial. The order at keep: the record says "keeping", then the boot order, then trust and set record in one
/// commit. Each step holds when it is done twice, and <see cref="Begin"/> finishes what was cut: a cut before the boot order leads to the
/// old set and a repeated trial, a cut after it to the new set, whose own version is the floor already (<see cref="TrustStore.Effective"/>).
/// So neither can a confirmed release lose its floor, nor an unconfirmed one move it (I08).
/// </summary>
public sealed class TrialKeeper(IBootControl boot, TrustStore trust, AuditLog audit, RunningSystem running)
{
    /// <summary>At every start, after <see cref="Installer.Recover"/>.</summary>
    /// <exception cref="RefusedException"><see cref="Refusal.BootRecord"/>, <see cref="Refusal.State"/>, <see cref="Refusal.AuditLog"/>.</exception>
    public TrialSituation Begin()
    {
        BootState state = boot.State();
        PendingTrial? pending = trust.Content.Pending;
        if (state.Running is not { } now || now != running.Set)
        {
            return TrialSituation.Unproven;
        }

        if (pending is null)
        {
            return NothingPending(state, now);
        }

        if (pending.Set == now)
        {
            if (pending.Stage != TrialStage.Keeping)
            {
                return TrialSituation.OnTrial;
            }

            Finish(pending);
            return TrialSituation.Kept;
        }

        if (pending.ArmedInBoot == running.BootId)
        {
            return TrialSituation.TryAgain; // only the service was restarted, not the machine
        }

        audit.AppendRefusal("trial-no-answer", Refusal.HealthFailed, string.Empty, $"version {pending.Version} attempt {pending.Attempts} of {Limits.MaxTrialAttempts}");
        if (pending.Attempts < Limits.MaxTrialAttempts)
        {
            return TrialSituation.TryAgain;
        }

        End(pending, explicitly: false);
        return TrialSituation.FellBack;
    }

    /// <summary>The running set answered healthy: from now on it is the kept one.</summary>
    /// <exception cref="RefusedException">
    /// <see cref="Refusal.BootRecord"/>: no trial of the running set is on record, or the boot order cannot be written;
    /// <see cref="Refusal.State"/>, <see cref="Refusal.AuditLog"/>.
    /// </exception>
    public void Keep()
    {
        PendingTrial pending = RequireTrial();
        audit.Append("keep", $"set {pending.Set.Letter()} version {pending.Version}");
        pending = pending with { Stage = TrialStage.Keeping };
        trust.Change(c => c with { Pending = pending });
        trust.Commit();
        Finish(pending);
    }

    /// <summary>The running set said it is not healthy: it is not tried again. The caller restarts the machine.</summary>
    /// <param name="reason">Fixed words and numbers.</param>
    /// <exception cref="RefusedException"><see cref="Refusal.BootRecord"/>, <see cref="Refusal.State"/>, <see cref="Refusal.AuditLog"/>.</exception>
    public void Fail(string reason)
    {
        PendingTrial pending = RequireTrial();
        audit.AppendRefusal("trial-failed", Refusal.HealthFailed, string.Empty, $"version {pending.Version}: {reason}");
        End(pending, explicitly: true);
    }

    private TrialSituation NothingPending(BootState state, SlotSet now)
    {
        if (state.OnTrial)
        {
            audit.AppendRefusal("trial-unproven", Refusal.BootRecord, string.Empty, $"set {now.Letter()} runs without a trial on record");
            return TrialSituation.Unproven;
        }

        // A foreign entry before ours starts first at the next start, and init would take this set for one on trial.
        if (state.ForeignFirst)
        {
            audit.Append("boot-order-restored", $"set {now.Letter()} first");
            boot.Keep(now, IsFallback(now.Other()));
        }

        return TrialSituation.None;
    }

    private void Finish(PendingTrial pending)
    {
        boot.Keep(pending.Set, IsFallback(pending.Set.Other()));
        SetRecord record = trust.Content.Set(pending.Set) ?? throw new InvalidOperationException("a trial without a set record");
        trust.Change(c => (c.With(pending.Set, record with { State = SetState.Kept }) with
        {
            Trust = pending.TrustAtKeep is { } atKeep ? TrustMove.ToConfirmed(c.Trust, atKeep) : c.Trust,
            Pending = null,
            Last = new LastResult(pending.Version, true, pending.Attempts, false),
        }).Migrated());
        trust.Commit();
        audit.Append("kept", $"set {pending.Set.Letter()} version {pending.Version} floor {trust.Content.Trust.Floor}");
    }

    private void End(PendingTrial pending, bool explicitly)
    {
        trust.Change(c => c with { Pending = null, Last = new LastResult(pending.Version, false, pending.Attempts, explicitly) });
        trust.Commit();
    }

    private bool IsFallback(SlotSet set) => trust.Content.Set(set) is { State: SetState.Kept };

    private PendingTrial RequireTrial()
    {
        BootState state = boot.State();
        return trust.Content.Pending is { } pending && pending.Set == state.Running && state.Running == running.Set
            ? pending
            : throw new RefusedException(Refusal.BootRecord, "no trial of the running set is on record");
    }
}
