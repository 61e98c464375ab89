namespace Gatekeeper.Rig.Tests.Guests;

/// <summary>
/// I07 with real power cuts, two hundred in ten rows: the same device is cut again and again, wherever it is, while it installs, starts, tries and keeps.
/// Each cut is one start of a guest; only the last of a row comes to its end. The enumeration in Gatekeeper.Crash.Tests is the proof, this is its sample.
/// </summary>
[Trait("part", "crash")]
public sealed class ManyPowerCutsTests
{
    private const int CutsInARow = 20;
    private const int MostActs = 3000; // an install of the reference image sends about as many writes and flushes to the disk
    private static readonly TimeSpan LongestRun = TimeSpan.FromSeconds(60); // an install whose chosen act did not come by then is cut there

    /// <summary>The default run has one short row.</summary>
    [Fact]
    public Task I07_TwoCutsInARow_OldOrNewRuns_AndTheInstallComesToItsEnd() => CutInARowAsync("cuts-short", seed: 100, cuts: 2);

    [Theory]
    [Trait("long", "true")]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(9)]
    [InlineData(10)]
    public Task I07_TwentyCutsInARow_OldOrNewRuns_AndTheInstallComesToItsEnd(int seed) => CutInARowAsync($"cuts-{seed}", seed, CutsInARow);

    private static async Task CutInARowAsync(string name, int seed, int cuts)
    {
#pragma warning disable CA5394 // a repeatable choice is wanted, not a secret
        Random choice = new(seed);
        (string disk, Machine machine) = await (await Lab.TemplateAsync()).RawCopyAsync(name);
        using VolatileDisk medium = new(disk);
        List<string> ran = [];
        for (int cut = 1; cut <= cuts; cut++)
        {
            await using NbdServer server = new(medium);
            await using Device device = await PowerCut.StartAsync(machine with { Name = $"{name}-{cut}" }, server);
            string version = await RunningAsync(device);
            ran.Add(version);

            // Early acts are as likely as late ones are: most of an install is chunks that differ in nothing.
            long at = server.Acts + 1 + (long)Math.Exp(choice.NextDouble() * Math.Log(MostActs));
            double kept = choice.Next(3) / 2.0;
            server.CutWhen(CutRule.AtAct(at, kept, choice.Next()));
            if (version == "1.0.0")
            {
                await device.Qemu.PlugStickAsync(await PowerCut.StickAsync(disk), 1);
            }

            await Task.WhenAny(server.WhenCut, Task.Delay(LongestRun));
            if (!server.WhenCut.IsCompleted)
            {
                await server.CutNowAsync(kept, choice.Next());
            }

            await device.Qemu.PowerOffAsync();
            Assert.Null(server.Fault);
        }
#pragma warning restore CA5394

        Figures.Add($"power cuts {name}: {cuts}, ran {string.Join(' ', ran.CountBy(v => v).Select(v => $"{v.Key}: {v.Value}"))}");
        await using NbdServer again = new(medium);
        await using Device last = await PowerCut.StartAsync(machine with { Name = $"{name}-last" }, again);
        if (await RunningAsync(last) == "1.0.0")
        {
            // What is staged or on trial may go on by itself; the stick is there for when nothing is.
            await last.Qemu.PlugStickAsync(await PowerCut.StickAsync(disk), 2);
        }

        await last.WaitStatusAsync(
            "version 2.0.0 kept in set b", TimeSpan.FromMinutes(5),
            s => (string?)s["running"] == "2.0.0" && (string?)s["set"] == "b" && !(bool)s["trial"]!);
        await last.Shell.RunAsync("gatekeeper log verify", TimeSpan.FromSeconds(60));
    }

    // Old or new, and the log whole: what the power left can be read.
    private static async Task<string> RunningAsync(Device device)
    {
        string? version = (string?)(await device.StatusAsync())["running"];
        Assert.True(version is "1.0.0" or "2.0.0", $"{version} runs");
        await device.Shell.RunAsync("gatekeeper log verify", TimeSpan.FromSeconds(60));
        return version!;
    }
}
