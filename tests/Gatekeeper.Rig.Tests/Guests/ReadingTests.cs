using System.Globalization;
using System.Security.Cryptography;
using System.Text.RegularExpressions;

namespace Gatekeeper.Rig.Tests.Guests;

/// <summary>
/// Reading a stick through user space beside <c>dd</c> through the kernel's usb-storage: the same stick, the same guest on Debian's
/// kernel, in turns, at the same transfer size. Times are printed, not judged; that the same bytes were read is.
/// </summary>
[Trait("part", "measure")]
[Trait("long", "true")]
public sealed partial class ReadingTests
{
    private const int Rounds = 5;
    private const int MiB = 96;

    [Fact]
    public Task UserSpaceBesideUsbStorage_SuperSpeed() => CompareAsync("SuperSpeed", "usb", Release.Limits.TransferBytesSuperSpeed);

    [Fact]
    public Task UserSpaceBesideUsbStorage_HighSpeed() => CompareAsync("high speed", "ehci", Release.Limits.TransferBytesHighSpeed);

    // bus: the machine's name of the controller. transfer: bytes that one command of ours asks for at that speed.
    private static async Task CompareAsync(string speed, string bus, int transfer)
    {
        string folder = Path.Combine(Repository.Out, "comparison");
        await HostTool.RunAsync(Repository.At("firmware", "build-comparison"), ["--out", folder], TimeSpan.FromMinutes(10));
        string image = Path.Combine(folder, $"stick-{bus}.img");
        byte[] content = RandomNumberGenerator.GetBytes(MiB << 20);
        await File.WriteAllBytesAsync(image, content);
        string digest = Convert.ToHexStringLower(SHA256.HashData(content));

        await using Qemu qemu = await Qemu.StartAsync(new Machine
        {
            Name = $"comparison-{bus}",
            Kernel = Path.Combine(folder, "vmlinuz"),
            Initramfs = Path.Combine(folder, "initrd.img"),
            CommandLine = "console=ttyS0 panic=5 printk.devkmsg=on",
            Lifetime = TimeSpan.FromMinutes(8),
            More = ["-device", "usb-ehci,id=ehci"],
        });
        GuestShell shell = await qemu.ShellAsync();
        await shell.RunAsync("modprobe xhci-pci; modprobe ehci-pci; modprobe sd_mod", TimeSpan.FromSeconds(60));

        List<Reading> kernel = [];
        List<Reading> ours = [];
        for (int round = 0; round < Rounds; round++)
        {
            kernel.Add(await ThroughUsbStorageAsync(qemu, shell, image, bus, transfer, digest));
            ours.Add(await ThroughPumpAsync(qemu, shell, image, bus, digest));
        }

        Report($"reading {MiB} MiB at {speed}", kernel, ours);
        Bus.AssertOnlyAllowedCommands(ours.SelectMany(o => o.Commands));
    }

    private static async Task<Reading> ThroughUsbStorageAsync(Qemu qemu, GuestShell shell, string image, string bus, int transfer, string digest)
    {
        await shell.RunAsync("""
            modprobe usb-storage
            for bus in /sys/bus/usb/devices/usb*; do echo 1 > $bus/interface_authorized_default; echo 1 > $bus/authorized_default; done
            """);
        Plugged stick = await qemu.PlugStickAsync(image, 1, bus);
        int blocks = (MiB << 20) / transfer;
        string[] lines = (await shell.RunAsync($"""
            until [ -b /dev/sda ] && dd if=/dev/sda of=/dev/null bs=512 count=1 2> /dev/null; do usleep 2000; done
            cut -d ' ' -f 1 /proc/uptime
            cat /sys/block/sda/queue/max_sectors_kb
            cut -d ' ' -f 1 /proc/uptime
            dd if=/dev/sda of=/dev/null bs={transfer} count={blocks} iflag=direct 2> /dev/null
            cut -d ' ' -f 1 /proc/uptime
            sha256sum < /dev/sda
            """, TimeSpan.FromMinutes(2))).Split('\n');
        double plugged = await PlugTimeAsync(shell);
        await qemu.UnplugAsync(stick);

        // The driver stays loaded while the pump reads: an interface that was not authorized by default is probed by nobody.
        await shell.RunAsync("until ! [ -b /dev/sda ]; do usleep 20000; done");

        Assert.True(int.Parse(lines[1], CultureInfo.InvariantCulture) * 1024 >= transfer, $"usb-storage splits what dd asks for: {lines[1]} KiB");
        Assert.Equal(digest, lines[4].Split(' ')[0]);
        double seconds = double.Parse(lines[3], CultureInfo.InvariantCulture) - double.Parse(lines[2], CultureInfo.InvariantCulture);
        return new Reading(double.Parse(lines[0], CultureInfo.InvariantCulture) - plugged, (double)blocks * transfer / (1 << 20) / seconds, []);
    }

    private static async Task<Reading> ThroughPumpAsync(Qemu qemu, GuestShell shell, string image, string bus, string digest)
    {
        await shell.RunAsync($"rm -f /run/reading; stick-reader read {MiB} > /run/reading 2>&1 & until grep -q ready /run/reading; do usleep 20000; done", TimeSpan.FromSeconds(60));
        int before = qemu.Trace.Commands().Count;
        Plugged stick = await qemu.PlugStickAsync(image, 1, bus);
        string[] lines = (await shell.RunAsync("while pidof stick-reader > /dev/null; do usleep 50000; done; cat /run/reading; ls -1 /sys/block", TimeSpan.FromMinutes(2))).Split('\n');
        double plugged = await PlugTimeAsync(shell);
        await qemu.UnplugAsync(stick);

        string[] fields = lines[1].Split(' ');
        Assert.True(fields.Length == 4, string.Join('\n', lines));
        Assert.Equal(digest, fields[3]);
        Assert.DoesNotContain("sda", lines);
        double seconds = double.Parse(fields[2], CultureInfo.InvariantCulture) / 1000;
        return new Reading((double.Parse(fields[0], CultureInfo.InvariantCulture) / 1000) - plugged, MiB / seconds, [.. qemu.Trace.Commands().Skip(before)]);
    }

    /// <summary>When the kernel saw the stick.</summary>
    private static async Task<double> PlugTimeAsync(GuestShell shell)
        => double.Parse(NewDevice().Matches(await shell.RunAsync("dmesg", TimeSpan.FromSeconds(60)))[^1].Groups[1].ValueSpan, CultureInfo.InvariantCulture);

    private static void Report(string what, List<Reading> kernel, List<Reading> ours)
    {
        double dd = Median(kernel.Select(r => r.MiBPerSecond));
        double pump = Median(ours.Select(r => r.MiBPerSecond));
        double firstDd = Median(kernel.Select(r => r.FirstByte));
        double firstPump = Median(ours.Select(r => r.FirstByte));
        Figures.Add(
            string.Create(CultureInfo.InvariantCulture, $"{what}, medians of {Rounds}: dd through usb-storage {dd:0.0} MiB/s, pump {pump:0.0} MiB/s, ratio {pump / dd:0.00} (aim 0.9)"),
            string.Create(CultureInfo.InvariantCulture, $"plug to first byte, same runs: usb-storage {firstDd:0.00} s, pump {firstPump:0.00} s, {firstDd - firstPump:0.00} s sooner (aim 1)"));
    }

    private static double Median(IEnumerable<double> values) => values.Order().ElementAt(Rounds / 2);

    [GeneratedRegex(@"\[ *(\d+\.\d+)\] usb \d-\d: new \S+ USB device")]
    private static partial Regex NewDevice();

    /// <summary>One reading: seconds from the kernel's sight of the stick to its first byte, speed, what the stick was asked.</summary>
    private sealed record Reading(double FirstByte, double MiBPerSecond, IReadOnlyList<StickCommand> Commands);
}
