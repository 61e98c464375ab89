namespace Gatekeeper.SampleApp;

/// <summary>The number on the screen: goes up by one every five seconds, or is fixed.</summary>
internal sealed class Counter(bool steady, string steadyFile)
{
    private const int SteadyValue = 8888;
    private const int StepMilliseconds = 5000; // drawing costs time on a small device

    private readonly long _started = Environment.TickCount64;
    private long _lookedAt = long.MinValue;
    private bool _steady;

    /// <summary>0 to 9999.</summary>
    internal int Value()
    {
        long now = Environment.TickCount64;
        if (!steady && now / 500 != _lookedAt)
        {
            _lookedAt = now / 500;
            _steady = File.Exists(steadyFile);
        }

        return steady || _steady ? SteadyValue : (int)((now - _started) / StepMilliseconds % 10_000);
    }
}
