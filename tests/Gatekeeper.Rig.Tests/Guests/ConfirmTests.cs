using System.Globalization;
using Gatekeeper.Release;
using JsonObject = System.Text.Json.Nodes.JsonObject;

namespace Gatekeeper.Rig.Tests.Guests;

/// <summary>A device whose policy has one member more.</summary>
public abstract class ConfirmDevice(string name, string member) : DeviceFixture(name, async () => await Lab.TemplateAsync(new ImageVariant(
    Policy: await Lab.PolicyAsync(name, text => text.Replace("\"restart_delay_seconds\"", $"{member}, \"restart_delay_seconds\"", StringComparison.Ordinal)), Name: name)));

/// <summary>A button says yes: Enter of the keyboard on the board.</summary>
public sealed class ButtonDevice() : ConfirmDevice("confirm-button", """
    "confirm": { "kind": "button", "keys": [{ "device": "isa0060/serio0/input0", "code": 28 }], "seconds": 40 }
    """);

/// <summary>A PIN says yes.</summary>
public sealed class PinDevice() : ConfirmDevice("confirm-pin", """
    "confirm": { "kind": "pin", "seconds": 180 }
    """);

/// <summary>A lamp and a beeper say what happens.</summary>
public sealed class IndicatorDevice() : ConfirmDevice("indicator", """
    "indicator": { "led": "isa0060/serio0/input0::capslock", "beeper": "isa0061/input0" }
    """);

/// <summary>What the tests of questions share.</summary>
public abstract class ConfirmBench(DeviceFixture fixture) : MachineStateBench(fixture)
{
    private protected static string Code(Refusal refusal) => RefusalCatalogue.Of(refusal).Code;

    /// <summary>Plugs a stick and waits until the question is told.</summary>
    private protected async Task<Plugged> PlugUntilAskedAsync(string stick, Func<JsonObject, bool>? condition = null)
    {
        Plugged plugged = await Device.Qemu.PlugStickAsync(stick, NewPort());
        await Device.WaitStatusAsync("question", TimeSpan.FromSeconds(90), s => s["ask"] is JsonObject ask && (condition?.Invoke(ask) ?? true));
        return plugged;
    }

    /// <summary>Nothing of an install has begun since a mark: no line, no stage, the idle set as it was.</summary>
    private protected async Task AssertNothingWrittenAsync(long since, string idleSet)
    {
        Assert.DoesNotContain(await Device.AuditAsync(since), r => r.Event is "confirmed" or "staged" or "no-stage" or "install" or "try" or "restart");
        Assert.Equal("", await Device.Shell.RunAsync("ls -A /data/gatekeeper 2> /dev/null || true"));
        Assert.Equal(idleSet, await Flow.PartitionDigestAsync(Device, "gk-sys-b"));
    }

    /// <summary>Each event once, in this order.</summary>
    private protected async Task AssertOrderAsync(long since, params string[] events)
    {
        IReadOnlyList<AuditRecord> log = await Device.AuditAsync(since);
        Assert.Equal(events, log.Select(r => r.Event).Where(events.Contains));
    }
}

/// <summary>I13, I15: nothing is written before a person pressed the button, and silence changes nothing.</summary>
[Trait("part", "kiosk")]
[Trait("long", "true")]
public sealed class ConfirmButtonTests(ButtonDevice fixture) : ConfirmBench(fixture), IClassFixture<ButtonDevice>
{
    [Fact]
    public async Task Button_NothingIsWrittenBeforeIt_SilenceAndAPulledStickEndTheQuestion_TheKeyInstalls()
    {
        string stick = await Lab.Fat32Async(await Lab.ReleaseAsync("2.0.0"));
        string idleSet = await Flow.PartitionDigestAsync(Device, "gk-sys-b");
        Assert.True(await GoodAsync("confirmation"));

        // A key before the question is no answer; then nobody answers.
        long since = await Device.NextAuditAsync();
        await Device.Qemu.HoldKeyAsync("ret", TimeSpan.FromMilliseconds(200));
        Plugged plugged = await PlugUntilAskedAsync(stick, ask => (string?)ask["kind"] == "button");
        (await Device.Screen.WaitStillAsync(TimeSpan.FromSeconds(15))).Save("confirm-button");
        await AssertNothingWrittenAsync(since, idleSet);
        AuditRecord silence = await Device.WaitAuditAsync("end of the question", since, TimeSpan.FromSeconds(90), r => r.Code is not null);
        Assert.Equal(Code(Refusal.NotConfirmed), silence.Code);
        (await Device.Screen.WaitStillAsync(TimeSpan.FromSeconds(15))).Save("confirm-silence");
        await AssertNothingWrittenAsync(since, idleSet);
        await Device.Qemu.UnplugAsync(plugged);
        await Device.WaitIdleAsync();

        // Pulled while it asks.
        since = await Device.NextAuditAsync();
        plugged = await PlugUntilAskedAsync(stick);
        await Device.Qemu.UnplugAsync(plugged);
        await Device.WaitAuditAsync("end of the question", since, TimeSpan.FromSeconds(30), r => r.Event == "not-confirmed");
        await Device.WaitIdleAsync();
        await AssertNothingWrittenAsync(since, idleSet);

        // In use: the question goes, a key is none of ours, and it comes again.
        since = await Device.NextAuditAsync();
        plugged = await PlugUntilAskedAsync(stick);
        await Device.Shell.RunAsync(AppInGuest.Connect);
        await Device.WaitStatusAsync("waiting", TimeSpan.FromSeconds(20), s => (string?)s["state"] == "waiting" && s["ask"] is null);
        await Device.Qemu.HoldKeyAsync("ret", TimeSpan.FromMilliseconds(200));
        await Task.Delay(TimeSpan.FromSeconds(3));
        await AssertNothingWrittenAsync(since, idleSet);
        int events = Device.Qemu.Qmp.EventCount;
        await AppInGuest.FreeAsync(Device);
        await Device.WaitStatusAsync("question again", TimeSpan.FromSeconds(30), s => s["ask"] is not null);
        await Device.Screen.WaitStillAsync(TimeSpan.FromSeconds(15));

        await Device.Qemu.HoldKeyAsync("ret", TimeSpan.FromMilliseconds(200));
        AuditRecord yes = await Device.WaitAuditAsync("confirmation", since, TimeSpan.FromSeconds(30), r => r.Event == "confirmed");
        Assert.StartsWith("by button, version 2.0.0", yes.Detail, StringComparison.Ordinal);
        await Device.Qemu.WaitResetOrExplainAsync(Device, events, TimeSpan.FromMinutes(4));
        await Device.Qemu.UnplugAsync(plugged);
        await Flow.WaitKeptAsync(Device, "2.0.0", "b");
        await AssertOrderAsync(since, "asked", "confirmed", "staged", "try", "restart");
    }
}

/// <summary>People, their PINs, and the brake on guessing.</summary>
[Trait("part", "kiosk")]
[Trait("long", "true")]
public sealed class ConfirmPinTests(PinDevice fixture) : ConfirmBench(fixture), IClassFixture<PinDevice>
{
    private const string Pin = "739518";

    [Fact]
    public async Task Pin_EnrolledInServiceMode_WrongOnesMakeAWaitThatARestartKeeps_TheRightOneInstallsAndNamesThePerson()
    {
        string stick = await Lab.Fat32Async(await Lab.ReleaseAsync("2.0.0"));
        string idleSet = await Flow.PartitionDigestAsync(Device, "gk-sys-b");
        long since = await Device.NextAuditAsync();
        await Flow.RefusedAsync(Device, NewPort(), stick, Refusal.NobodyEnrolled, "confirm-nobody");
        Assert.Contains("person add", await MendAsync("people"), StringComparison.Ordinal);
        await EnrolAsync();

        // Three wrong ones and a fourth: waits of half a minute and a minute.
        Plugged plugged = await PlugUntilAskedAsync(stick, ask => (string?)ask["kind"] == "pin");
        await Device.Screen.WaitStillAsync(TimeSpan.FromSeconds(15));
        for (int wrong = 1; wrong <= 4; wrong++)
        {
            await Device.WaitStatusAsync("a try", TimeSpan.FromSeconds(60), s => (int?)s["ask"]?["wait_seconds"] == 0);
            await TypeAsync("1112");
            await Device.WaitStatusAsync("four dots", TimeSpan.FromSeconds(20), s => (int?)s["ask"]?["digits"] == 4);
            if (wrong == 1)
            {
                (await Device.Screen.WaitStillAsync(TimeSpan.FromSeconds(15))).Save("confirm-pin-dots");
            }
            await TypeAsync("22\n");
            string count = wrong.ToString(CultureInfo.InvariantCulture);
            await Device.WaitAuditAsync($"wrong PIN {count}", since, TimeSpan.FromSeconds(60), r => r.Event == "wrong-pin" && r.Detail.StartsWith(count, StringComparison.Ordinal));
            if (wrong is 1 or 3)
            {
                await Device.WaitStatusAsync("answer", TimeSpan.FromSeconds(20), s => wrong == 1 ? (bool?)s["ask"]?["wrong"] == true : (int?)s["ask"]?["wait_seconds"] > 0);
                await Task.Delay(TimeSpan.FromSeconds(2));
                (await Device.Screen.ShotAsync()).Save(wrong == 1 ? "confirm-pin-wrong" : "confirm-wait");
            }
        }
        await AssertNothingWrittenAsync(since, idleSet);
        await Device.Qemu.UnplugAsync(plugged);
        await Device.WaitAuditAsync("end of the question", since, TimeSpan.FromSeconds(30), r => r.Event == "not-confirmed");
        await Device.WaitIdleAsync();

        // A restart of the service begins the wait anew; the right PIN in it is not looked at.
        await WithServiceAwayAsync("true");
        plugged = await PlugUntilAskedAsync(stick, ask => (int?)ask["wait_seconds"] > 0);
        await TypeAsync($"{Pin}\n");
        await Device.WaitStatusAsync("end of the wait", TimeSpan.FromSeconds(90), s => (int?)s["ask"]?["wait_seconds"] == 0);
        Assert.Equal(4, (await Device.AuditAsync(since)).Count(r => r.Event == "wrong-pin"));
        await AssertNothingWrittenAsync(since, idleSet);

        int events = Device.Qemu.Qmp.EventCount;
        await TypeAsync($"{Pin}\n");
        AuditRecord yes = await Device.WaitAuditAsync("confirmation", since, TimeSpan.FromSeconds(60), r => r.Event == "confirmed");
        Assert.StartsWith("by person Ada Lovelace, version 2.0.0", yes.Detail, StringComparison.Ordinal);
        await Device.Qemu.WaitResetOrExplainAsync(Device, events, TimeSpan.FromMinutes(4));
        await Device.Qemu.UnplugAsync(plugged);
        await Flow.WaitKeptAsync(Device, "2.0.0", "b");

        // It is known to nobody but the person: not to the log, the state partition or the serial line.
        Assert.DoesNotContain(await Device.AuditAsync(since), r => r.Detail.Contains(Pin, StringComparison.Ordinal));
        Assert.Equal("0", (await Device.Shell.RunAsync($"grep -c {Pin} {await Device.PartitionAsync("gk-state")} || true", TimeSpan.FromSeconds(60))).Trim());
        Assert.Equal("0", (await Device.Shell.RunAsync($"dmesg | grep -c {Pin} || true")).Trim());
    }

    private async Task EnrolAsync()
    {
        string add = $"printf '{Pin}\\n' | gatekeeper person add 'Ada Lovelace'";
        Assert.Equal(2, (await Device.Shell.TryAsync(add)).ExitCode);
        await Flow.EnterServiceModeAsync(Device);
        Assert.Equal(2, (await Device.Shell.TryAsync("printf '123456\\n' | gatekeeper person add Grace")).ExitCode);
        Assert.Equal("added", (await Device.Shell.RunAsync(add, TimeSpan.FromSeconds(60))).Trim());
        ShellResult taken = await Device.Shell.TryAsync($"printf '{Pin}\\n' | gatekeeper person add Grace", TimeSpan.FromSeconds(60));
        Assert.Equal(2, taken.ExitCode);
        Assert.Contains("this PIN is taken", taken.Output, StringComparison.Ordinal);
        Assert.Equal("Ada Lovelace", (await Device.Shell.RunAsync("gatekeeper person list")).Trim());
        Assert.True(await GoodAsync("people"));
        await Flow.LeaveServiceModeAsync(Device);
        await Device.WaitIdleAsync();
    }

    private async Task TypeAsync(string text)
    {
        foreach (char key in text)
        {
            await Device.Qemu.HoldKeyAsync(key == '\n' ? "ret" : key.ToString(), TimeSpan.FromMilliseconds(60));
        }
    }
}

/// <summary>Lamp and beeper of a device, read where the kernel has them.</summary>
[Trait("part", "kiosk")]
[Trait("long", "true")]
public sealed class IndicatorTests(IndicatorDevice fixture) : ConfirmBench(fixture), IClassFixture<IndicatorDevice>
{
    [Fact]
    public async Task I15_Lamp_IsDarkForAnEmptyStickAndInUse_AndBlinksWhileItInstalls()
    {
        Assert.True(await GoodAsync("lamp"));
        Assert.True(await GoodAsync("beeper"));

        // I09 b: an empty stick is met with nothing.
        await SampleAsync("empty");
        await Flow.RefusedAsync(Device, NewPort(), await Lab.EmptyAsync(), Refusal.NoRelease);
        Assert.Equal([0], (await SamplesAsync("empty")).Distinct());

        // In use: a stick with a release waits, and nothing blinks.
        string stick = await Lab.Fat32Async(await Lab.ReleaseAsync("2.0.0"));
        await Device.Shell.RunAsync(AppInGuest.Connect);
        await Device.WaitStatusAsync("in use", TimeSpan.FromSeconds(20), s => (bool)s["in_use"]!);
        await SampleAsync("in-use");
        Plugged plugged = await Device.Qemu.PlugStickAsync(stick, NewPort());
        await Device.WaitStatusAsync("waiting", TimeSpan.FromSeconds(60), s => (string?)s["state"] == "waiting");
        await Task.Delay(TimeSpan.FromSeconds(4));
        Assert.Equal([0], (await SamplesAsync("in-use")).Distinct());

        // Free: it is copied and installed, and the lamp blinks slowly all the while.
        int events = Device.Qemu.Qmp.EventCount;
        await SampleAsync("install");
        await AppInGuest.FreeAsync(Device);
        await Device.WaitStatusAsync("installing", TimeSpan.FromMinutes(3), s => (string?)s["state"] == "installing");
        await Task.Delay(TimeSpan.FromSeconds(3));
        int[] samples = await SamplesAsync("install");
        int changes = samples.Zip(samples.Skip(1)).Count(pair => pair.First != pair.Second);
        Figures.Add($"lamp while a release is copied and installed: {samples.Length} looks, {changes} changes");
        Assert.True(changes >= 4, $"the lamp changed {changes} times: {string.Join("", samples)}");
        await Device.Qemu.WaitResetOrExplainAsync(Device, events, TimeSpan.FromMinutes(4));
        await Device.Qemu.UnplugAsync(plugged);
        await Flow.WaitKeptAsync(Device, "2.0.0", "b");
    }

    // Looks at the lamp ten times a second from now on, in the background.
    private async Task SampleAsync(string name) => await Device.Shell.RunAsync($$"""
        lamp=
        for l in /sys/class/leds/*::capslock; do
          if [ "$(cat $l/device/phys)" = isa0060/serio0/input0 ]; then lamp=$l; fi
        done
        [ -n "$lamp" ]
        : > /run/lamp-{{name}}
        (until [ -e /run/lamp-{{name}}-end ]; do cat $lamp/brightness >> /run/lamp-{{name}}; usleep 100000; done) > /dev/null 2>&1 &
        """);

    private async Task<int[]> SamplesAsync(string name)
    {
        string lines = await Device.Shell.RunAsync($"touch /run/lamp-{name}-end; usleep 300000; cat /run/lamp-{name}");
        int[] samples = [.. lines.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => int.Parse(line.Trim(), CultureInfo.InvariantCulture))];
        Assert.NotEmpty(samples);
        return samples;
    }
}
