using Gatekeeper.Update.Status;

namespace Gatekeeper.SampleApp;

/// <summary>
/// The in-use lease. While we hold it Gatekeeper draws nothing, writes nothing and restarts nothing. It counts a device whose
/// program never held the lease as in use too, so we take it once at the start and give it back when nobody needs us.
/// On trial, before the new version is kept, taking it is refused; we ask again until it is granted.
/// </summary>
internal sealed class Lease
{
    private static readonly TimeSpan AskAgain = TimeSpan.FromSeconds(1);

    private long _refusedAt;
    private LeaseWant? _awaiting;
    private bool _held;
    private bool _everHeld;

    /// <summary>A new connection: Gatekeeper knows nothing of us.</summary>
    internal void Reset() => (_refusedAt, _awaiting, _held, _everHeld) = (0, null, false, false);

    /// <summary>Gatekeeper's answer to the last wish.</summary>
    internal void Answered(bool held)
    {
        _refusedAt = _awaiting == LeaseWant.Take && !held ? Environment.TickCount64 : 0;
        _awaiting = null;
        _held = held;
        _everHeld |= held;
    }

    /// <summary>What to ask for now, or null.</summary>
    /// <param name="patient">A patient is connected.</param>
    /// <param name="started">The self check is over; until then the device counts as in use.</param>
    internal LeaseWant? Due(bool patient, bool started)
    {
        bool wanted = patient || !started || !_everHeld;
        if (wanted == _held || _awaiting is not null || (_refusedAt != 0 && Environment.TickCount64 - _refusedAt < AskAgain.TotalMilliseconds))
        {
            return null;
        }

        _awaiting = wanted ? LeaseWant.Take : LeaseWant.Give;
        return _awaiting;
    }
}
