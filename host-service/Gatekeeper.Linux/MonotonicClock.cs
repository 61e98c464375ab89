using Gatekeeper.Stick;

namespace Gatekeeper.Linux;

/// <summary>CLOCK_MONOTONIC.</summary>
public sealed class MonotonicClock : IStickClock
{
    /// <inheritdoc/>
    public long Milliseconds => Environment.TickCount64;

    /// <inheritdoc/>
    public void Wait(int milliseconds) => Thread.Sleep(milliseconds);
}
