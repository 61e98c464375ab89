namespace Gatekeeper.Rig.Tests.Guests;

public sealed class InUseDevice() : DeviceFixture("in-use-silence");

/// <summary>I15: while a patient is connected no pixel changes, whatever is plugged, and not in service mode either.</summary>
[Trait("part", "kiosk")]
[Trait("long", "true")]
public sealed class InUseSilenceTests(InUseDevice fixture) : GuestTests(fixture), IClassFixture<InUseDevice>
{
    [Fact]
    public async Task I15_InUse_NoPixelChanges_WhateverIsPlugged()
    {
        await AppInGuest.UseAsync(Device);
        ScreenImage patient = await Device.StillScreenAsync();

        await AssertNothingShownAsync(patient, "a keyboard", () => Device.Qemu.PlugAsync("usb-kbd", NewPort()));
        await AssertNothingShownAsync(patient, "an empty stick", async () => await Device.Qemu.PlugStickAsync(await Lab.EmptyAsync(), NewPort()));
        await AssertNothingShownAsync(patient, "a stranger's release", async () => await Device.Qemu.PlugStickAsync(await Lab.Fat32Async(await Lab.StrangersReleaseAsync("2.0.0")), NewPort()));
        await AssertNothingShownAsync(patient, "a release for another product", async () => await Device.Qemu.PlugStickAsync(await Lab.Fat32Async(await Lab.OtherProductAsync()), NewPort()));
        await AssertNothingShownAsync(patient, "the version that runs", async () => await Device.Qemu.PlugStickAsync(await Lab.Fat32Async(await Lab.ReleaseAsync("1.0.0")), NewPort()));

        await Flow.EnterServiceModeAsync(Device);
        await AssertNothingShownAsync(patient, "an empty stick, in service mode", async () => await Device.Qemu.PlugStickAsync(await Lab.EmptyAsync(), NewPort()));
        await Flow.LeaveServiceModeAsync(Device);

        // The stick that would update the device waits, and is told on the status socket alone; pulled, it leaves nothing behind.
        Plugged good = await Device.Qemu.PlugStickAsync(await Lab.Fat32Async(await Lab.ReleaseAsync("2.0.0")), NewPort());
        await Device.WaitStatusAsync("waiting", TimeSpan.FromSeconds(60), s => (string?)s["state"] == "waiting");
        await AssertSameAsync(patient, "a good release");
        await Device.Qemu.UnplugAsync(good);
        await Device.WaitPluggedAsync(0);
        await AssertSameAsync(patient, "the good release, pulled");
    }

    private async Task AssertNothingShownAsync(ScreenImage patient, string what, Func<Task<Plugged>> plug)
    {
        long since = await Device.NextAuditAsync();
        Plugged plugged = await plug();
        await Device.WaitAuditAsync($"verdict on {what}", since, TimeSpan.FromSeconds(60), r => r.Code is not null);
        await AssertSameAsync(patient, what);
        await Device.Qemu.UnplugAsync(plugged);
        await Device.WaitPluggedAsync(0);
    }

    /// <summary>Six pictures in three seconds.</summary>
    private async Task AssertSameAsync(ScreenImage patient, string what)
    {
        for (int i = 0; i < 6; i++)
        {
            ScreenImage now = await Device.Screen.ShotAsync();
            Assert.True(now.Difference(patient) == 0, $"{what}: {now.Difference(patient)} pixels changed: {now.Save("in-use-changed")}");
            await Task.Delay(TimeSpan.FromMilliseconds(500));
        }
    }
}
