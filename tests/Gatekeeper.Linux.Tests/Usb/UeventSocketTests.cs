using Gatekeeper.Linux.Usb;

namespace Gatekeeper.Linux.Tests.Usb;

public sealed class UeventSocketTests
{
    [Fact]
    public void WithoutAnEventTheTimePasses()
    {
        using UeventSocket socket = UeventSocket.Open();
        while (socket.Wait(0) != Wake.Time)
        {
        }

        Assert.Equal(Wake.Time, socket.Wait(10));
    }

    [Fact]
    public void AnEventWakesAndAFloodIsAnOverflow()
    {
        // The loopback interface's uevent file asks the kernel to send its event once more.
        const string Uevent = "/sys/class/net/lo/uevent";
        using UeventSocket socket = UeventSocket.Open();
        File.WriteAllText(Uevent, "change");
        Assert.Equal(Wake.Event, socket.Wait(5000));

        for (int i = 0; i < 5000; i++)
        {
            File.WriteAllText(Uevent, "change");
        }

        Assert.Equal(Wake.Overflow, socket.Wait(5000));
    }
}
