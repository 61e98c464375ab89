using System.Globalization;
using Gatekeeper.Release;
using Gatekeeper.Rig.Tests.Hostile;
using Gatekeeper.Rig.UsbRedir;

namespace Gatekeeper.Rig.Tests.Guests;

/// <summary>
/// The whole catalogue of devices that misbehave, one after another in one boot, on the real bus: each its code, not one pixel, nothing bound, nothing
/// asked that I03 does not list; memory, handles and threads are where they were; and then a good stick is installed.
/// </summary>
[Trait("part", "rig")]
[Trait("long", "true")]
public sealed class HostileDevicesGuestTests
{
    // Longer than the kernel takes to give up a device that says nonsense; one that says nothing takes it longer, and is no device either.
    private static readonly TimeSpan NeverLimit = TimeSpan.FromSeconds(10);
    private static readonly string StickGone = RefusalCatalogue.Of(Refusal.StickGone).Code;

    [Fact]
    public async Task I03_I09_I11_EachInOneBoot_AndAGoodStickAfterwards()
    {
        string update = await Lab.Fat32Async(await Lab.ReleaseAsync("2.0.0"));
        using ImageData empty = new(await Lab.EmptyAsync());
        await using Device device = await (await Lab.TemplateAsync()).StartAsync("hostile", TimeSpan.FromMinutes(60));
        await device.WaitIdleAsync();
        IReadOnlyList<string> blocks = await device.BlockDevicesAsync();
        ScreenImage before = await device.StillScreenAsync();

        // What closes its port comes last: a person has to open it again.
        HostileDevice[] all = [.. HostileDevices.All.OrderBy(d => d.ClosesThePort)];
        List<Row> rows = [];
        ServiceHold atFirst = default;
        foreach (HostileDevice hostile in all)
        {
            rows.Add(await VisitAsync(device, hostile, empty, (rows.Count % 8) + 1, before));
            if (rows.Count == 20)
            {
                atFirst = await Flow.ServiceHoldAsync(device); // by then everything that is loaded once is loaded
                await SaveMapsAsync(device, "hostile-maps-first.txt");
            }
        }

        ServiceHold atLast = await Flow.ServiceHoldAsync(device);
        await SaveMapsAsync(device, "hostile-maps-last.txt");
        await WriteAsync(rows, atFirst, atLast);
        await Bus.AssertUntouchedAsync(device, blocks);
        Assert.Empty(rows.Where(r => r.Wrong.Length > 0).Select(r => $"{r.Name}: {r.Code}, {r.Wrong}"));
        Assert.InRange(atLast.KiB, 0, atFirst.KiB + 2048);
        Assert.InRange(atLast.Handles, 0, atFirst.Handles + 2);
        Assert.InRange(atLast.Threads, 0, atFirst.Threads + 4);

        await Flow.InstallAsync(device, update, 1, "2.0.0", "b");
    }

    private static async Task<Row> VisitAsync(Device device, HostileDevice hostile, ImageData empty, int port, ScreenImage before)
    {
        UsbDevice emulated = hostile.Make(empty);
        long since = await device.NextAuditAsync();
        DateTimeOffset start = DateTimeOffset.UtcNow;
        RedirPlug plug = await device.Qemu.PlugRedirAsync(emulated, port);
        string code = "none";
        if (hostile.NeverAppears)
        {
            await Task.Delay(NeverLimit);
        }
        else
        {
            bool goneCounts = hostile.Codes.Contains(Refusal.StickGone);
            try
            {
                code = (await device.WaitAuditAsync($"verdict on {hostile}", since, TimeSpan.FromSeconds(60), r => r.Code is not null && (goneCounts || r.Code != StickGone))).Code!;
            }
            catch (RigException)
            {
                code = "no verdict"; // a row of the table like any other that is wrong, and the rest of the catalogue is tried all the same
            }
        }

        double seconds = (DateTimeOffset.UtcNow - start).TotalSeconds;
        List<string> wrong = [];
        void Check(bool good, string what)
        {
            if (!good)
            {
                wrong.Add(what);
            }
        }

        IReadOnlyList<AuditRecord> lines = await device.AuditAsync(since);
        Check(hostile.NeverAppears ? lines.All(l => l.Code is null) : hostile.Codes.Any(c => RefusalCatalogue.Of(c).Code == code), "another code");
        Check(lines.All(l => l.Detail.All(c => c is >= ' ' and < '\u007f')), "bytes of the device in the log");
        Check((await device.PluggedAsync()).All(p => !p.Authorized), "authorized");
        Check((await device.Screen.ShotAsync()).Difference(before) == 0, "a pixel changed");
        BulkOnlyTarget[] targets = [.. plug.Peer.Devices.SelectMany(d => d.Functions).OfType<BulkOnlyTarget>()];
        Check(targets.SelectMany(t => t.Commands).All(c => QemuTrace.Allowed.Contains(c.Opcode)), "a command that is not allowed");
        await device.Qemu.UnplugAsync(plug);
        await device.WaitPluggedAsync(0);
        if (lines.Any(l => l.Event == "port-disabled"))
        {
            // As a person would who has looked at the stick: the next one in this port is judged by what it is.
            await Flow.EnterServiceModeAsync(device);
            await Flow.LeaveServiceModeAsync(device);
            await device.Screen.WaitAsync("device's own screen, each pixel", TimeSpan.FromSeconds(30), now => now.Difference(before) == 0);
        }

        if (wrong.Count > 0)
        {
            wrong.AddRange(lines.Where(l => l.Code is not null).Select(l => $"{l.Event} {l.Code} {l.Detail}"));
        }

        return new Row(hostile.Name, hostile.NeverAppears ? "no device" : string.Join(" or ", hostile.Codes.Select(c => RefusalCatalogue.Of(c).Code)), code, seconds, (await Flow.ServiceHoldAsync(device)).KiB, string.Join(", ", wrong));
    }

    /// <summary>Where the service's memory is, to look at when it has grown.</summary>
    private static async Task SaveMapsAsync(Device device, string name)
        => await File.WriteAllTextAsync(Path.Combine(Repository.Out, name), await device.Shell.RunAsync(
            GuestScripts.ForEachService("", @"awk '/^[0-9a-f]+-[0-9a-f]+ /{m=$1"" ""$2"" ""$6} /^Private_Dirty/{if($2>0)print $2,m}' /proc/$p/smaps | sort -rn | head -60"), TimeSpan.FromSeconds(60)));

    private static async Task WriteAsync(List<Row> rows, ServiceHold first, ServiceHold last)
    {
        string text(double seconds) => seconds.ToString("0.0", CultureInfo.InvariantCulture);
        await File.WriteAllLinesAsync(Path.Combine(Repository.Out, "hostile-devices.md"),
        [
            "# Devices that misbehave, one after another in one boot", "",
            "| device | expected | got | seconds to the verdict | service memory after, KiB | wrong |", "|---|---|---|---|---|---|",
            .. rows.Select(r => $"| {r.Name} | {r.Expected} | {r.Code} | {text(r.Seconds)} | {r.KiB} | {r.Wrong} |"),
        ]);
        Figures.Add($"hostile devices, {rows.Count} in one boot: slowest verdict {text(rows.Where(r => r.Code != "none").Max(r => r.Seconds))} s; service memory {first.KiB} KiB, handles {first.Handles}, threads {first.Threads} after the 20th, {last.KiB} KiB, {last.Handles}, {last.Threads} after the last (out/hostile-devices.md)");
    }

    private sealed record Row(string Name, string Expected, string Code, double Seconds, int KiB, string Wrong);
}
