namespace Gatekeeper.Rig.Tests.Guests;

/// <summary>
/// I07: power may go at any instruction. The disk is an NBD export with a volatile cache in this process: at the cut what was not
/// flushed is lost, or a seeded half of it is. The variable store has no cache, what was written to it stays.
/// </summary>
[Trait("part", "crash")]
public sealed class PowerCutTests
{
    [Fact]
    public Task I07_InTheSystemImage() => AssertSurvivesInTheSystemImageAsync(kept: 0);

    [Fact]
    [Trait("long", "true")]
    public Task I07_InTheSystemImage_HalfOfWhatWasNotFlushedStays() => AssertSurvivesInTheSystemImageAsync(kept: 0.5);

    private static Task AssertSurvivesInTheSystemImageAsync(double kept)
        => PowerCut.AssertSurvivesAsync($"cut-system-{kept * 100:0}", map => CutRule.InRange(map["gk-sys-b"].Start, map["gk-sys-b"].Length, nth: 20, kept: kept));

    [Fact]
    public Task I07_BeforeTheLastSectors()
        => PowerCut.AssertSurvivesAsync("cut-last-sectors", map =>
        {
            // The first sectors of the idle EFI partition are touched twice: destroyed first, written last.
            DiskRange esp = map["gk-esp-b"];
            bool restWasWritten = false;
            return new CutRule(
                act =>
                {
                    bool head = act.Touches(esp.Start, 4096);
                    restWasWritten |= !head && act.Touches(esp.Start + (1 << 20), esp.Length - (1 << 20));
                    return head && restWasWritten;
                },
                Applied: false, Kept: 1);
        });

    [Fact]
    public async Task I07_AfterTry()
    {
        (string disk, Machine machine) = await (await Lab.TemplateAsync()).RawCopyAsync("cut-after-try");
        using VolatileDisk medium = new(disk);
        await using (NbdServer server = new(medium))
        await using (Device device = await PowerCut.StartAsync(machine, server))
        {
            await device.Qemu.PlugStickAsync(await PowerCut.StickAsync(disk), 1);
            await device.Shell.RunAsync(
                "until [ -e /sys/firmware/efi/efivars/BootNext-8be4df61-93ca-11d2-aa0d-00e098032b8c ]; do usleep 20000; done", TimeSpan.FromMinutes(4));
            await server.CutNowAsync();
            await device.Qemu.PowerOffAsync();
            Assert.Null(server.Fault);
        }
        await using NbdServer again = new(medium);
        await using Device after = await PowerCut.StartAsync(machine with { Name = "cut-after-try-2" }, again);
        await Flow.WaitKeptAsync(after, "2.0.0", "b");
    }
}
