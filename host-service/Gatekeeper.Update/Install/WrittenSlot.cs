using Gatekeeper.Release;

namespace Gatekeeper.Update;

/// <summary>
/// Proof that a slot set holds one whole release: every byte was read back past the cache and its hash compared. Only
/// <see cref="Installer"/> makes one; never persisted, never sent to another process.
/// </summary>
public sealed class WrittenSlot
{
    internal WrittenSlot(SlotSet set, SetRecord record, TrustState? trustAtKeep)
    {
        Set = set;
        Record = record;
        TrustAtKeep = trustAtKeep;
    }

    /// <summary>The set.</summary>
    public SlotSet Set { get; }

    /// <summary>What it holds.</summary>
    public SetRecord Record { get; }

    /// <summary>The trust state to move to at keep; null when a known good set is started again.</summary>
    internal TrustState? TrustAtKeep { get; }
}
