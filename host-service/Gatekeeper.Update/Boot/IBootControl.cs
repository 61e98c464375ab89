using System.Collections.Immutable;
using Gatekeeper.Release;

namespace Gatekeeper.Update;

/// <summary>What the boot loader's own record says.</summary>
/// <param name="Running">The set that runs, or null when the record does not say it beyond doubt: then nothing is installed.</param>
/// <param name="Kept">The set that boots by default, or null when the order names none of ours. A foreign entry before it is in <paramref name="Unprotected"/>.</param>
/// <param name="Next">The set that boots once at the next start, or null.</param>
/// <param name="OnTrial">The running set is not the one that boots by default.</param>
/// <param name="Order">The sets of ours that start by themselves, first to last.</param>
/// <param name="ForeignFirst">An entry that is not ours stands before or between ours.</param>
/// <param name="Unprotected">What is wrong with the record, in fixed words; empty when all is well.</param>
public sealed record BootState(SlotSet? Running, SlotSet? Kept, SlotSet? Next, bool OnTrial, ImmutableArray<SlotSet> Order, bool ForeignFirst, ImmutableArray<string> Unprotected);

/// <summary>
/// The boot switch: one class per boot loader, one contract. Each change is decided on a copy in memory, written at once, read back,
/// and skipped when it already holds. All members throw <see cref="RefusedException"/> with <see cref="Refusal.BootRecord"/> when the
/// record cannot be read or does not hold what was written.
/// </summary>
public interface IBootControl
{
    /// <summary>Reads the record; writes nothing.</summary>
    BootState State();

    /// <summary>True when the record has room for the writes of an install, or when it cannot tell.</summary>
    bool HasSpace();

    /// <summary>After this <paramref name="set"/> starts neither by default nor as a fallback nor once.</summary>
    void SetUnbootable(SlotSet set);

    /// <summary>The next start, and only that one, is from <paramref name="slot"/>: one write.</summary>
    void Try(WrittenSlot slot);

    /// <summary>From now on <paramref name="running"/> starts by default: one write.</summary>
    /// <param name="running">The set that runs and answered healthy.</param>
    /// <param name="otherIsFallback">The other set is complete and was kept once, so it comes second; else it is left out.</param>
    void Keep(SlotSet running, bool otherIsFallback);

    /// <summary>Makes the entries of both sets and puts <paramref name="running"/> first: for provisioning, not for installs.</summary>
    void Provision(SlotSet running, bool otherIsFallback);
}
