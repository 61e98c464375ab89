using Gatekeeper.Update;

namespace Gatekeeper.Service;

/// <summary>CLOCK_MONOTONIC, and a wait that the end of the service ends.</summary>
internal sealed class FallBackClock(CancellationToken stopping) : IFallBackClock
{
    /// <inheritdoc/>
    public long NowMs => Environment.TickCount64;

    /// <inheritdoc/>
    public void Wait(long milliseconds)
    {
        stopping.WaitHandle.WaitOne(TimeSpan.FromMilliseconds(milliseconds));
        stopping.ThrowIfCancellationRequested();
    }
}
