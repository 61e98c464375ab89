using Gatekeeper.PortGate;
using Gatekeeper.Release;
using Gatekeeper.Rig.UsbRedir;

namespace Gatekeeper.Rig.Tests.Unit.UsbRedir;

/// <summary>What emulated devices say of themselves, as the product's own parser and judge take it.</summary>
public sealed class DescriptorTests
{
    [Theory]
    [InlineData(BusSpeed.Full, 64, 32)]
    [InlineData(BusSpeed.High, 512, 32)]
    [InlineData(BusSpeed.Super, 1024, 44)]
    public void HonestStick_IsACandidate_AtEverySpeed(BusSpeed speed, int maxPacket, int configurationBytes)
    {
        DeviceShape shape = Target().Shape(speed);
        Assert.Equal(configurationBytes, shape.Configurations[0].ToBytes(speed).Length);
        UsbDescriptors read = UsbDescriptors.Parse(shape.AllDescriptors());
        Assert.All(Assert.Single(read.EveryAlternate).Endpoints, e => Assert.Equal(maxPacket, e.MaxPacket));
        Assert.Equal(0, Accepted(shape).Setting);
    }

    [Fact]
    public void UasSettings_AreJudgedByWhereBulkOnlyIs()
    {
        Assert.Equal(0, Accepted(Target().Shape(settings: StickInterface.UasSecond)).Setting);
        AcceptedDevice first = Accepted(Target().Shape(settings: StickInterface.UasFirst));
        Assert.Equal((1, 0x81, 0x02), (first.Setting, first.EndpointIn, first.EndpointOut));
        Assert.Equal(Refusal.DeviceUasOnly, Denied(Target().Shape(settings: StickInterface.UasOnly)));
        UsbAlternate uas = UsbDescriptors.Parse(Target().Shape(settings: StickInterface.UasFirst).AllDescriptors()).EveryAlternate.First();
        Assert.Equal((UsbInterfaceType.AttachedScsi, 4), (uas.Type, uas.Endpoints.Length));
    }

    [Fact]
    public void StickWithKeyboard_IsComposite()
    {
        DeviceShape shape = Target().WithKeyboard(new KeyboardFunction()).Shape;
        Assert.Equal(Refusal.DeviceComposite, Denied(shape));
        Assert.Equal(new UsbInterfaceType(3, 1, 1), UsbDescriptors.Parse(shape.AllDescriptors()).EveryAlternate.Last().Type);
    }

    [Fact]
    public void LyingCounts_AreMalformed()
    {
        DeviceShape honest = Target().Shape();
        ConfigurationShape configuration = honest.Configurations[0];
        InterfaceShape stick = configuration.Interfaces[0];
        ConfigurationShape[] lies =
        [
            configuration with { TotalLength = 0xFFFF },
            configuration with { TotalLength = 20 },
            configuration with { InterfaceCount = 2 },
            configuration with { Value = 0 },
            configuration with { Interfaces = [stick with { EndpointCount = 3 }] },
            configuration with { Interfaces = [stick, stick] },
            configuration with { Body = [9, 4, 0] },
        ];
        Assert.All(lies, lie => Assert.Equal(Refusal.DescriptorMalformed, Denied(honest with { Configurations = [lie] })));
        Assert.Equal(Refusal.DescriptorMalformed, Denied(honest with { ConfigurationCount = 2 }));
    }

    [Fact]
    public void StringsAndBos_AreWellFormed()
    {
        DeviceShape shape = Target().Shape() with { Strings = ("Maker", null, "7") };
        Assert.Equal([12, 3, (byte)'M', 0, (byte)'a', 0, (byte)'k', 0, (byte)'e', 0, (byte)'r', 0], shape.Descriptor(3, 1));
        Assert.Null(shape.Descriptor(3, 2));
        Assert.Equal([1, 0, 3], shape.DeviceDescriptor()[14..17]);
        byte[] bos = shape.Descriptor(15, 0)!;
        Assert.Equal((5, bos.Length, 2), (bos[0], bos[2] + (bos[3] << 8), bos[4]));
        Assert.Equal(bos.Length, bos[0] + bos[5] + bos[5 + bos[5]]);
        Assert.Null((shape with { Speed = BusSpeed.High }).Descriptor(15, 0));
    }

    private static BulkOnlyTarget Target() => new(new SparseData(1 << 20));

    private static AcceptedDevice Accepted(DeviceShape shape) => Assert.IsType<PortVerdict.Candidate>(Judge(shape)).Device;

    private static Refusal Denied(DeviceShape shape) => Assert.IsType<PortVerdict.Denied>(Judge(shape)).Code;

    private static PortVerdict Judge(DeviceShape shape) => PortJudge.Judge(StickBench.Snapshot(shape, UsbSpeed.Super), PortRules.None);
}
