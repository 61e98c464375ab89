namespace Gatekeeper.Rig.Tests.Guests;

/// <summary>On Debian's kernel, which has the drivers: a rule lets a keypad in at one port, and PINs come from there alone.</summary>
public sealed class KeypadDevice() : DeviceFixture("confirm-keypad", async () => await Lab.TemplateAsync(new ImageVariant(
    Policy: await Lab.PolicyAsync("confirm-keypad", text => text
        .Replace("\"rules\": []", """ "rules": ["allow with-interface 03:01:01 via-port \"1-3\""]""", StringComparison.Ordinal)
        .Replace("\"restart_delay_seconds\"", """ "confirm": { "kind": "pin", "keys": [{ "device": "usb-port/1-3" }], "seconds": 180 }, "restart_delay_seconds" """, StringComparison.Ordinal)),
    DebianKernel: true, Name: "keypad")));

/// <summary>A USB keypad that a rule allows is where a person's PIN is typed, read through hidraw; no other keyboard counts.</summary>
[Trait("part", "kiosk")]
[Trait("long", "true")]
public sealed class ConfirmKeypadTests(KeypadDevice fixture) : ConfirmBench(fixture), IClassFixture<KeypadDevice>
{
    private const string Pin = "739518";
    private const int KeypadPort = 3;

    [Fact]
    public async Task Pin_TypedOnTheKeypadThatARuleAllows_Installs_AndTheBoardsKeyboardDoesNotCount()
    {
        await Device.Shell.RunAsync("modprobe usbhid; modprobe hid-generic", TimeSpan.FromSeconds(60));
        long since = await Device.NextAuditAsync();
        await Flow.EnterServiceModeAsync(Device);
        Assert.Equal("added", (await Device.Shell.RunAsync($"printf '{Pin}\\n' | gatekeeper person add Ada", TimeSpan.FromSeconds(60))).Trim());
        await Flow.LeaveServiceModeAsync(Device);
        await Device.WaitIdleAsync();

        Plugged plugged = await Device.Qemu.PlugStickAsync(await Lab.Fat32Async(await Lab.ReleaseAsync("2.0.0")), 1);
        await Device.WaitStatusAsync("question", TimeSpan.FromSeconds(90), s => (string?)s["ask"]?["kind"] == "pin");
        await TypeAsync("1234");
        await Task.Delay(TimeSpan.FromSeconds(3));
        Assert.Equal(0, (int?)(await Device.StatusAsync())["ask"]?["digits"]);

        Plugged keypad = await Device.Qemu.PlugAsync("usb-kbd", KeypadPort);
        await Device.WaitAuditAsync("allowed", since, TimeSpan.FromSeconds(30), r => r is { Event: "allowed", Port: "1-3" });
        await Wait.UntilAsync("hidraw", TimeSpan.FromSeconds(20), async () => (await Device.Shell.TryAsync("[ -e /dev/hidraw0 ]")).ExitCode == 0);
        Assert.True(await GoodAsync("confirmation"));
        await Wait.UntilAsync("the keypad counts", TimeSpan.FromSeconds(30), async () =>
        {
            await TypeAsync("7");
            await Task.Delay(TimeSpan.FromSeconds(1));
            return (int?)(await Device.StatusAsync())["ask"]?["digits"] > 0;
        });
        await TypeAsync("\u001b"); // takes back what was typed
        await Device.WaitStatusAsync("no digit", TimeSpan.FromSeconds(20), s => (int?)s["ask"]?["digits"] == 0);
        await TypeAsync($"{Pin}\n");
        AuditRecord yes = await Device.WaitAuditAsync("confirmation", since, TimeSpan.FromSeconds(60), r => r.Event == "confirmed");
        Assert.StartsWith("by person Ada, version 2.0.0", yes.Detail, StringComparison.Ordinal);
        await Device.WaitAuditAsync("stage", since, TimeSpan.FromMinutes(3), r => r.Event is "staged" or "install");
        await Device.Qemu.UnplugAsync(keypad);
        await Device.Qemu.UnplugAsync(plugged);
    }

    private async Task TypeAsync(string text)
    {
        foreach (char key in text)
        {
            await Device.Qemu.HoldKeyAsync(key switch { '\n' => "ret", '\u001b' => "esc", _ => key.ToString() }, TimeSpan.FromMilliseconds(60));
        }
    }
}
