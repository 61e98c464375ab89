using System.Globalization;
using Gatekeeper.Release;
using Gatekeeper.Rig.UsbRedir;

namespace Gatekeeper.Rig.Tests.Guests;

public sealed class FullSpeedDevice() : DeviceFixture("full-speed");

/// <summary>Sticks at full speed: a megabyte a second. Verdicts and rate are printed.</summary>
[Trait("part", "rig")]
[Trait("long", "true")]
public sealed class FullSpeedTests(FullSpeedDevice fixture) : EmulatedStickBench(fixture), IClassFixture<FullSpeedDevice>
{
    [Fact]
    public async Task FullSpeed_IsReadAsFastAsItsBusGives()
    {
        using ImageData empty = new(await Lab.EmptyAsync());
        await AssertRefusedAsync(new BulkOnlyTarget(empty).Device(BusSpeed.Full), Refusal.NoRelease, name: "empty stick at full speed");

        using ImageData image = new(await Lab.Fat32Async(await Lab.DamagedAsync("2.0.0")));
        BulkOnlyTarget target = new(image);
        await AssertRefusedAsync(target.Device(BusSpeed.Full), Refusal.FileDamaged, silent: false, name: "stick at full speed with a release, damaged in the middle,");
        AssertRead(target);
        Assert.All(target.Commands, c => Assert.True(c.DataLength <= Limits.TransferBytesFullSpeed, $"{c}"));
        SeenCommand[] reads = [.. target.Commands.Where(c => c.DataLength == Limits.TransferBytesFullSpeed)];
        double seconds = (reads[^1].Time - reads[0].Time).TotalSeconds;
        Figures.Add(string.Create(
            CultureInfo.InvariantCulture,
            $"reading at full speed: {reads.Length - 1} reads of {Limits.TransferBytesFullSpeed / 1024} KiB at {(reads.Length - 1.0) * Limits.TransferBytesFullSpeed / seconds / 1e6:0.00} MB/s of the bus's {StickShapes.FullSpeedBytesPerSecond / 1e6:0.00}"));
    }
}
