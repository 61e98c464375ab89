namespace Gatekeeper.Rig.Tests.Guests;

/// <summary>
/// Any moment: the stick pulled, the machine killed, the power cut at 10, 50 and 90 % of copying to the stage and of writing the slot, and at each
/// change of phase. A complete system each time, and the next attempt succeeds. (Every single write is cut in Gatekeeper.Update.Tests; here it is real.)
/// </summary>
[Trait("part", "crash")]
[Trait("long", "true")]
public sealed class MomentTests
{
    private static readonly int[] Percents = [10, 50, 90];

    [Fact]
    public async Task StickPulledWhileItIsCopied_ThenPulledAsSoonAsItMayBe_Installs()
    {
        string release = await Lab.ReleaseAsync("2.0.0");
        string image = await Lab.Fat32Async(release);
        int commands = (int)(new FileInfo(release).Length / Gatekeeper.Release.Limits.TransferBytesSuperSpeed);
        await using Device device = await (await Lab.TemplateAsync()).StartAsync("moments", TimeSpan.FromMinutes(12));
        await device.WaitIdleAsync();
        IReadOnlyList<string> blocks = await device.BlockDevicesAsync();

        int port = 0;
        foreach (int percent in Percents)
        {
            long since = await device.NextAuditAsync();
            int before = device.Qemu.Trace.Commands().Count;
            Plugged plugged = await device.Qemu.PlugStickAsync(image, ++port);
            await Flow.WaitReadingAsync(device, before, Math.Max(12, commands * percent / 100));
            await device.Qemu.UnplugAsync(plugged);
            AuditRecord line = await device.WaitAuditAsync($"verdict after {percent} %", since, TimeSpan.FromSeconds(40), r => r.Code is not null);
            Assert.Equal(Gatekeeper.Release.RefusalCatalogue.Of(Gatekeeper.Release.Refusal.StickGone).Code, line.Code);
            await device.WaitStatusAsync("idle on 1.0.0", TimeSpan.FromSeconds(90), s => (string?)s["running"] == "1.0.0" && (string?)s["state"] == "idle");
            Assert.DoesNotContain(await device.AuditAsync(since), r => r.Event == "install");
        }

        // The screen says when the stick is not needed any more; from then on pulling it changes nothing.
        long mark = await device.NextAuditAsync();
        int events = device.Qemu.Qmp.EventCount;
        Plugged last = await device.Qemu.PlugStickAsync(image, ++port);
        await device.WaitAuditAsync("staged", mark, TimeSpan.FromMinutes(2), r => r.Event == "staged");
        await device.Qemu.UnplugAsync(last);
        await device.Qemu.WaitResetOrExplainAsync(device, events, TimeSpan.FromMinutes(4));
        await Flow.WaitKeptAsync(device, "2.0.0", "b");
        await Bus.AssertUntouchedAsync(device, blocks);
    }

    /// <summary>Where it is cut: the partition that is being written, and how much of the release was written to it.</summary>
    public static TheoryData<string, int, bool> Cuts
    {
        get
        {
            TheoryData<string, int, bool> all = [];
            foreach (string partition in new[] { "gk-data", "gk-sys-b" })
            {
                foreach (int percent in Percents)
                {
                    all.Add(partition, percent, true);
                    all.Add(partition, percent, false);
                }
            }
            return all;
        }
    }

    /// <param name="partition">Stage or slot.</param>
    /// <param name="percent">Of what is written there.</param>
    /// <param name="power">The power is cut and the disk's cache is lost; else only QEMU is killed.</param>
    [Theory]
    [MemberData(nameof(Cuts))]
    public async Task I07_CutWhileWriting(string partition, int percent, bool power)
    {
        // What is written there in all: the release's file, or the one image of it.
        string file = partition == "gk-data" ? await Lab.ReleaseAsync("2.0.0") : (await Lab.ImagesAsync("2.0.0")).System;
        long size = new FileInfo(file).Length;
        await PowerCut.AssertSurvivesAsync($"cut-{partition}-{percent}-{(power ? "power" : "kill")}", map =>
        {
            DiskRange range = map[partition];
            long written = 0;
            return new CutRule(
                act =>
                {
                    written += act.Touches(range.Start, range.Length) ? act.Length : 0;
                    return written >= size * percent / 100;
                },
                Kept: power ? 0 : 1);
        });
    }

    [Fact]
    public Task I07_CutBetweenStageAndSlot() => PowerCut.AssertSurvivesAsync("cut-between", map =>
    {
        // The first write to the idle set after the stage is whole: its head is about to be destroyed.
        DiskRange esp = map["gk-esp-b"];
        return new CutRule(act => act.Touches(esp.Start, esp.Length), Applied: false);
    });
}
