using System.Collections.Immutable;
using Gatekeeper.Linux.Input;

namespace Gatekeeper.Service.Maintenance;

/// <summary>
/// Whether one of the policy's keys was held as long as it must be. Pure: key presses and time in. A key counts once a press; a key
/// whose hold time is 0 counts when it goes down (a power button reports both ends of a press in one moment).
/// </summary>
internal sealed class ServiceKeys(ImmutableArray<ServiceKeyPolicy> keys)
{
    private readonly Dictionary<ServiceKeyPolicy, long> down = [];

    /// <summary>Takes what happened since the last call.</summary>
    /// <param name="pressed">In order.</param>
    /// <param name="lost">What was down is not known any more: it has to be pressed anew.</param>
    /// <param name="nowMs">Monotonic time.</param>
    /// <returns>True when service mode was asked for.</returns>
    internal bool Observe(IReadOnlyList<KeyPress> pressed, bool lost, long nowMs)
    {
        bool asked = false;
        foreach (KeyPress press in pressed)
        {
            foreach (ServiceKeyPolicy key in keys.Where(k => k.Device == press.Device && k.Code == press.Code))
            {
                if (!press.Down)
                {
                    down.Remove(key);
                }
                else if (key.HoldMs == 0)
                {
                    asked = true;
                }
                else
                {
                    down[key] = nowMs;
                }
            }
        }

        if (lost)
        {
            down.Clear();
        }

        foreach (ServiceKeyPolicy held in down.Where(d => nowMs - d.Value >= d.Key.HoldMs).Select(d => d.Key).ToList())
        {
            down.Remove(held);
            asked = true;
        }

        return asked;
    }
}
