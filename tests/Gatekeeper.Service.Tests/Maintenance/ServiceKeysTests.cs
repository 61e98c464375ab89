using Gatekeeper.Linux.Input;
using Gatekeeper.Service.Maintenance;

namespace Gatekeeper.Service.Tests.Maintenance;

public sealed class ServiceKeysTests
{
    private const string Keyboard = "isa0060/serio0/input0";
    private const string Button = "LNXPWRBN/button/input0";
    private readonly ServiceKeys keys = new(
    [
        new ServiceKeyPolicy { Device = Keyboard, Code = 88, HoldMs = 3000 },
        new ServiceKeyPolicy { Device = Button, Code = 116, HoldMs = 0 },
    ]);

    private bool At(long ms, params KeyPress[] pressed) => keys.Observe(pressed, lost: false, ms);

    [Fact]
    public void HeldLongEnough_CountsOnceAPress()
    {
        Assert.False(At(0, new KeyPress(Keyboard, 88, Down: true)));
        Assert.False(At(2999));
        Assert.True(At(3000));
        Assert.False(At(9000));
        Assert.False(At(9100, new KeyPress(Keyboard, 88, Down: false)));
    }

    [Fact]
    public void ReleasedTooEarly_DoesNotCount()
    {
        Assert.False(At(0, new KeyPress(Keyboard, 88, Down: true)));
        Assert.False(At(2000, new KeyPress(Keyboard, 88, Down: false)));
        Assert.False(At(4000));
    }

    [Fact]
    public void ButtonThatReportsBothEndsAtOnce_Counts()
        => Assert.True(At(0, new KeyPress(Button, 116, Down: true), new KeyPress(Button, 116, Down: false)));

    [Theory]
    [InlineData(Keyboard, 116)]
    [InlineData(Button, 88)]
    [InlineData("usb-0000:00:02.0-1/input0", 116)]
    public void AnotherKeyOrAnotherDevice_DoesNotCount(string device, int code)
    {
        Assert.False(At(0, new KeyPress(device, code, Down: true)));
        Assert.False(At(60_000));
    }

    [Fact]
    public void WhenEventsWereLost_TheKeyHasToBePressedAnew()
    {
        Assert.False(At(0, new KeyPress(Keyboard, 88, Down: true)));
        Assert.False(keys.Observe([], lost: true, 1000));
        Assert.False(At(5000));
    }
}
