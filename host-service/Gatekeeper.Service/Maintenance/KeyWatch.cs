using Gatekeeper.Linux.Input;

namespace Gatekeeper.Service.Maintenance;

/// <summary>The thread that watches the keys of service mode: finds them, asks them, and lets time pass for the mode.</summary>
internal static class KeyWatch
{
    private const int WaitMs = 200;
    private const int ScanMs = 5000;

    /// <summary>Watches until told to stop.</summary>
    internal static void Run(ServiceModePolicy policy, ServiceMode mode, CancellationToken stop)
    {
        var keys = new ServiceKeys(policy.Keys);
        using var input = new BoardKeys(policy.Keys.Select(k => k.Device), ScanMs);
        while (!stop.IsCancellationRequested)
        {
            IReadOnlyList<KeyPress> pressed = input.Wait(WaitMs, out bool lost);
            if (keys.Observe(pressed, lost, Environment.TickCount64))
            {
                mode.Toggle(Environment.TickCount64);
            }

            mode.Tick(Environment.TickCount64);
        }
    }
}
