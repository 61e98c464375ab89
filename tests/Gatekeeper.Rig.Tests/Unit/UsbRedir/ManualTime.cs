using Gatekeeper.Stick;

namespace Gatekeeper.Rig.Tests.Unit.UsbRedir;

/// <summary>One time for the product's reader and the emulated stick; it passes when the reader waits for it.</summary>
internal sealed class ManualTime : TimeProvider, IStickClock
{
    public long Milliseconds { get; private set; }

    public override long TimestampFrequency => 1000;

    public void Wait(int milliseconds) => Milliseconds += milliseconds;

    public override long GetTimestamp() => Milliseconds;
}
