using System.Globalization;
using System.Text.RegularExpressions;

namespace Gatekeeper.Rig.Tests.Guests;

/// <summary>
/// Figures of one update under emulation, printed by tests/run from out/figures.txt. Times are not judged: they are the emulator's.
/// Memory is: DESIGN §9 gives limits that do not depend on speed.
/// </summary>
[Trait("part", "measure")]
public sealed partial class MeasureTests
{
    private const int IdleLimitKiB = 48 * 1024;
    private const int InstallingLimitKiB = 96 * 1024;

    private readonly List<string> figures = [];

    [Fact]
    public async Task OneUpdate_TimesAndMemory()
    {
        await using Device device = await (await Lab.TemplateAsync()).StartAsync("measure");
        await device.WaitIdleAsync();
        // Idle is with the two processes that wait for a stick; they are started last.
        foreach (string child in new[] { "stick-pump", "stick-walker" })
        {
            await Wait.UntilAsync(child, TimeSpan.FromSeconds(60), async () => (await device.Shell.TryAsync(GuestScripts.ForEachService(child, ":"))).ExitCode == 0);
        }
        int idle = await TotalPssAsync(device, "idle");

        Plugged empty = await device.Qemu.PlugStickAsync(await Lab.EmptyAsync(), 1);
        long since = await device.NextAuditAsync();
        AuditRecord refused = await device.WaitAuditAsync("verdict on an empty stick", 1, TimeSpan.FromSeconds(60), r => r.Event == "refused");
        Figure("plug to verdict, empty FAT32 stick", refused.Uptime - await PlugTimeAsync(device));
        await device.Qemu.UnplugAsync(empty);
        await device.WaitPluggedAsync(0);

        string stick = await Lab.Fat32Async(await Lab.ReleaseAsync("2.0.0"));
        int mark = device.Qemu.Qmp.EventCount;
        DateTimeOffset plugged = DateTimeOffset.UtcNow;
        Plugged release = await device.Qemu.PlugStickAsync(stick, 2);
        AuditRecord accepted = await device.WaitAuditAsync("verdict on the release", since, TimeSpan.FromSeconds(60), r => r.Event == "accepted");
        Figure("plug to verdict, release on FAT32", accepted.Uptime - await PlugTimeAsync(device));
        (int most, QmpEvent reset) = await SampleUntilResetAsync(device, mark);
        Figure("plug to restart, the same release", reset.Time - plugged);
        await Flow.WaitKeptAsync(device, "2.0.0", "b");
        Figure("plug to version 2 confirmed", DateTimeOffset.UtcNow - plugged);

        // The stick was left in: the firmware looked at it, and the new system says that it holds what runs.
        await device.WaitAuditAsync("installed already", accepted.Seq, TimeSpan.FromSeconds(60), r => r.Code == Release.RefusalCatalogue.Of(Release.Refusal.InstalledAlready).Code);
        IEnumerable<string> asked = device.Qemu.FirmwareCommands().GroupBy(c => c.Opcode).OrderBy(g => g.Key).Select(g => $"{g.Key:x2} {g.Count()} times");
        figures.Add($"what the boot firmware asked the stick at the restart (SCSI opcodes): {string.Join(", ", asked.DefaultIfEmpty("nothing"))}");
        Bus.AssertOnlyAllowedCommands(device.Qemu);
        await device.Qemu.UnplugAsync(release);

        Figures.Add(figures);
        Assert.InRange(idle, 1, IdleLimitKiB);
        Assert.InRange(most, 1, InstallingLimitKiB);
    }

    private async Task<(int Most, QmpEvent Reset)> SampleUntilResetAsync(Device device, int mark)
    {
        int most = 0;
        string at = "";
        Task<QmpEvent> reset = device.Qemu.WaitResetAsync(mark, TimeSpan.FromMinutes(5));
        while (!reset.IsCompleted)
        {
            try
            {
                IReadOnlyList<(string Name, int KiB)> all = await PssAsync(device);
                if (all.Sum(p => p.KiB) > most)
                {
                    most = all.Sum(p => p.KiB);
                    at = string.Join(", ", all.Select(p => $"{p.Name} {p.KiB} KiB"));
                }
            }
            catch (RigException)
            {
                break; // the restart took the shell
            }
            await Task.Delay(500);
        }
        figures.Add($"PSS while installing, most of all samples: {most} KiB ({at})");
        return (most, await reset);
    }

    private async Task<int> TotalPssAsync(Device device, string when)
    {
        IReadOnlyList<(string Name, int KiB)> all = await PssAsync(device);
        int total = all.Sum(p => p.KiB);
        figures.Add($"PSS {when}: {total} KiB ({string.Join(", ", all.Select(p => $"{p.Name} {p.KiB} KiB"))})");
        return total;
    }

    /// <summary>Proportional set size of gatekeeperd and its children, proc(5) smaps_rollup.</summary>
    private static async Task<IReadOnlyList<(string Name, int KiB)>> PssAsync(Device device)
    {
        string lines = await device.Shell.RunAsync("""
            for p in $(pidof gatekeeperd); do
              set -- $(tr '\0' ' ' < /proc/$p/cmdline)
              echo "${2:-gatekeeperd} $(sed -n 's/^Pss: *\([0-9]*\) kB/\1/p' /proc/$p/smaps_rollup)"
            done
            """);
        return [.. lines.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' '))
            .Where(f => f.Length == 2 && f[1].Length > 0).Select(f => (f[0], int.Parse(f[1], CultureInfo.InvariantCulture)))];
    }

    /// <summary>When the kernel saw the last plugged device, since its start.</summary>
    private static async Task<TimeSpan> PlugTimeAsync(Device device)
    {
        Match last = NewDevice().Matches(await device.KernelLogAsync())[^1];
        return TimeSpan.FromSeconds(double.Parse(last.Groups[1].ValueSpan, CultureInfo.InvariantCulture));
    }

    private void Figure(string what, TimeSpan time)
        => figures.Add(string.Create(CultureInfo.InvariantCulture, $"{what}: {time.TotalSeconds:0.00} s"));

    [GeneratedRegex(@"\[ *(\d+\.\d+)\] usb \d-\d: new \S+ USB device")]
    private static partial Regex NewDevice();
}
