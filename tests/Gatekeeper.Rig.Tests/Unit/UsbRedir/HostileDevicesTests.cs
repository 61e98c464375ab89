using Gatekeeper.PortGate;
using Gatekeeper.Release;
using Gatekeeper.Rig.Tests.Hostile;
using Gatekeeper.Rig.UsbRedir;
using Gatekeeper.Stick.FileSystems;
using Gatekeeper.Stick.Transport;
using Gatekeeper.StickImages;

namespace Gatekeeper.Rig.Tests.Unit.UsbRedir;

/// <summary>The whole catalogue against the product's judge, transport and walker on a table; the guest's test plugs the same devices into a real bus.</summary>
public sealed class HostileDevicesTests
{
    private static readonly Lazy<MemoryImage> Empty = new(MakeEmpty);

    public static TheoryData<string> Names => [.. HostileDevices.All.Where(d => !d.NeedsABus).Select(d => d.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void I11_EachGetsItsCode_AndNothingThatI03DoesNotList(string name)
    {
        HostileDevice hostile = HostileDevices.All.Single(d => d.Name == name);
        UsbDevice device = hostile.Make(new MadeData(Empty.Value));
        ManualTime time = new();
        Refusal verdict = Verdict(device, time);
        Assert.Contains(verdict, hostile.Codes);
        Assert.InRange(time.Milliseconds, 0, Limits.VerdictSeconds * 1000);
        foreach (BulkOnlyTarget target in device.Functions.OfType<BulkOnlyTarget>())
        {
            Assert.All(target.Commands, c => Assert.True(QemuTrace.Allowed.Contains(c.Opcode), $"{c}"));
        }
    }

    [Fact]
    public void Names_AreTheirOwn() => Assert.Equal(HostileDevices.All.Count, HostileDevices.All.Select(d => d.Name).Distinct().Count());

    private static Refusal Verdict(UsbDevice device, ManualTime time)
    {
        if (PortJudge.Judge(StickBench.Snapshot(device.Shape, UsbSpeed.High), PortRules.None) is PortVerdict.Denied denied)
        {
            Assert.Equal(0, device.Transfers);
            return denied.Code;
        }

        DevicePipe pipe = new(device, time);
        pipe.Control(0x00, ControlRequest.SetConfiguration, 0, 0, out _, value: 1);
        try
        {
            ScsiReader reader = ScsiReader.Open(new BulkOnlyTransport(pipe, time), time, UsbSpeed.High);
            Assert.Empty(StickWalker.Find(reader));
            return Refusal.NoRelease;
        }
        catch (RefusedException refused)
        {
            return refused.Code;
        }
    }

    private static MemoryImage MakeEmpty()
    {
        const Maker maker = Maker.Windows;
        MemoryImage volume = StickMaker.Format(maker, VolumeKind.Fat32, 512, StickMaker.StartOf(Partitioning.Primary, maker, 512), 64 << 20);
        StickMaker.Fill(volume, maker, new StickTree());
        return StickMaker.Assemble(volume, Partitioning.Primary, maker, 512, VolumeKind.Fat32, 0);
    }
}
