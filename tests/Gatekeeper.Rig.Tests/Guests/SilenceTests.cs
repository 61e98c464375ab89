using Gatekeeper.Release;

namespace Gatekeeper.Rig.Tests.Guests;

public sealed class SilenceDevice() : DeviceFixture("silence");

/// <summary>I09 (a) and (b): nothing is to be seen, one audit line says why.</summary>
[Trait("part", "rig")]
public sealed class SilenceTests(SilenceDevice fixture) : GuestTests(fixture), IClassFixture<SilenceDevice>
{
    [Theory]
    [InlineData("usb-kbd")]
    [InlineData("usb-hub")]
    [InlineData("usb-net")]
    [InlineData("usb-audio")]
    public async Task I09a_NotACandidate_StaysUnauthorized(string driver)
    {
        IReadOnlyList<string> blocks = await Device.BlockDevicesAsync();
        ScreenImage before = await Device.StillScreenAsync();
        long since = await Device.NextAuditAsync();

        Plugged plugged = await Device.Qemu.PlugAsync(driver, NewPort());
        AuditRecord line = await Device.WaitAuditAsync("verdict", since, TimeSpan.FromSeconds(20), r => r.Code is not null);

        UsbNode node = Assert.Single(await Device.PluggedAsync());
        Assert.False(node.Authorized);
        Assert.Equal(node.Name, line.Port);
        Assert.True(line.Code == CodeOf(Refusal.DeviceNotAllowed) || line.Code == CodeOf(Refusal.DeviceComposite), $"{line}");
        await AssertSilentAsync(before, since, blocks);
        await Device.Qemu.UnplugAsync(plugged);
        await Device.WaitPluggedAsync(0);
    }

    [Fact]
    public async Task I09b_EmptyStick() => await AssertRefusedStickAsync(await Lab.EmptyAsync(), Refusal.NoRelease);

    [Fact]
    public async Task I09b_ForeignFileSystem() => await AssertRefusedStickAsync(await Lab.ForeignAsync(), Refusal.NoFileSystem);

    [Fact]
    public async Task I09b_ReleaseOfAStranger()
        => await AssertRefusedStickAsync(await Lab.Fat32Async(await Lab.StrangersReleaseAsync("2.0.0")), Refusal.SignatureMissing);

    /// <summary>One character of a file of ours is another: in an archive header, in the timestamp's JSON, in the snapshot that the timestamp vouches for, in a signed number.</summary>
    [Theory]
    [Trait("long", "true")]
    [InlineData("header", "metadata/1.root.json", "metadata", "netadata", Refusal.FileMalformed)]
    [InlineData("json", "metadata/timestamp.json", "{", "[", Refusal.MetadataMalformed)]
    [InlineData("snapshot", "metadata/2.snapshot.json", "\"version\":2", "\"version\":3", Refusal.MetadataMismatch)]
    [InlineData("signature", "metadata/timestamp.json", "\"version\":2", "\"version\":3", Refusal.SignatureMissing)]
    public async Task I09b_OneCharacterOfTheSignedPart(string name, string entry, string from, string to, Refusal reason)
        => await AssertRefusedStickAsync(await Lab.Fat32Async(await Lab.SpoiledAsync(name, entry, from, to)), reason);

    private async Task AssertRefusedStickAsync(string image, Refusal reason)
    {
        string digest = await Stick.DigestAsync(image);
        IReadOnlyList<string> blocks = await Device.BlockDevicesAsync();
        ScreenImage before = await Device.StillScreenAsync();
        long since = await Device.NextAuditAsync();
        int commands = Device.Qemu.Trace.Commands().Count;

        Plugged plugged = await Device.Qemu.PlugStickAsync(image, NewPort());
        AuditRecord line = await Device.WaitAuditAsync("verdict", since, TimeSpan.FromSeconds(40), r => r.Code is not null);

        Assert.Equal(CodeOf(reason), line.Code);
        await Wait.UntilAsync("deauthorized stick", TimeSpan.FromSeconds(10), async () => (await Device.PluggedAsync()) is [{ Authorized: false }]);
        Assert.True(Device.Qemu.Trace.Commands().Count > commands, "the stick was never read");
        await AssertSilentAsync(before, since, blocks);
        await Device.Qemu.UnplugAsync(plugged);
        await Device.WaitPluggedAsync(0);
        Assert.Equal(digest, await Stick.DigestAsync(image));
    }

    /// <summary>Two seconds after the verdict: no pixel, one audit line, nothing bound.</summary>
    private async Task AssertSilentAsync(ScreenImage before, long since, IReadOnlyList<string> blocks)
    {
        await Task.Delay(TimeSpan.FromSeconds(2));
        ScreenImage after = await Device.Screen.ShotAsync();
        if (after.Difference(before) > 0)
        {
            Assert.Fail($"{after.Difference(before)} pixels changed: {before.Save("silence-before")} {after.Save("silence-after")}");
        }
        // One line with a reason. A candidate's authorization is a verdict of its own (I13) and comes before it, without one.
        IReadOnlyList<AuditRecord> lines = await Device.AuditAsync(since);
        Assert.Single(lines, line => line.Code is not null);
        Assert.All(lines, line => Assert.True(line.Code is not null || line.Event == "candidate", $"{line}"));
        await Bus.AssertUntouchedAsync(Device, blocks);
    }

    private static string CodeOf(Refusal refusal) => RefusalCatalogue.Of(refusal).Code;
}
