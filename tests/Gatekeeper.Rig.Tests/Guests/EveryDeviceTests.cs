using System.Globalization;
using Gatekeeper.Release;
using JsonObject = System.Text.Json.Nodes.JsonObject;

namespace Gatekeeper.Rig.Tests.Guests;

public sealed class EveryDevice() : DeviceFixture("every-device");

/// <summary>Every USB device that QEMU can make, one after another in one boot: silence, the code it should have, and memory that does not grow.</summary>
[Trait("part", "rig")]
[Trait("long", "true")]
public sealed class EveryDeviceTests(EveryDevice fixture) : GuestTests(fixture), IClassFixture<EveryDevice>
{
    // What is left is QEMU's way to a device of the host (usb-host, usb-redir, u2f-passthru): no device of its own.
    // A serial adapter is attached only when its other end is open: a ring buffer is, from the start.
    private static readonly (string Driver, Refusal[] Codes, string? Chardev)[] All =
    [
        ("usb-kbd", [Refusal.DeviceNotAllowed], null),
        ("usb-mouse", [Refusal.DeviceNotAllowed], null),
        ("usb-tablet", [Refusal.DeviceNotAllowed], null),
        ("usb-wacom-tablet", [Refusal.DeviceNotAllowed], null),
        ("usb-hub", [Refusal.DeviceNotAllowed], null),
        ("usb-net", [Refusal.DeviceNotAllowed], null),
        ("usb-audio", [Refusal.DeviceNotAllowed], null),
        ("usb-ccid", [Refusal.DeviceNotAllowed], null),
        ("usb-mtp", [Refusal.DeviceNotAllowed], null),
        ("usb-serial", [Refusal.DeviceNotAllowed], "ringbuf"),
        ("usb-braille", [Refusal.DeviceNotAllowed], "ringbuf"),
        ("usb-uas", [Refusal.DeviceUasOnly], null),
        ("usb-bot", [Refusal.StickGeometry, Refusal.StickProtocol, Refusal.StickTimeout, Refusal.StickGone], null), // a stick without a medium
    ];

    private int chardevs;
    private int plugs; // a port has rest between two devices: another identity at once would be a refusal of its own

    [Fact]
    public async Task I09_EachIsRefusedInSilence_AndMemoryStaysFlat()
    {
        IReadOnlyList<string> blocks = await Device.BlockDevicesAsync();
        ScreenImage before = await Device.StillScreenAsync();
        List<string> table = ["| device | code | seconds to the verdict | service memory after, KiB | after the second round |", "|---|---|---|---|---|"];
        Visit[] first = [.. await RoundAsync(before)];
        Visit[] second = [.. await RoundAsync(before)];
        await Bus.AssertUntouchedAsync(Device, blocks);
        table.AddRange(first.Zip(second).Select(v => string.Create(
            CultureInfo.InvariantCulture, $"| {v.First.Driver} | {v.First.Code} | {v.First.Seconds:0.0} | {v.First.KiB} | {v.Second.KiB} |")));
        await File.WriteAllLinesAsync(Path.Combine(Repository.Out, "every-device.md"), table);
        Figures.Add($"every USB device of QEMU, {All.Length} in one boot, twice: service memory {first[^1].KiB} KiB after the first round, {second[^1].KiB} KiB after the second (out/every-device.md)");

        // The first round loads code; a leak of a device's worth each time would show in the second.
        Assert.InRange(second[^1].KiB, 0, first[^1].KiB + 1024);
    }

    private async Task<IReadOnlyList<Visit>> RoundAsync(ScreenImage before)
    {
        List<Visit> visits = [];
        foreach ((string driver, Refusal[] codes, string? chardev) in All)
        {
            long since = await Device.NextAuditAsync();
            DateTimeOffset start = DateTimeOffset.UtcNow;
            Plugged plugged = await Device.Qemu.PlugAsync(driver, (plugs++ % 8) + 1, await PropertiesAsync(driver, chardev));
            AuditRecord line = await Device.WaitAuditAsync($"verdict on {driver}", since, TimeSpan.FromSeconds(60), r => r.Code is not null);
            double seconds = (DateTimeOffset.UtcNow - start).TotalSeconds;
            Assert.Contains(line.Code, codes.Select(c => RefusalCatalogue.Of(c).Code));
            await Wait.UntilAsync("a shut port", TimeSpan.FromSeconds(10), async () => (await Device.PluggedAsync()) is [{ Authorized: false }]);
            Assert.Equal(0, (await Device.Screen.ShotAsync()).Difference(before));
            await Device.Qemu.UnplugAsync(plugged);
            await Device.WaitPluggedAsync(0);
            visits.Add(new Visit(driver, line.Code!, seconds, (await Flow.ServiceHoldAsync(Device)).KiB));
        }

        return visits;
    }

    private sealed record Visit(string Driver, string Code, double Seconds, int KiB);

    private async Task<JsonObject?> PropertiesAsync(string driver, string? chardev)
    {
        if (driver == "usb-mtp")
        {
            return new JsonObject { ["rootdir"] = Directory.CreateTempSubdirectory("gk-mtp").FullName };
        }
        if (chardev is null)
        {
            return null;
        }
        string id = $"chardev{++chardevs}";
        await Device.Qemu.Qmp.RunAsync("chardev-add", new JsonObject { ["id"] = id, ["backend"] = new JsonObject { ["type"] = chardev, ["data"] = new JsonObject() } });
        return new JsonObject { ["chardev"] = id };
    }
}
