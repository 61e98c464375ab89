using Gatekeeper.Release;

namespace Gatekeeper.Update;

/// <summary>
/// An install and how far it is: kept in memory while the device is in use, so that no chunk that is on the medium is written again
/// (I15). It proves nothing: the release is verified again before it goes on, and every chunk is read back at the end.
/// </summary>
internal sealed class OpenInstall
{
    private readonly string digest;
    private readonly SlotSet idle;

    /// <param name="slots">The partitions.</param>
    /// <param name="release">What is written.</param>
    /// <param name="idle">Where.</param>
    /// <param name="running">Record of the other set, which runs.</param>
    /// <param name="record">Record of <paramref name="idle"/> from before the install.</param>
    /// <param name="inUse">The lease.</param>
    public OpenInstall(SlotDevices slots, VerifiedRelease release, SlotSet idle, SetRecord? running, SetRecord? record, IInUse inUse)
    {
        digest = release.Digest;
        this.idle = idle;
        Running = new SetCheck(slots, idle.Other(), running);
        Idle = new SetCheck(slots, idle, record);
        Efi = new SlotWriter(slots[idle, SlotPart.Efi], SlotPart.Efi.Name());
        System = new SlotWriter(slots[idle, SlotPart.System], SlotPart.System.Name());
        Meter = new ProgressMeter(SetCheck.Cost(running) + (2 * release.Payloads.Sum(p => p.ImageSize)), inUse);
    }

    public SetCheck Running { get; }

    public SetCheck Idle { get; }

    public SlotWriter Efi { get; }

    public SlotWriter System { get; }

    public ProgressMeter Meter { get; }

    /// <summary>The idle set is unbootable and belongs to this install.</summary>
    public bool Begun { get; set; }

    /// <summary>Whether this is how far the install of a release into a set is.</summary>
    public bool IsOf(VerifiedRelease release, SlotSet set) => digest == release.Digest && idle == set;
}
