using Gatekeeper.Update;

namespace Gatekeeper.InstallBench;

/// <summary>A boot record that always says the same: set a runs and is kept. Its writes are the firmware's time, not the installer's.</summary>
internal sealed class FixedBoot : IBootControl
{
    /// <inheritdoc/>
    public BootState State() => new(SlotSet.A, SlotSet.A, null, OnTrial: false, [SlotSet.A], ForeignFirst: false, []);

    /// <inheritdoc/>
    public bool HasSpace() => true;

    /// <inheritdoc/>
    public void SetUnbootable(SlotSet set)
    {
    }

    /// <inheritdoc/>
    public void Try(WrittenSlot slot)
    {
    }

    /// <inheritdoc/>
    public void Keep(SlotSet running, bool otherIsFallback)
    {
    }

    /// <inheritdoc/>
    public void Provision(SlotSet running, bool otherIsFallback)
    {
    }
}
