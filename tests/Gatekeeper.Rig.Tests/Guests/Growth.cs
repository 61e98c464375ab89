using System.Globalization;

namespace Gatekeeper.Rig.Tests.Guests;

/// <summary>What must not grow however often something is plugged; looked at when nothing is plugged and nothing goes on.</summary>
/// <param name="Service">What gatekeeperd itself holds.</param>
/// <param name="Gatekeepers">Processes of gatekeeperd: itself, and the two that wait for a stick.</param>
/// <param name="Processes">All processes but the kernel's own.</param>
internal sealed record Growth(ServiceHold Service, int Gatekeepers, int Processes)
{
    // As for the catalogue of hostile devices: what the collector has not given back yet, and threads of the pool.
    private const int MoreKiB = 2048;
    private const int MoreHandles = 2;
    private const int MoreThreads = 4;

    /// <summary>Looks, once the children of the last stick are replaced by ones that wait, and no process is left that nobody asked for its end.</summary>
    public static async Task<Growth> LookAsync(Device device)
    {
        await device.WaitIdleAsync();
        foreach (string child in new[] { "stick-pump", "stick-walker" })
        {
            await Wait.UntilAsync(child, TimeSpan.FromSeconds(60), async () => (await device.Shell.TryAsync(GuestScripts.ForEachService(child, ":"))).ExitCode == 0);
        }
        await Wait.UntilAsync("end of all zombies", TimeSpan.FromSeconds(20), async () => await CountAsync(device, "grep -l '^State:.*Z' /proc/[0-9]*/status 2> /dev/null | wc -l") == 0);
        return new Growth(
            await Flow.ServiceHoldAsync(device),
            await CountAsync(device, "pidof gatekeeperd | wc -w"),
            await CountAsync(device, "grep -l . /proc/[0-9]*/cmdline > /tmp/processes 2> /dev/null; wc -l < /tmp/processes"));
    }

    /// <summary>Fails when this is more than it was before.</summary>
    public void AssertAsBefore(Growth before)
    {
        Assert.InRange(Service.KiB, 0, before.Service.KiB + MoreKiB);
        Assert.InRange(Service.Handles, 0, before.Service.Handles + MoreHandles);
        Assert.InRange(Service.Threads, 0, before.Service.Threads + MoreThreads);
        Assert.Equal((before.Gatekeepers, before.Processes), (Gatekeepers, Processes));
    }

    public override string ToString() => $"service memory {Service.KiB} KiB, handles {Service.Handles}, threads {Service.Threads}, processes {Processes}";

    private static async Task<int> CountAsync(Device device, string command) => int.Parse(await device.Shell.RunAsync(command), CultureInfo.InvariantCulture);
}
