namespace Gatekeeper.Stick;

/// <summary>Time as the stick's limits need it. Monotonic; says nothing about the date.</summary>
public interface IStickClock
{
    /// <summary>Milliseconds since some fixed moment; never goes back.</summary>
    long Milliseconds { get; }

    /// <summary>Returns after at least this many milliseconds.</summary>
    void Wait(int milliseconds);
}
