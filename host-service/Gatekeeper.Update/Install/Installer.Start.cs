using System.Collections.Immutable;
using Gatekeeper.Release;

namespace Gatekeeper.Update;

/// <summary>What is done with the sets at every start of the service, before a stick is looked at.</summary>
public sealed partial class Installer
{
    /// <summary>
    /// At every start, before anything else: a fall-back takes over from a kept set that is lost, and a set whose record is not complete is
    /// taken out of the boot record. Finishes or discards whatever was cut or stopped.
    /// </summary>
    /// <param name="stop">Stops while a set is read; then nothing was changed.</param>
    /// <exception cref="RefusedException"><see cref="Refusal.BootRecord"/>, <see cref="Refusal.State"/>, <see cref="Refusal.AuditLog"/>.</exception>
    public void Recover(CancellationToken stop = default)
    {
        BootState state = boot.State();
        TakeOver(state, stop);
        foreach (SlotSet set in SlotNames.Sets.Where(s => s != state.Running && s != running.Set))
        {
            if (trust.Content.Set(set) is { State: SetState.Unbootable })
            {
                boot.SetUnbootable(set);
            }
        }
    }

    /// <summary>
    /// Takes down what the running set holds where no record says it: what the factory wrote. Reads both its partitions whole.
    /// </summary>
    /// <param name="stop">Stops between two steps; then nothing is recorded.</param>
    /// <exception cref="RefusedException"><see cref="Refusal.SlotMedium"/>, <see cref="Refusal.State"/>, <see cref="Refusal.AuditLog"/>.</exception>
    public void AdoptRunning(CancellationToken stop = default)
    {
        SlotSet set = RequireRunning(boot.State());
        if (trust.Content.Set(set) is not null)
        {
            return;
        }

        var meter = new ProgressMeter(1, inUse: null) { Stop = stop };
        ImmutableArray<PartRecord> parts = Guarded<ImmutableArray<PartRecord>>(() =>
            [.. SlotNames.Parts.Select(p => SetCheck.Adopt(slots[set, p], p, meter))]);
        audit.Append("set-adopted", $"set {set.Letter()} version {running.Version}");
        trust.Change(c => c.With(set, new SetRecord { State = SetState.Kept, Version = running.Version, Digest = null, Parts = parts }));
        trust.Commit();
    }

    // The firmware passed over the kept set and started the other one of the boot order. When the kept set is not what its record says, this is
    // the fall-back of I07 and not the choice of somebody at the firmware's menu (I08): it becomes the kept one, as the other leaves the boot
    // order. Otherwise init would take it for a trial and restart it again and again, and no release could mend it (decisions/0110).
    private void TakeOver(BootState state, CancellationToken stop)
    {
        if (state.Running is not { } now || now != running.Set || state.Kept is not { } lost || lost == now || !state.Order.Contains(now)
            || trust.Content.Pending?.Set == now || IsWhole(lost, stop) != false)
        {
            return;
        }

        audit.AppendRefusal("fall-back", Refusal.SlotMedium, string.Empty, $"set {now.Letter()} runs, set {lost.Letter()} does not match its record");
        trust.Change(c => c.With(lost, Unbootable(c.Set(lost)!.Version))
            .With(now, c.Set(now) is { State: SetState.Kept } kept ? kept : null) with // an install had just begun to give it up: it is taken on record anew
        {
            Pending = null,
            Last = c.Pending is { } trial ? new LastResult(trial.Version, false, trial.Attempts, false) : c.Last,
        });
        trust.Commit();
    }
}
