using Gatekeeper.Release;
using static Gatekeeper.PortGate.Tests.Descriptors;

namespace Gatekeeper.PortGate.Tests;

public sealed class PortHistoryTests
{
    private readonly PortHistory _history = new();
    private int _number = 1;

    [Theory]
    [InlineData(0, true)]
    [InlineData(1999, true)]
    [InlineData(2000, false)]
    [InlineData(60_000, false)]
    public void I10_AnotherIdentityWithinTwoSecondsDisablesThePort(int away, bool alarm)
    {
        Assert.Empty(_history.Observe([Plug(Stick())], 1000));
        Assert.Empty(_history.Observe([], 5000));
        var alarms = _history.Observe([Plug(Keyboard())], 5000 + away);
        Assert.Equal(alarm ? [Refusal.DeviceChanged] : [], alarms.Select(a => a.Code));
    }

    [Fact]
    public void I10_AnotherIdentityWithoutASeenGapDisablesThePort()
    {
        _history.Observe([Plug(Stick())], 1000);
        PortAlarm alarm = Assert.Single(_history.Observe([Plug(Keyboard())], 90_000));
        Assert.Equal(("1-2", Refusal.DeviceChanged), (alarm.Port, alarm.Code));
    }

    [Fact]
    public void I10_AnotherSerialNumberIsAnotherIdentity()
    {
        _history.Observe([Snapshot(Stick(), number: 1, serial: "A")], 0);
        Assert.Single(_history.Observe([Snapshot(Stick(), number: 2, serial: "B")], 10));
    }

    [Fact]
    public void AStickThatIsPluggedBadlyMayTryAgain()
    {
        for (int i = 0; i < 3; i++)
        {
            Assert.Empty(_history.Observe([Plug(Stick())], i * 500));
            Assert.Empty(_history.Observe([], (i * 500) + 250));
        }
    }

    [Fact]
    public void AStickThatStaysIsOneConnect()
    {
        UsbDeviceSnapshot stick = Plug(Stick());
        for (int i = 0; i < 100; i++)
        {
            Assert.Empty(_history.Observe([stick], i * 100));
        }
    }

    [Fact]
    public void I10_TooManyConnectsWithinAMinuteDisableThePort()
    {
        var codes = new List<Refusal>();
        for (int i = 0; i <= Limits.PlugsPerMinute; i++)
        {
            codes.AddRange(_history.Observe([Plug(Stick())], i * 4000).Select(a => a.Code));
        }

        Assert.Equal([Refusal.DeviceFlapping], codes);
    }

    [Fact]
    public void AsManyConnectsOverALongerTimeAreNone()
    {
        for (int i = 0; i <= 5 * Limits.PlugsPerMinute; i++)
        {
            Assert.Empty(_history.Observe([Plug(Stick())], i * 5001));
        }
    }

    [Fact]
    public void PortsDoNotShareTheirHistory()
    {
        _history.Observe([Snapshot(Stick(), "1-1", 1)], 0);
        _history.Observe([], 10);
        Assert.Empty(_history.Observe([Snapshot(Keyboard(), "1-2", 2)], 20));
    }

    private UsbDeviceSnapshot Plug(byte[] descriptors) => Snapshot(descriptors, number: _number++);
}
