namespace Gatekeeper.Stick.Tests.Transport;

/// <summary>Time that passes only when it is waited for.</summary>
internal sealed class FakeClock : IStickClock
{
    public long Milliseconds { get; set; }

    public void Wait(int milliseconds) => Milliseconds += milliseconds;
}
