namespace Gatekeeper.Update;

/// <summary>Monotonic time for <see cref="FallBackCheck"/>: nothing there needs a clock that is right.</summary>
public interface IFallBackClock
{
    /// <summary>Milliseconds since some start; never goes back.</summary>
    long NowMs { get; }

    /// <summary>Returns after so many milliseconds.</summary>
    /// <exception cref="OperationCanceledException">The service stops.</exception>
    void Wait(long milliseconds);
}
