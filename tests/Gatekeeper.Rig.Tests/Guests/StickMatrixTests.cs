using System.Diagnostics;
using System.Globalization;
using Gatekeeper.Release;
using Gatekeeper.Rig.UsbRedir;
using Gatekeeper.StickImages;

namespace Gatekeeper.Rig.Tests.Guests;

public sealed class MatrixDevice() : DeviceFixture("stick-matrix", minutes: 40)
{
    private readonly List<string> rows = [];
    private int plugs;

    /// <summary>
    /// The next port in turn, of eight. From the second round on it rests for more than the two seconds of I10 first; with a verdict to wait for on each
    /// stick, no port comes near <see cref="Limits.PlugsPerMinute"/> connects.
    /// </summary>
    public async Task<int> NextPortAsync()
    {
        if (plugs >= 8)
        {
            await RestAsync();
        }
        return (plugs++ % 8) + 1;
    }

    /// <summary>Lets a port rest for longer than the two seconds of I10.</summary>
    public static Task RestAsync() => Task.Delay(TimeSpan.FromMilliseconds(Limits.OtherIdentityMilliseconds + 500));

    /// <summary>Notes a stick: out/stick-matrix.md has what is known so far.</summary>
    public void Note(MadeStick stick, int port, string code, TimeSpan time, int? commands)
    {
        string seconds = time.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture);
        rows.Add($"| {(stick.Maker is { } maker ? $"{maker}" : "stick write")} | {stick.Kind} | {stick.Label} | /{stick.Folder} | {stick.Placement} | {stick.SectorSize} | {stick.Start >> 30} | {port} | {code} | {seconds} | {(commands is { } count ? $"{count}" : "")} |");
        File.WriteAllLines(
            Path.Combine(Repository.Out, "stick-matrix.md"),
            ["# Sticks plugged into one device", "", "| maker | file system | table | folder | placement | sector | starts at GiB | port | verdict | seconds | commands |", "|---|---|---|---|---|---|---|---|---|---|---|", .. rows]);
    }
}

/// <summary>
/// Any stick is read: a release of another product is on each, and the verdict "other product" proves that it was found, read and verified. One boot for all.
/// </summary>
[Trait("part", "rig")]
public sealed class StickMatrixTests(MatrixDevice fixture) : GuestTests(fixture), IClassFixture<MatrixDevice>
{
    // Each file system, table, maker, folder and placement at least once.
    private static readonly MadeStick[] Chosen =
    [
        new(Maker.Mkfs, VolumeKind.Fat12, Partitioning.None),
        new(Maker.Mkfs, VolumeKind.ExFat, Partitioning.Logical, "gatekeeper", Placement.Fragmented),
        new(Maker.Windows, VolumeKind.Fat32, Partitioning.Primary, Placement: Placement.Fragmented),
        new(Maker.Windows, VolumeKind.ExFat, Partitioning.Primary, "GATEKEEPER"),
        new(Maker.Windows, VolumeKind.Fat16, Partitioning.Logical),
        new(Maker.Windows, VolumeKind.ExFat, Partitioning.Hybrid, Placement: Placement.Backward),
        new(Maker.MacOs, VolumeKind.ExFat, Partitioning.Gpt, Placement: Placement.Chained),
        new(Maker.MacOs, VolumeKind.Fat32, Partitioning.GptHeaderDamaged, "gatekeeper"),
        new(Maker.Linux, VolumeKind.Fat32, Partitioning.GptTableDamaged),
        new(Maker.Android, VolumeKind.Fat32, Partitioning.Primary),
        new(null, VolumeKind.Fat32, Partitioning.Primary),
        new(null, VolumeKind.ExFat, Partitioning.None),
    ];

    // QEMU's own stick has sectors of 512 bytes and the size of a file: the others are emulated.
    private static readonly MadeStick[] Unusual =
    [
        new(Maker.Windows, VolumeKind.Fat16, Partitioning.Primary, SectorSize: 4096),
        new(Maker.Windows, VolumeKind.ExFat, Partitioning.None, "gatekeeper", Placement.Fragmented, SectorSize: 4096),
        new(Maker.MacOs, VolumeKind.Fat32, Partitioning.Gpt, SectorSize: 4096),
        new(Maker.Windows, VolumeKind.ExFat, Partitioning.Gpt, Placement: Placement.Fragmented, Start: 3L << 40),
        new(Maker.Windows, VolumeKind.Fat32, Partitioning.GptHeaderDamaged, Start: 3L << 40),
    ];

    public static TheoryData<string> Representative => [.. Chosen.Select(stick => stick.Name)];

    public static TheoryData<string> Emulated => [.. Unusual.Select(stick => stick.Name)];

    [Theory]
    [MemberData(nameof(Representative))]
    public Task Stick_IsRead(string stick) => AssertReadAsync(Chosen.Single(chosen => chosen.Name == stick));

    /// <summary>The whole matrix, eight sticks in eight ports at a time.</summary>
    [Fact]
    [Trait("long", "true")]
    public async Task EveryStick_IsRead()
    {
        string release = await Lab.OtherProductAsync();
        string expected = RefusalCatalogue.Of(Refusal.OtherProduct).Code;
        List<string> wrong = [];
        foreach (MadeStick[] batch in MadeStick.All.Chunk(8))
        {
            string[] images = await Task.WhenAll(batch.Select(stick => Lab.MadeAsync(stick, release)));
            await MatrixDevice.RestAsync();
            long since = await Device.NextAuditAsync();
            List<Plugged> plugged = [];
            for (int i = 0; i < batch.Length; i++)
            {
                plugged.Add(await Device.Qemu.PlugStickAsync(images[i], i + 1));
            }

            IReadOnlyList<AuditRecord> log = [];
            await Wait.UntilAsync($"verdicts on {batch.Length} sticks from {batch[0].Name} on", TimeSpan.FromMinutes(3), async () =>
                (log = await Device.AuditAsync(since)).Count(r => r.Code is not null) >= batch.Length);
            for (int i = 0; i < batch.Length; i++)
            {
                AuditRecord verdict = log.Single(r => r.Code is not null && r.Port!.EndsWith($"-{i + 1}", StringComparison.Ordinal));
                AuditRecord candidate = log.Single(r => r.Event == "candidate" && r.Port == verdict.Port);
                fixture.Note(batch[i], i + 1, verdict.Code!, verdict.Uptime - candidate.Uptime, null);
                if (verdict.Code != expected)
                {
                    wrong.Add($"{batch[i].Name}: {verdict.Code} {verdict.Detail}");
                }

                await Device.Qemu.UnplugAsync(plugged[i]);
                File.Delete(images[i]);
            }

            await Device.WaitPluggedAsync(0);
        }

        Bus.AssertOnlyAllowedCommands(Device.Qemu);
        Assert.Empty(wrong);
    }

    /// <summary>Sectors of 4096 bytes, and volumes beyond 2 TiB.</summary>
    [Theory]
    [Trait("long", "true")]
    [MemberData(nameof(Emulated))]
    public async Task EmulatedStick_IsRead(string name)
    {
        MadeStick stick = Unusual.Single(made => made.Name == name);
        BulkOnlyTarget target = new(new MadeData(await stick.MakeAsync(await Lab.OtherProductAsync())));
        target.Unit.BlockSize = stick.SectorSize;
        int port = await fixture.NextPortAsync();
        long since = await Device.NextAuditAsync();

        Stopwatch time = Stopwatch.StartNew();
        RedirPlug plug = await Device.Qemu.PlugRedirAsync(target.Device(), port);
        AuditRecord verdict = await Device.WaitAuditAsync($"verdict on {stick.Name}", since, TimeSpan.FromSeconds(90), r => r.Code is not null);
        fixture.Note(stick, port, verdict.Code!, time.Elapsed, target.Commands.Count);
        Assert.Equal(RefusalCatalogue.Of(Refusal.OtherProduct).Code, verdict.Code);
        Assert.All(target.Commands, command => Assert.True(QemuTrace.Allowed.Contains(command.Opcode), $"{command}"));
        Assert.Empty(target.Violations);

        await Device.Qemu.UnplugAsync(plug);
        await Device.WaitPluggedAsync(0);
        await Device.WaitIdleAsync();
    }

    private async Task AssertReadAsync(MadeStick stick)
    {
        string image = await Lab.MadeAsync(stick, await Lab.OtherProductAsync());
        int port = await fixture.NextPortAsync();
        long since = await Device.NextAuditAsync();
        int commands = Device.Qemu.Trace.Commands().Count;

        Stopwatch time = Stopwatch.StartNew();
        Plugged plugged = await Device.Qemu.PlugStickAsync(image, port);
        AuditRecord verdict = await Device.WaitAuditAsync($"verdict on {stick.Name}", since, TimeSpan.FromSeconds(90), r => r.Code is not null);
        fixture.Note(stick, port, verdict.Code!, time.Elapsed, Device.Qemu.Trace.Commands().Count - commands);
        Assert.Equal(RefusalCatalogue.Of(Refusal.OtherProduct).Code, verdict.Code);

        await Device.Qemu.UnplugAsync(plugged);
        await Device.WaitPluggedAsync(0);
        await Device.WaitIdleAsync();
        Bus.AssertOnlyAllowedCommands(Device.Qemu);
        File.Delete(image);
    }
}
