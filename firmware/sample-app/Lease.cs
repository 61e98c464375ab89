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

    private long _asked;
    private bool _awaiting;
    private bool _held;
    private bool _everHeld;

    /// <summary>A new connection: Gatekeeper knows nothing of us.</summary>
    internal void Reset() => (_asked, _awaiting, _held, _everHeld) = (0, false, false, false);

    /// <summary>Gatekeeper's answer to the last wish.</summary>
    internal void Answered(bool held)
    {
        _awaiting = false;
        _held = held;
        _everHeld |= held;
    }

    /// <summary>What to ask for now, or null.</summary>
    /// <param name="patient">A patient is connected.</param>
    /// <param name="started">The self check is over; until then the device counts as in use.</param>
    internal LeaseWant? Due(bool patient, bool started)
    {
        bool wanted = patient || !started || !_everHeld;
        if (wanted == _held || _awaiting || (_asked != 0 && Environment.TickCount64 - _asked < AskAgain.TotalMilliseconds && !_held))
        {
            return null;
        }

        _asked = Environment.TickCount64;
        _awaiting = true;
        return wanted ? LeaseWant.Take : LeaseWant.Give;
    }
}
