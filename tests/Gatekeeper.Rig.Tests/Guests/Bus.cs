using System.Text.RegularExpressions;

namespace Gatekeeper.Rig.Tests.Guests;

/// <summary>The rules that hold in every guest test, whatever was plugged.</summary>
internal static partial class Bus
{
    /// <summary>
    /// I02: from the kernel's own log and sysfs: no driver but usb, hub on root hubs and usbfs; no block device but the machine's own.
    /// I03: from QEMU's trace: since the kernel's start no command but the allowed ones.
    /// </summary>
    public static async Task AssertUntouchedAsync(Device device, IReadOnlyList<string> blockDevicesBefore)
    {
        Assert.Equal(blockDevicesBefore, await device.BlockDevicesAsync());
        Assert.Equal("hub\nusb\nusbfs", await device.Shell.RunAsync("ls -1 /sys/bus/usb/drivers"));
        foreach (UsbNode node in await device.UsbAsync())
        {
            Assert.True(node.Driver is null or "usb" or "usbfs" || (node.Driver == "hub" && node.IsRootHub), $"{node} is bound to {node.Driver}");
        }
        Assert.DoesNotMatch(ForeignDriver(), await device.KernelLogAsync());
        AssertNoForeignDriver(device.Qemu);
        AssertOnlyAllowedCommands(device.Qemu);
    }

    /// <summary>Waits until the guest has this many devices, hubs counted and root hubs not: one short question each time, for many devices.</summary>
    public static Task WaitCountAsync(Device device, int count, TimeSpan limit)
        => Wait.UntilAsync($"{count} devices in the guest", limit, async () =>
            await device.Shell.RunAsync("ls /sys/bus/usb/devices | grep -c '^[0-9]*-[0-9.]*$' || true", TimeSpan.FromSeconds(60)) == $"{count}");

    /// <summary>Waits until each of these ports has a verdict at or after a mark.</summary>
    /// <returns>Port to the code of its first verdict.</returns>
    public static async Task<IReadOnlyDictionary<string, string>> WaitVerdictsAsync(Device device, long since, IReadOnlyCollection<string> ports, TimeSpan limit)
    {
        Dictionary<string, string> codes = [];
        try
        {
            await Wait.UntilAsync($"verdicts on {ports.Count} devices", limit, async () =>
            {
                codes = (await device.AuditAsync(since)).Where(r => r.Code is not null && r.Port is not null).GroupBy(r => r.Port!).ToDictionary(g => g.Key, g => g.First().Code!);
                return ports.All(codes.ContainsKey);
            }, TimeSpan.FromSeconds(1));
            return codes;
        }
        catch (RigException late)
        {
            throw new RigException($"{late.Message}; none on {string.Join(' ', ports.Where(p => !codes.ContainsKey(p)))}\n{await device.DescribeAsync()}", late);
        }
    }

    /// <summary>I10: no port was disabled since a mark.</summary>
    public static async Task AssertNoPortDisabledAsync(Device device, long since)
        => Assert.Equal("", await device.Shell.RunAsync($"gatekeeper log --since {since} | grep port-disabled || true", TimeSpan.FromSeconds(120)));

    /// <summary>I02, from what every kernel of this machine wrote on its console, so also from before a restart; usable when the guest is gone.</summary>
    public static void AssertNoForeignDriver(Qemu qemu) => Assert.DoesNotMatch(ForeignDriver(), qemu.Serial.Text);

    /// <summary>I03, from QEMU's trace alone: also usable when the guest is gone.</summary>
    public static void AssertOnlyAllowedCommands(Qemu qemu) => AssertOnlyAllowedCommands(qemu.CommandsSinceKernelStart());

    /// <summary>I03, for a part of a trace.</summary>
    public static void AssertOnlyAllowedCommands(IEnumerable<StickCommand> commands)
        => Assert.All(commands, c => Assert.True(QemuTrace.Allowed.Contains(c.Opcode), $"opcode {c.Opcode:x2} at {c.Time:O}"));

    [GeneratedRegex(@"usb-storage|uas\b|scsi host|\bsd[a-z]\b|usbhid|hid-generic|input: .*/usb|cdc_|rndis_|snd|registered new interface driver (?!usbfs|hub)")]
    private static partial Regex ForeignDriver();
}
