using System.Globalization;
using System.Text.Json.Nodes;

namespace Gatekeeper.Rig.Tests.Guests;

/// <summary>
/// The in-use lease in every phase of an update (I15): taken, its holder killed, never held. Where nothing may be written any more is
/// asked of the kernel's own counters; times go into the figures and are not judged.
/// </summary>
public sealed class LeaseTests
{
    private const int Sector = 512;

    // ext4 writes its own journal up to 5 s later: not a byte of the stage.
    private const long JournalSectors = 1024 * 1024 / Sector;

    // On its way to the emulator's disk, which is a fast one, and the piece that was being written.
    private const long InFlightSectors = (Gatekeeper.Release.Limits.LeaseFlightBytesMost + Gatekeeper.Release.Limits.LeaseWriteBytes) / Sector;

    [Fact]
    [Trait("part", "rig")]
    public async Task I15_TakenInMidCopyAndMidInstall_StopsAtOnce_AndGoesOn()
    {
        await using Device device = await (await Lab.TemplateAsync()).StartAsync("lease-short");
        await device.WaitIdleAsync();
        ScreenImage patient = await PatientPictureAsync(device);
        (long stage, long slot) = await SizesAsync();
        await device.Qemu.PlugStickAsync(await Lab.Fat32Async(await Lab.ReleaseAsync("2.0.0")), 1);
        await AssertStopsAsync(device, patient, "copying, 50 %", "gk-data", $"[ $w -ge {stage / 2} ]", slack: JournalSectors);
        await AppInGuest.FreeAsync(device);
        await AssertStopsAsync(device, patient, "installing, 50 %", "gk-sys-b", $"[ $w -ge {slot / 2} ]", slack: 0);
        await AppInGuest.FreeAsync(device);
        await AppInGuest.WatchAsync(device, $"[ $w -ge {slot / 8} ]", "gk-sys-b", "true");
        Assert.Equal(1, (await device.AuditAsync()).Count(r => r.Event == "install"));
    }

    [Fact]
    [Trait("part", "rig")]
    [Trait("long", "true")]
    public async Task I15_TakenInEveryPhase_NothingWrittenDrawnOrRestarted_AndItEndsInVersion2()
    {
        await using Device device = await (await Lab.TemplateAsync()).StartAsync("lease-phases", TimeSpan.FromMinutes(20));
        await device.WaitIdleAsync();
        ScreenImage patient = await PatientPictureAsync(device);
        (long stage, long slot) = await SizesAsync();
        int resets = device.Qemu.Qmp.EventCount;

        (long stageBefore, long slotBefore) = (await WrittenAsync(device, "gk-data"), await WrittenAsync(device, "gk-sys-b"));

        // In use when it is plugged: judged, nothing else.
        await AppInGuest.UseAsync(device);
        long since = await device.NextAuditAsync();
        Plugged plugged = await device.Qemu.PlugStickAsync(await Lab.Fat32Async(await Lab.ReleaseAsync("2.0.0")), 1);
        await device.WaitAuditAsync("accepted", since, TimeSpan.FromSeconds(60), r => r.Event == "accepted");
        await AssertStillAsync(device, patient, "gk-data", "gk-sys-b", "gk-esp-b");

        // Found: the sentence is on the screen, and goes from it.
        await AppInGuest.FreeAsync(device);
        await device.Shell.RunAsync($"until gatekeeper status --json | grep -q '\"state\":\"\\(found\\|copying\\)\"'; do sleep 0.1; done; {AppInGuest.Connect}", TimeSpan.FromSeconds(60));
        await AssertHeldAsync(device, patient, "found");

        foreach (int percent in new[] { 10, 50, 90 })
        {
            await AppInGuest.FreeAsync(device);
            await AssertStopsAsync(device, patient, $"copying, {percent} %", "gk-data", $"[ $w0 -ge {stageBefore + (stage * percent / 100)} ]", JournalSectors);
        }

        // From the reads of the running set on, which begin when the stage is whole.
        await AppInGuest.FreeAsync(device);
        await AssertStopsAsync(device, patient, "checking", "gk-sys-a", $"[ $r -ge {slot / 4} ]", slack: 0);
        foreach (int percent in new[] { 10, 50, 90 })
        {
            await AppInGuest.FreeAsync(device);
            await AssertStopsAsync(device, patient, $"installing, {percent} %", "gk-sys-b", $"[ $w0 -ge {slotBefore + (slot * percent / 100)} ]", slack: 0);
        }

        await AppInGuest.FreeAsync(device);
        await AssertStopsAsync(device, patient, "reading back", "gk-sys-b", $"[ $r -ge {slot / 4} ]", slack: 0);
        await AppInGuest.FreeAsync(device);
        await AssertStopsAsync(device, patient, "just before the restart", "gk-esp-b", $"[ -e {Flow.BootNext} ]", slack: 0);
        await Task.Delay(TimeSpan.FromSeconds(8));
        Assert.DoesNotContain(await device.AuditAsync(since), r => r.Event == "restart");
        Assert.Single(await device.AuditAsync(since), r => r.Event == "install");

        resets = device.Qemu.Qmp.EventCount;
        await AppInGuest.FreeAsync(device);
        await device.Qemu.WaitResetOrExplainAsync(device, resets, TimeSpan.FromMinutes(1));
        await device.Qemu.UnplugAsync(plugged);
        await AssertRefusedOnTrialAsync(device);
        await Flow.WaitKeptAsync(device, "2.0.0", "b");
    }

    [Fact]
    [Trait("part", "rig")]
    [Trait("long", "true")]
    public async Task I15_HolderKilledInEveryPhase_CountsAsInUseUntilItGivesAgain_AndItEndsInVersion2()
    {
        await using Device device = await (await Lab.TemplateAsync()).StartAsync("lease-killed", TimeSpan.FromMinutes(20));
        await device.WaitIdleAsync();
        (long stage, long slot) = await SizesAsync();
        int resets = device.Qemu.Qmp.EventCount;
        Plugged plugged = await device.Qemu.PlugStickAsync(await Lab.Fat32Async(await Lab.ReleaseAsync("2.0.0")), 1);
        foreach ((string what, string partition, string until, long slack) in new[]
        {
            ("copying", "gk-data", $"[ $w -ge {stage / 10} ]", JournalSectors),
            ("copying again", "gk-data", $"[ $w -ge {stage / 3} ]", JournalSectors),
            ("installing", "gk-sys-b", $"[ $w -ge {slot / 10} ]", 0L),
            ("installing again", "gk-sys-b", $"[ $w -ge {slot / 3} ]", 0L),
            ("just before the restart", "gk-esp-b", $"[ -e {Flow.BootNext} ]", 0L),
        })
        {
            // It is killed, started again 0.25 s later (backing off: up to 4 s), takes the lease and gives it after its self check of 3 s.
            IReadOnlyList<WriteSample> samples = await AppInGuest.WatchAsync(device, until, partition, "kill -9 $(pidof sample-app)");
            WriteSample[] quiet = [.. samples.Where(s => s.UptimeMs >= samples[0].UptimeMs + 500 && s.UptimeMs <= samples[0].UptimeMs + 2500)];
            Assert.NotEmpty(quiet);
            Assert.InRange(quiet[^1].Sectors - quiet[0].Sectors, 0, slack);
            Assert.True(quiet[0].Sectors - samples[0].Sectors <= InFlightSectors + slack + Margin(samples), $"{what}: {quiet[0].Sectors - samples[0].Sectors} sectors after the holder was killed");
        }

        await device.Qemu.WaitResetOrExplainAsync(device, resets, TimeSpan.FromMinutes(3));
        await device.Qemu.UnplugAsync(plugged);
        await Flow.WaitKeptAsync(device, "2.0.0", "b");
        Assert.Single(await device.AuditAsync(), r => r.Event == "install");
    }

    [Fact]
    [Trait("part", "rig")]
    [Trait("long", "true")]
    public async Task I15_NeverHeld_TheStickWaitsInSilence_UntilAPersonInServiceModeSaysOtherwise()
    {
        await using Device device = await (await Lab.TemplateAsync()).StartAsync("lease-never", TimeSpan.FromMinutes(12));
        await device.WaitIdleAsync();

        // The program cannot start any more, and the service is one that never heard of it.
        await device.Shell.RunAsync($"""
            mount --bind /dev/null /system/usr/bin/sample-app
            kill -9 $(pidof sample-app)
            sleep 1
            {GuestScripts.ForEachService("", "kill -9 $p")}
            """, TimeSpan.FromSeconds(30));
        await device.WaitServiceAsync();
        await device.WaitStatusAsync("never held", TimeSpan.FromSeconds(30), s => (string?)s["lease"] == "never held" && (bool)s["in_use"]!);
        Assert.Contains("never held", (await device.Shell.TryAsync("gatekeeper doctor", TimeSpan.FromSeconds(90))).Output, StringComparison.Ordinal);

        ScreenImage before = await device.StillScreenAsync();
        long since = await device.NextAuditAsync();
        int resets = device.Qemu.Qmp.EventCount;
        Plugged plugged = await device.Qemu.PlugStickAsync(await Lab.Fat32Async(await Lab.ReleaseAsync("2.0.0")), 1);
        await device.WaitAuditAsync("accepted", since, TimeSpan.FromSeconds(60), r => r.Event == "accepted");
        await device.WaitStatusAsync("waiting", TimeSpan.FromSeconds(20), s => (string?)s["state"] == "waiting");
        await AssertStillAsync(device, before, "gk-data", "gk-sys-b", "gk-esp-b");

        await Flow.EnterServiceModeAsync(device);
        AuditRecord overruled = await device.WaitAuditAsync("overruled", since, TimeSpan.FromSeconds(20), r => r.Event == "in-use-overruled");
        Assert.Equal("never held", overruled.Detail);
        await device.WaitStatusAsync("free by a person's word", TimeSpan.FromSeconds(20), s => !(bool)s["in_use"]! && (bool)s["lease_overruled"]!);
        await device.WaitAuditAsync("staged", since, TimeSpan.FromMinutes(3), r => r.Event == "staged");

        // The word ends with service mode.
        await Flow.LeaveServiceModeAsync(device);
        await device.WaitStatusAsync("in use again", TimeSpan.FromSeconds(20), s => (bool)s["in_use"]! && !(bool)s["lease_overruled"]!);
        Assert.DoesNotContain(await device.AuditAsync(since), r => r.Event == "try");
        await Flow.EnterServiceModeAsync(device);
        await device.Qemu.WaitResetOrExplainAsync(device, resets, TimeSpan.FromMinutes(4));
        await device.Qemu.UnplugAsync(plugged);
        await Flow.WaitKeptAsync(device, "2.0.0", "b");
        Assert.Equal(2, (await device.AuditAsync(since)).Count(r => r.Event == "in-use-overruled"));
    }

    /// <summary>What the screen looks like while a patient is connected.</summary>
    private static async Task<ScreenImage> PatientPictureAsync(Device device)
    {
        ScreenImage ready = await device.StillScreenAsync();
        await AppInGuest.UseAsync(device);
        ScreenImage patient = await device.Screen.WaitChangeAsync(ready, TimeSpan.FromSeconds(20));
        patient = await device.StillScreenAsync();
        await AppInGuest.FreeAsync(device);
        await device.WaitIdleAsync();
        return patient;
    }

    /// <summary>Sectors of the release's file and of its system image.</summary>
    private static async Task<(long Stage, long Slot)> SizesAsync()
        => (new FileInfo(await Lab.ReleaseAsync("2.0.0")).Length / Sector, new FileInfo((await Lab.ImagesAsync("2.0.0")).System).Length / Sector);

    /// <summary>The lease is taken in a phase: what was on its way is written, and then nothing; the screen is the program's, and nothing is restarted.</summary>
    private static async Task AssertStopsAsync(Device device, ScreenImage patient, string phase, string partition, string until, long slack)
    {
        int events = device.Qemu.Qmp.EventCount;
        IReadOnlyList<WriteSample> samples = await AppInGuest.WatchAsync(device, until, partition, AppInGuest.Connect);
        AppFigures figures = await AppInGuest.FiguresAsync(device);
        Assert.NotNull(figures.AnswerMs);
        long answered = figures.AskedAtMs + (long)figures.AnswerMs.Value;
        long last = samples.Zip(samples.Skip(1)).Where(p => p.Second.Sectors > p.First.Sectors).Select(p => p.Second.UptimeMs).DefaultIfEmpty(samples[0].UptimeMs).Last();
        long atAnswer = samples.TakeWhile(s => s.UptimeMs <= answered).Select(s => s.Sectors).LastOrDefault(samples[0].Sectors);
        await AssertHeldAsync(device, patient, phase);
        AppFigures later = await AppInGuest.FiguresAsync(device);
        Figures.Add(string.Create(CultureInfo.InvariantCulture,
            $"lease taken while {phase}: answered after {figures.AnswerMs:0} ms, last write {(last > figures.AskedAtMs ? $"{last - figures.AskedAtMs} ms after" : "before")} the wish (sampled each 30 to 100 ms), screen back after {later.ScreenMs?.ToString("0", CultureInfo.InvariantCulture) ?? "-"} ms"));

        // Counted from a sample before the answer, so what was written between the two is in it.
        Assert.True(samples[^1].Sectors - atAnswer <= InFlightSectors + slack + Margin(samples), $"{phase}: {samples[^1].Sectors - atAnswer} sectors were written after the lease was taken");
        WriteSample[] quiet = [.. samples.Where(s => s.UptimeMs >= answered + 1000)];
        if (quiet.Length > 1)
        {
            Assert.InRange(quiet[^1].Sectors - quiet[0].Sectors, 0, slack);
        }

        Assert.Equal(events, device.Qemu.Qmp.EventCount);
    }

    /// <summary>What a sample may miss: the most that was written between two of them before the lease was taken.</summary>
    private static long Margin(IReadOnlyList<WriteSample> samples) => samples.Zip(samples.Skip(1)).Select(p => p.Second.Sectors - p.First.Sectors).DefaultIfEmpty(0).Max();

    private static async Task AssertHeldAsync(Device device, ScreenImage patient, string phase)
    {
        JsonObject status = await device.WaitStatusAsync($"in use, {phase}", TimeSpan.FromSeconds(30), s => (bool)s["in_use"]! && (string?)s["lease"] == "held");
        Assert.Equal("1.0.0", (string?)status["running"]);
        await device.Screen.WaitAsync($"the program's own screen, {phase}", TimeSpan.FromSeconds(30), now => now.Difference(patient) == 0);
    }

    /// <summary>For eight seconds nothing is written there, and the screen stays as it is, pixel by pixel.</summary>
    private static async Task AssertStillAsync(Device device, ScreenImage picture, params string[] partitions)
    {
        Task<long[]> AllAsync() => Task.WhenAll(partitions.Select(p => WrittenAsync(device, p)));

        await Task.Delay(TimeSpan.FromSeconds(6)); // ext4's own journal
        long[] before = await AllAsync();
        await device.Screen.WaitAsync("screen as it was", TimeSpan.FromSeconds(20), now => now.Difference(picture) == 0);
        for (int second = 0; second < 8; second++)
        {
            await Task.Delay(TimeSpan.FromSeconds(1));
            Assert.Equal(0, (await device.Screen.ShotAsync()).Difference(picture));
        }

        Assert.Equal(before, await AllAsync());
    }

    /// <summary>Until the new version is kept its program asks for the lease and does not get it.</summary>
    private static async Task AssertRefusedOnTrialAsync(Device device)
    {
        await device.WaitServiceAsync(TimeSpan.FromSeconds(120));
        await device.WaitStatusAsync("kept", TimeSpan.FromSeconds(120), s =>
        {
            bool trial = (bool)s["trial"]!;
            Assert.False(trial && (string?)s["lease"] == "held", s.ToJsonString());
            return !trial;
        });
    }

    /// <summary>Sectors written to a partition since the kernel's start.</summary>
    private static async Task<long> WrittenAsync(Device device, string partition)
        => long.Parse(await device.Shell.RunAsync($"awk '{{ print $7 }}' /sys/class/block/{Path.GetFileName(await device.PartitionAsync(partition))}/stat"), CultureInfo.InvariantCulture);
}
