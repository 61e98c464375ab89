using System.Collections.Immutable;
using Gatekeeper.Linux.Input;

namespace Gatekeeper.Service.Confirm;

/// <summary>Where the keys of a question come from. It is opened when the question is on the screen: what was pressed before is not in it.</summary>
internal interface IKeySource : IDisposable
{
    /// <summary>Waits for keys.</summary>
    /// <param name="milliseconds">0 or more.</param>
    /// <param name="lost">True when keys may have been missed: what was typed is not known any more.</param>
    /// <returns>What happened, in order, with codes of <see cref="KeyCode"/>; empty when nothing did.</returns>
    IReadOnlyList<KeyPress> Wait(int milliseconds, out bool lost);
}

/// <summary>The board's own keys, through evdev. The kernel gives a newly opened reader nothing of what was pressed before.</summary>
internal sealed class BoardKeys : IKeySource
{
    private const int ScanMs = 2000;
    private readonly InputKeys keys;
    private long scanned;

    /// <summary>Opens the devices that the policy names.</summary>
    internal BoardKeys(ImmutableArray<ConfirmKeyPolicy> wanted)
    {
        keys = new InputKeys(wanted.Select(k => k.Device).ToHashSet());
        Scan();
    }

    /// <inheritdoc/>
    public IReadOnlyList<KeyPress> Wait(int milliseconds, out bool lost)
    {
        if (Environment.TickCount64 - scanned >= ScanMs)
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
