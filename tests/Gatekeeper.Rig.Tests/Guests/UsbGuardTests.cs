using System.Globalization;
using System.Text.RegularExpressions;

namespace Gatekeeper.Rig.Tests.Guests;

/// <summary>
/// From the kernel's word that a device came to the decision, beside Debian's usbguard: the same keyboard, allowed by the same rule, in one
/// guest on Debian's kernel, in turns, by the kernel's own trace. Times are printed, not judged; that each decided is.
/// </summary>
[Trait("part", "measure")]
[Trait("long", "true")]
public sealed partial class UsbGuardTests
{
    private const int Turns = 3;
    private const int PlugsATurn = 8;
    private const string Trace = "/sys/kernel/tracing";
    private const string Root = "/tmp/usbguard";

    private int port;

    [Fact]
    public async Task FromUeventToDecision_BesideUsbGuard()
    {
        string disk = Path.Combine(Repository.Out, "usbguard.img");
        await HostTool.RunAsync(Repository.At("firmware", "build-usbguard"), ["--out", disk], TimeSpan.FromMinutes(10));
        string policy = await Lab.PolicyAsync("keyboards", text => text.Replace("\"rules\": []", "\"rules\": [\"allow with-interface 03:01:01\"]", StringComparison.Ordinal));
        DeviceTemplate template = await Lab.TemplateAsync(new ImageVariant(Policy: policy, DebianKernel: true, Name: "keyboards"));
        await using Device device = await template.StartAsync("usbguard", TimeSpan.FromMinutes(15), secondDisk: disk);
        await device.WaitIdleAsync();
        await device.Shell.RunAsync($"""
            modprobe usbhid; modprobe hid-generic
            mkdir -p {Root}
            mount -t ext4 /dev/vdb {Root}
            for d in dev proc sys; do mount --bind /$d {Root}/$d; done
            mount -t tracefs tracefs {Trace}
            echo boot > {Trace}/trace_clock
            echo 'p:came kobject_uevent_env name=+0(+0(%di)):string action=%si:s32' > {Trace}/kprobe_events
            echo 'p:allowed usb_authorize_device' >> {Trace}/kprobe_events
            echo 1 > {Trace}/events/kprobes/enable
            """, TimeSpan.FromSeconds(60));

        List<double> ours = [];
        List<double> theirs = [];
        for (int turn = 0; turn < Turns; turn++)
        {
            ours.AddRange(await PlugsAsync(device));
            await device.Shell.RunAsync($"""
                mv /usr/lib/gatekeeper/gatekeeperd /usr/lib/gatekeeper/away
                {GuestScripts.ForEachService("", "kill -9 $p")}
                chroot {Root} /usr/sbin/usbguard-daemon -f -c /etc/usbguard/usbguard-daemon.conf > /run/usbguard.log 2>&1 &
                sleep 4
                pidof usbguard-daemon
                """, TimeSpan.FromSeconds(60));
            theirs.AddRange(await PlugsAsync(device));
            await device.Shell.RunAsync("""
                kill $(pidof usbguard-daemon)
                while pidof usbguard-daemon > /dev/null; do usleep 100000; done
                mv /usr/lib/gatekeeper/away /usr/lib/gatekeeper/gatekeeperd
                """, TimeSpan.FromSeconds(60));
            await device.WaitServiceAsync(TimeSpan.FromSeconds(90));
            await device.WaitIdleAsync();
        }

        Figures.Add($"from the kernel's uevent to the decision on a keyboard that a rule allows, in turns in one guest (Debian's kernel, TCG): gatekeeperd {Text(ours)} ms (each on record before), usbguard 1.1.2 {Text(theirs)} ms");
        Assert.Equal(Turns * PlugsATurn, ours.Count);
        Assert.Equal(Turns * PlugsATurn, theirs.Count);
    }

    private async Task<List<double>> PlugsAsync(Device device)
    {
        List<double> times = [];
        for (int plug = 0; plug < PlugsATurn; plug++)
        {
            await device.Shell.RunAsync($"echo > {Trace}/trace");
            Plugged keyboard = await device.Qemu.PlugAsync("usb-kbd", (port++ % 8) + 1);
            string trace = "";
            await Wait.UntilAsync("the decision in the kernel's trace", TimeSpan.FromSeconds(20), async () =>
            {
                trace = await device.Shell.RunAsync($"grep -E 'came|allowed' {Trace}/trace || true");
                return trace.Contains(" allowed:", StringComparison.Ordinal);
            });
            double came = Seconds(Came().Match(trace));
            double allowed = Seconds(Allowed().Match(trace));
            Assert.True(allowed > came, trace);
            times.Add((allowed - came) * 1000);
            await device.Qemu.UnplugAsync(keyboard);
            await device.WaitPluggedAsync(0);
        }

        return times;
    }

    private static double Seconds(Match match)
    {
        Assert.True(match.Success, "the trace has no such line");
        return double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture);
    }

    private static string Text(List<double> times)
    {
        times.Sort();
        return string.Create(CultureInfo.InvariantCulture, $"median {times[times.Count / 2]:0.0}, least {times[0]:0.0}, most {times[^1]:0.0}");
    }

    // "  gatekeeperd-97  [001] .....   31.123456: came: (kobject_uevent_env+0x0/0x660) name="1-1" action=0": added is 0.
    [GeneratedRegex("""([0-9]+\.[0-9]+): came: .* name="[0-9]+-[0-9]+" action=0""")]
    private static partial Regex Came();

    [GeneratedRegex("""([0-9]+\.[0-9]+): allowed: """)]
    private static partial Regex Allowed();
}
