using Gatekeeper.Linux.Processes;

namespace Gatekeeper.Service.Sticks;

/// <summary>
/// One pump and one walker, started before a stick needs them: a process takes a second to start on a slow device, and the verdict
/// has two. Each serves one stick and ends with it, so nothing a stick did to it outlives the stick.
/// </summary>
internal sealed class WarmChildren(Func<StickChild> startPump, Func<StickChild> startWalker) : IDisposable
{
    private readonly Lock gate = new();
    private StickChild? pump;
    private StickChild? walker;

    /// <summary>Starts whichever is missing. Called when nothing is urgent.</summary>
    internal void Warm()
    {
        lock (gate)
        {
            pump = Alive(pump) ?? startPump();
            walker = Alive(walker) ?? startWalker();
        }
    }

    /// <summary>A pump that has met no stick. The caller disposes it.</summary>
    internal StickChild TakePump()
    {
        lock (gate)
        {
            StickChild taken = Alive(pump) ?? startPump();
            pump = null;
            return taken;
        }
    }

    /// <summary>A walker that has met no stick. The caller disposes it.</summary>
    internal StickChild TakeWalker()
    {
        lock (gate)
        {
            StickChild taken = Alive(walker) ?? startWalker();
            walker = null;
            return taken;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (gate)
        {
            pump?.Dispose();
            walker?.Dispose();
        }
    }

    private static StickChild? Alive(StickChild? child)
    {
        if (child is not null && child.Process.WaitForEnd(0))
        {
            child.Dispose();
            return null;
        }

        return child;
    }
}
