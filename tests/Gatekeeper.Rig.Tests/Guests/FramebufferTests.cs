namespace Gatekeeper.Rig.Tests.Guests;

/// <summary>
/// A machine whose screen has no DRM card: the kiosk draws on the kernel's framebuffer. The node of the card is taken away in the guest, which
/// is how a board without a DRM driver looks to a program; what is drawn goes through the kernel's framebuffer to the real screen.
/// </summary>
[Trait("part", "kiosk")]
[Trait("long", "true")]
public sealed class FramebufferTests
{
    [Fact]
    public async Task WithoutACard_TheSentenceIsOnTheFramebuffer_AndGoneAfterwards()
    {
        await using Device device = await (await Lab.TemplateAsync()).StartAsync("framebuffer", TimeSpan.FromMinutes(8));
        await device.WaitIdleAsync();
        ScreenImage own = await device.StillScreenAsync();

        // First as it should be with a card, to have the same page to compare with.
        string stick = await Lab.Fat32Async(await Lab.OtherProductAsync());
        Plugged plugged = await device.Qemu.PlugStickAsync(stick, 1);
        await device.WaitStatusAsync("refused", TimeSpan.FromSeconds(60), s => (string?)s["state"] == "refused");
        await device.Screen.WaitChangeAsync(own, TimeSpan.FromSeconds(20), pixels: 2000);
        ScreenImage card = await device.Screen.WaitStillAsync(TimeSpan.FromSeconds(15));
        await device.Qemu.UnplugAsync(plugged);
        await device.WaitIdleAsync();

        await device.Shell.RunAsync("rm /dev/dri/card0; kill -9 $(pidof sample-app); kill -9 $(pidof gatekeeper-kiosk)");
        await device.WaitIdleAsync(); // the device's program, started again, has given the lease back
        plugged = await device.Qemu.PlugStickAsync(stick, 2);
        await device.Screen.WaitAsync("the same page on the framebuffer", TimeSpan.FromSeconds(60), now => now.Difference(card) == 0);
        await device.Qemu.UnplugAsync(plugged);
        await device.WaitIdleAsync();
        await device.Screen.WaitAsync("a black screen", TimeSpan.FromSeconds(20), now => now.Count(0) == now.Width * now.Height);
    }
}
