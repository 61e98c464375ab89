using Gatekeeper.Linux.Processes;

namespace Gatekeeper.Service;

/// <summary>The machine through process 1.</summary>
internal sealed class Machine(CancellationTokenSource stopping) : IMachine
{
    /// <inheritdoc/>
    public void Restart()
    {
        Init.RequestRestart();
        stopping.Cancel();
    }

    /// <inheritdoc/>
    public void Pause(int milliseconds, CancellationToken stop)
    {
        stop.WaitHandle.WaitOne(milliseconds);
        stop.ThrowIfCancellationRequested();
    }
}
