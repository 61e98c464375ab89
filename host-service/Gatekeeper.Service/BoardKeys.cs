using Gatekeeper.Linux.Input;
using Gatekeeper.Service.Confirm;

namespace Gatekeeper.Service;

/// <summary>
/// The keys that the policy names, through evdev and hidraw: looked for at once and again now and then, because a keyboard controller may be slow. The kernel
/// gives a newly opened reader nothing of what was pressed before.
/// </summary>
internal sealed class BoardKeys : IKeySource
{
    private readonly InputKeys keys;
    private readonly long scanMs;
    private long scanned;

    /// <summary>Opens what is there.</summary>
    /// <param name="places">Where the devices are connected.</param>
    /// <param name="scanMs">Milliseconds from one look for missing ones to the next.</param>
    internal BoardKeys(IEnumerable<string> places, long scanMs)
    {
        keys = new InputKeys(places.ToHashSet());
        this.scanMs = scanMs;
        Scan();
    }

    /// <summary>Those of the places where a device is now, in order.</summary>
    internal static IReadOnlyList<string> There(IEnumerable<string> places)
    {
        using var input = new InputKeys(places.ToHashSet());
        input.Scan();
        return [.. input.Open.Order(StringComparer.Ordinal)];
    }

    /// <inheritdoc/>
    public IReadOnlyList<KeyPress> Wait(int milliseconds, out bool lost)
    {
        if (Environment.TickCount64 - scanned >= scanMs)
        {
            Scan();
        }

        return keys.Wait(milliseconds, out lost);
    }

    /// <inheritdoc/>
    public void Dispose() => keys.Dispose();

    private void Scan()
    {
        keys.Scan();
        scanned = Environment.TickCount64;
    }
}
