using Gatekeeper.Service.Indicator;
using Gatekeeper.Update.Status;

namespace Gatekeeper.Service.Tests.Indicator;

/// <summary>The loop that lets lamp and beeper follow the status, on a clock that moves 100 ms at each look.</summary>
public sealed class IndicatorWatchTests
{
    private static readonly StatusMessage Copying = new() { State = StatusState.Copying, Product = "PM200", Running = "1.0.0" };

    private readonly List<(long Ms, bool On)> lamp = [];
    private readonly List<(long Ms, bool On)> tone = [];
    private long now;

    [Fact]
    public void Lamp_IsSetOnlyWhenItChanges_AndIsDarkAtTheEnd()
    {
        Follow(4000, _ => Copying);
        Assert.Equal([(0, true), (1000, false), (2000, true), (3000, false), (4000, true)], lamp[..^1]);
        Assert.False(lamp[^1].On);
        Assert.DoesNotContain(tone, t => t.On);
    }

    [Fact]
    public void I15_DeviceComesIntoUse_LampAndToneGoAtTheNextLook()
    {
        StatusMessage asking = Copying with { State = StatusState.Found, Ask = new StatusAsk(AskKind.Button, 0, 9, false, 0, 0) };
        Follow(3000, ms => ms < 300 ? asking : asking with { InUse = true });
        Assert.Contains((0L, true), tone);
        Assert.DoesNotContain(lamp.Concat(tone), o => o.On && o.Ms >= 300);
    }

    [Fact]
    public void Sign_BeginsWithItsState_AndTheBeeperDoesNotRepeat()
    {
        Follow(10_000, ms => Copying with { State = ms < 5000 ? StatusState.Idle : StatusState.FellBack });
        Assert.Equal([5000L, 5500, 6000], tone.Where(t => t.On).Select(t => t.Ms));
        Assert.Equal(5000, lamp.First(l => l.On).Ms);
    }

    [Fact]
    public void LampThatFails_IsTriedAgainLater_AndTheBeeperGoesOn()
    {
        Follow(11_000, _ => Copying with { State = StatusState.Done }, works: false);
        Assert.Equal([0L, 5000, 10_000], lamp[..^1].Select(l => l.Ms));
        Assert.Contains((0L, true), tone);
    }

    private void Follow(long untilMs, Func<long, StatusMessage> status, bool works = true)
    {
        using CancellationTokenSource stop = new();
        long ticks = -100;
        IndicatorWatch.Follow(
            () => status(now),
            on =>
            {
                lamp.Add((now, on));
                return works;
            },
            on =>
            {
                tone.Add((now, on));
                return true;
            },
            () =>
            {
                ticks += 100;
                if (ticks >= untilMs)
                {
                    stop.Cancel();
                }

                return now = ticks;
            },
            stop.Token);
    }
}
