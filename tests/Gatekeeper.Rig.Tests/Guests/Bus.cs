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
