namespace Gatekeeper.Service;

/// <summary>The machine as a whole.</summary>
internal interface IMachine
{
    /// <summary>Asks PID 1 for an orderly restart. Returns at once; the service is told to stop soon after.</summary>
    void Restart();

    /// <summary>Waits.</summary>
    /// <exception cref="OperationCanceledException">Told to stop waiting.</exception>
    void Pause(int milliseconds, CancellationToken stop);
}
