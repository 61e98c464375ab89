using Gatekeeper.Release;

namespace Gatekeeper.Rig.Tests.Guests;

public sealed class SentenceDevice() : DeviceFixture("sentence");

/// <summary>I09 (c): signed metadata is answered with a plain sentence on the screen. The pictures are kept in out/screens.</summary>
[Trait("part", "kiosk")]
public sealed class SentenceTests(SentenceDevice fixture) : GuestTests(fixture), IClassFixture<SentenceDevice>
{
    [Fact]
    public async Task I09c_OtherProduct() => await AssertSentenceAsync("other-product", await Lab.Fat32Async(await Lab.OtherProductAsync()), Refusal.OtherProduct);

    [Fact]
    public async Task I09c_DamagedPayload() => await AssertSentenceAsync("damaged", await Lab.ExfatAsync(await Lab.DamagedAsync("2.0.0")), Refusal.FileDamaged);

    [Fact]
    public async Task I09c_InstalledAlready() => await AssertSentenceAsync("installed-already", await Lab.Fat32Async(await Lab.ReleaseAsync("1.0.0"), StickLabel.Gpt), Refusal.InstalledAlready);

    private async Task AssertSentenceAsync(string name, string image, Refusal reason)
    {
        string digest = await Stick.DigestAsync(image);
        IReadOnlyList<string> blocks = await Device.BlockDevicesAsync();
        IReadOnlyDictionary<string, System.Text.Json.Nodes.JsonObject> slots = await Device.SlotsAsync();
        ScreenImage before = await Device.StillScreenAsync();
        long since = await Device.NextAuditAsync();

        Plugged plugged = await Device.Qemu.PlugStickAsync(image, NewPort());
        AuditRecord line = await Device.WaitAuditAsync("verdict", since, TimeSpan.FromSeconds(90), r => r.Code is not null);
        Assert.Equal(RefusalCatalogue.Of(reason).Code, line.Code);

        await Device.WaitStatusAsync("state refused", TimeSpan.FromSeconds(20), s => (string?)s["state"] == "refused");
        await Device.Screen.WaitChangeAsync(before, TimeSpan.FromSeconds(20), pixels: 2000);
        ScreenImage sentence = await Device.Screen.WaitStillAsync(TimeSpan.FromSeconds(15));
        sentence.Save($"sentence-{name}");
        Assert.True(sentence.Difference(before) > 2000, "no sentence on the screen");

        await Device.Qemu.UnplugAsync(plugged);
        await Device.WaitIdleAsync();
        await Device.Screen.WaitAsync("device's own screen again", TimeSpan.FromSeconds(30), now => now.Difference(before) < 2000);
        await Bus.AssertUntouchedAsync(Device, blocks);
        Assert.Equal($"{slots["b"]["state"]} {slots["b"]["version"]}", $"{(await Device.SlotsAsync())["b"]["state"]} {(await Device.SlotsAsync())["b"]["version"]}");
        Assert.Equal(digest, await Stick.DigestAsync(image));
    }
}
