using System.Diagnostics;
using System.Globalization;
using Gatekeeper.Rig.UsbRedir;

namespace Gatekeeper.Rig.Tests.Guests;

/// <summary>
/// Plugged and pulled again and again in one boot: sticks, keyboards, mice and sticks of the emulator, eight at once. Nothing of the service grows,
/// nothing is bound, no port is closed, the audit chain is whole, and then a stick of ours has its verdict as if it were the first.
/// </summary>
[Trait("part", "rig")]
public sealed class PlugCycleTests
{
    // One kind for each port and always the same: another identity within two seconds would close the port (I10), and rightly.
    private static readonly Kind[] Ports = [Kind.Stick, Kind.EmulatedSuper, Kind.Keyboard, Kind.Stick, Kind.EmulatedHigh, Kind.Mouse, Kind.Tablet, Kind.Keyboard];

    // What the guest calls the ports with a stick: SuperSpeed is bus 2, all else bus 1.
    private static readonly string[] StickPorts = ["2-1", "2-2", "2-4", "1-5"];

    // Nine connects of a port in any minute at most; more than Limits.PlugsPerMinute close it.
    private static readonly TimeSpan Round = TimeSpan.FromSeconds(7);

    private enum Kind
    {
        Stick,
        EmulatedSuper,
        EmulatedHigh,
        Keyboard,
        Mouse,
        Tablet,
    }

    [Fact]
    public async Task I11_FiftyCyclesInOneBoot_NothingGrows_AndTheNextStickHasItsVerdict()
    {
        await using Device device = await (await Lab.TemplateAsync()).StartAsync("plug-cycles", TimeSpan.FromMinutes(8));
        await CycleAsync(device, 50);

        // Its release is damaged in the middle: accepted like any other, and never installed.
        Plugged stick = await AcceptAsync(device, 50, await Lab.Fat32Async(await Lab.DamagedAsync("2.0.0")));
        await device.Qemu.UnplugAsync(stick);
        await device.WaitIdleAsync();
    }

    [Fact]
    [Trait("long", "true")]
    public async Task I11_ThousandCyclesInOneBoot_NothingGrows_AndAGoodStickIsInstalled()
    {
        string update = await Lab.Fat32Async(await Lab.ReleaseAsync("2.0.0"));
        await using Device device = await (await Lab.TemplateAsync()).StartAsync("plug-cycles-long", TimeSpan.FromMinutes(45));
        await CycleAsync(device, 1000);
        await Flow.WaitKeptAfterRestartAsync(device, await AcceptAsync(device, 1000, update), "2.0.0", "b");
    }

    private static async Task CycleAsync(Device device, int cycles)
    {
        await device.WaitIdleAsync();
        IReadOnlyList<string> blocks = await device.BlockDevicesAsync();
        string[] images = await Task.WhenAll(Enumerable.Range(0, Ports.Length).Select(n => CopyAsync(device, n)));
        using ImageData empty = new(await Lab.EmptyAsync());
        Random random = new(6);
        Stopwatch clock = Stopwatch.StartNew();
        long first = await device.NextAuditAsync();
        long since = first;
        Growth? warm = null;
        for (int done = 0; done < cycles;)
        {
            TimeSpan start = clock.Elapsed;
            int count = Math.Min(Ports.Length, cycles - done);
            List<Func<Task>> pulls = [];
            for (int port = 1; port <= count; port++)
            {
                pulls.Add(await PlugAsync(device, port, images[port - 1], empty));
            }
            await Bus.WaitCountAsync(device, count, TimeSpan.FromSeconds(40));

            // In the first round and the last each stick is read to its end; in the others they are pulled wherever they are.
            if (done == 0 || done + count == cycles)
            {
                await Bus.WaitVerdictsAsync(device, since, StickPorts[..Math.Min(count, StickPorts.Length)], TimeSpan.FromSeconds(120));
                await Wait.UntilAsync("shut ports", TimeSpan.FromSeconds(15), async () => (await device.PluggedAsync()).All(p => !p.Authorized));
            }
            else
            {
                await Task.Delay(TimeSpan.FromMilliseconds(random.Next(2500)));
            }
            foreach (Func<Task> pull in pulls)
            {
                await pull();
            }
            await Bus.WaitCountAsync(device, 0, TimeSpan.FromSeconds(40));
            done += count;

            if (warm is null && done >= cycles / 3)
            {
                warm = await Growth.LookAsync(device);
            }
            since = await device.NextAuditAsync(since);
            TimeSpan rest = start + Round - clock.Elapsed;
            await Task.Delay(rest > TimeSpan.Zero ? rest : TimeSpan.Zero);
        }

        TimeSpan time = clock.Elapsed;
        Growth last = await Growth.LookAsync(device);
        Figures.Add(string.Create(CultureInfo.InvariantCulture,
            $"plugged and pulled {cycles} times in one boot, {time.TotalSeconds / cycles:0.0} s each: {warm} after the first third, {last} at the end"));
        last.AssertAsBefore(warm!);
        Assert.Empty(await device.PluggedAsync());
        Assert.Empty((await device.StatusAsync())["unprotected"]!.AsArray());
        await Bus.AssertNoPortDisabledAsync(device, first);
        await Bus.AssertUntouchedAsync(device, blocks);
        Assert.Equal(0, (await device.Shell.TryAsync("gatekeeper log verify", TimeSpan.FromSeconds(60))).ExitCode);
    }

    private static async Task<Plugged> AcceptAsync(Device device, int cycles, string stick)
    {
        long since = await device.NextAuditAsync();
        (Plugged plugged, double seconds) = await Flow.AcceptedInTimeAsync(device, stick, 1, since, await Flow.UptimeAsync(device));
        Figures.Add(string.Create(CultureInfo.InvariantCulture, $"plug to verdict, release on FAT32 after {cycles} cycles: {seconds:0.0} s"));
        return plugged;
    }

    /// <returns>What pulls it again.</returns>
    private static async Task<Func<Task>> PlugAsync(Device device, int port, string image, ImageData empty)
    {
        switch (Ports[port - 1])
        {
            case Kind.Stick:
                Plugged stick = await device.Qemu.PlugStickAsync(image, port);
                return () => device.Qemu.UnplugAsync(stick);
            case Kind.EmulatedSuper or Kind.EmulatedHigh:
                BusSpeed speed = Ports[port - 1] == Kind.EmulatedSuper ? BusSpeed.Super : BusSpeed.High;
                RedirPlug emulated = await device.Qemu.PlugRedirAsync(new BulkOnlyTarget(empty).Device(speed), port);
                return () => device.Qemu.UnplugAsync(emulated);
            case Kind other:
                Plugged input = await device.Qemu.PlugAsync(other switch { Kind.Keyboard => "usb-kbd", Kind.Mouse => "usb-mouse", _ => "usb-tablet" }, port);
                return () => device.Qemu.UnplugAsync(input);
        }
    }

    // QEMU locks an image, so two sticks cannot share one.
    private static async Task<string> CopyAsync(Device device, int number)
        => Ports[number] == Kind.Stick ? await Stick.CopyAsync(await Lab.EmptyAsync(), Lab.At($"{device.Qemu.Machine.Name}-{number + 1}.img")) : "";
}
