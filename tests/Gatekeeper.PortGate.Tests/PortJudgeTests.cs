using System.Collections.Immutable;
using Gatekeeper.Release;
using Gatekeeper.Release.Permits;
using static Gatekeeper.PortGate.Tests.Descriptors;

namespace Gatekeeper.PortGate.Tests;

public sealed class PortJudgeTests
{
    private static readonly byte[] Storage = Alternate(0, 0, 8, 6, 0x50, Bulk(0x81), Bulk(2));
    private static readonly byte[] Uas = Alternate(0, 1, 8, 6, 0x62, Bulk(0x81), Bulk(2), Bulk(0x83), Bulk(4));

    /// <summary>The table of I09 (a): descriptors, refusal or null for a candidate.</summary>
    public static TheoryData<string, byte[], Refusal?> Table() => new()
    {
        { "stick", Stick(), null },
        { "stick with uas", Device(Configuration(1, 1, Storage, Uas)), null },
        { "uas first", Device(Configuration(1, 1, Alternate(0, 0, 8, 6, 0x62, Bulk(0x81), Bulk(2)), Alternate(0, 1, 8, 6, 0x50, Bulk(0x83), Bulk(4)))), null },
        { "stick with an interrupt endpoint", Device(Configuration(1, 1, Alternate(0, 0, 8, 6, 0x50, Interrupt(0x83), Bulk(0x81), Bulk(2)))), null },
        { "uas only", Device(Configuration(1, 1, Alternate(0, 0, 8, 6, 0x62, Bulk(0x81), Bulk(2)))), Refusal.DeviceUasOnly },
        { "keyboard", Keyboard(), Refusal.DeviceNotAllowed },
        { "hub", DeviceOf(9, Configuration(1, 1, Alternate(0, 0, 9, 0, 0, Interrupt(0x81)))), Refusal.DeviceNotAllowed },
        { "network", Device(Configuration(1, 2, Alternate(0, 0, 2, 6, 0, Interrupt(0x83)), Alternate(1, 0, 10, 0, 0, Bulk(0x81), Bulk(2)))), Refusal.DeviceNotAllowed },
        { "nothing at all", Device(Configuration(1, 0)), Refusal.DeviceNotAllowed },
        { "stick with keyboard", Device(Configuration(1, 2, Storage, Keys(1))), Refusal.DeviceComposite },
        { "keyboard in the second configuration", Device(Configuration(1, 1, Storage), Configuration(2, 1, Keys(0))), Refusal.DeviceComposite },
        { "stick in two configurations", Device(Configuration(1, 1, Storage), Configuration(2, 1, Storage)), Refusal.DeviceComposite },
        { "two storage interfaces", Device(Configuration(1, 2, Storage, Alternate(1, 0, 8, 6, 0x50, Bulk(0x83), Bulk(4)))), Refusal.DeviceComposite },
        { "keyboard as an alternate setting", Device(Configuration(1, 1, Storage, Alternate(0, 1, 3, 1, 1, Interrupt(0x83)))), Refusal.DeviceComposite },
        { "vendor's alternate setting", Device(Configuration(1, 1, Storage, Alternate(0, 1, 0xff, 6, 0x50, Bulk(0x81), Bulk(2)))), Refusal.DeviceComposite },
        { "CBI floppy", Device(Configuration(1, 1, Alternate(0, 0, 8, 4, 0, Bulk(0x81), Bulk(2), Interrupt(0x83)))), Refusal.DeviceComposite },
        { "SCSI by another transport", Device(Configuration(1, 1, Alternate(0, 0, 8, 6, 1, Bulk(0x81), Bulk(2)))), Refusal.DeviceComposite },
        { "hub's device class over a stick", DeviceOf(9, Configuration(1, 1, Storage)), Refusal.DeviceComposite },
        { "no endpoints", Device(Configuration(1, 1, Alternate(0, 0, 8, 6, 0x50))), Refusal.DescriptorMalformed },
        { "two bulk-in", Device(Configuration(1, 1, Alternate(0, 0, 8, 6, 0x50, Bulk(0x81), Bulk(0x82)))), Refusal.DescriptorMalformed },
        { "three bulk", Device(Configuration(1, 1, Alternate(0, 0, 8, 6, 0x50, Bulk(0x81), Bulk(0x82), Bulk(3)))), Refusal.DescriptorMalformed },
        { "packets of 0 bytes", Device(Configuration(1, 1, Alternate(0, 0, 8, 6, 0x50, [7, 5, 0x81, 2, 0, 0, 0], Bulk(2)))), Refusal.DescriptorMalformed },
        { "malformed", [.. Stick(), 1], Refusal.DescriptorMalformed },
    };

    [Theory]
    [MemberData(nameof(Table))]
    public void I09_OnlyAPlainStickIsACandidate(string name, byte[] descriptors, Refusal? wanted)
    {
        PortVerdict verdict = PortJudge.Judge(Snapshot(descriptors), PortRules.None);
        Assert.Equal(wanted, (verdict as PortVerdict.Denied)?.Code);
        Assert.Equal(wanted is null, verdict is PortVerdict.Candidate);
        Assert.NotEmpty(name);
    }

    [Fact]
    public void TheSettingThatSpeaksBulkOnlyIsTheOneThatIsUsed()
    {
        byte[] swapped = Device(Configuration(1, 1, Alternate(0, 0, 8, 6, 0x62, Bulk(0x81), Bulk(2)), Alternate(0, 1, 8, 6, 0x50, Bulk(0x83), Bulk(4))));
        AcceptedDevice device = Assert.IsType<PortVerdict.Candidate>(PortJudge.Judge(Snapshot(swapped), PortRules.None)).Device;
        Assert.Equal((1, 0x83, 4), (device.Setting, device.EndpointIn, device.EndpointOut));
        Assert.Equal("1-2:1.0", device.InterfaceName);
    }

    [Fact]
    public void I02_NoRuleAllowsStorage()
    {
        PortRules everything = PortRules.Parse(["allow id 090c:*"]);
        Assert.IsType<PortVerdict.Candidate>(PortJudge.Judge(Snapshot(Stick()), everything));
        byte[] composite = Device(Configuration(1, 2, Storage, Keys(1)));
        Assert.Equal(Refusal.DeviceComposite, Assert.IsType<PortVerdict.Denied>(PortJudge.Judge(Snapshot(composite), everything)).Code);
        Assert.IsType<PortVerdict.Allowed>(PortJudge.Judge(Snapshot(Keyboard()), everything));
    }

    [Fact]
    public void R_106_APermitAllowsOneDevice_AtOnePort_UnlessARuleBlocksIt()
    {
        UsbDeviceSnapshot keyboard = Snapshot(Keyboard());
        ImmutableArray<PermittedPeripheral> permitted = [DeviceDigest.ForPermit(keyboard)];
        Assert.Null(Assert.IsType<PortVerdict.Allowed>(PortJudge.Judge(keyboard, PortRules.None, permitted)).Device.RuleLine);
        Assert.IsType<PortVerdict.Allowed>(PortJudge.Judge(keyboard with { DeviceNumber = keyboard.DeviceNumber + 1 }, PortRules.None, permitted));
        foreach (UsbDeviceSnapshot other in new[]
        {
            Snapshot(Keyboard(), "1-3"),
            keyboard with { Strings = (keyboard.Strings.Manufacturer, keyboard.Strings.Product, "another") },
            keyboard with { Descriptors = [.. Device(Configuration(1, 2, Keys(0), Keys(1)))] },
        })
        {
            Assert.IsType<PortVerdict.Denied>(PortJudge.Judge(other, PortRules.None, permitted));
        }

        PortVerdict blocked = PortJudge.Judge(keyboard, PortRules.Parse(["block with-interface 03:*:*"]), permitted);
        Assert.Equal("blocked by rule line 1", Assert.IsType<PortVerdict.Denied>(blocked).Detail);
    }

    [Fact]
    public void I02_NoPermitAllowsStorage()
    {
        Assert.IsType<PortVerdict.Candidate>(PortJudge.Judge(Snapshot(Stick()), PortRules.None, [DeviceDigest.ForPermit(Snapshot(Stick()))]));
        UsbDeviceSnapshot composite = Snapshot(Device(Configuration(1, 2, Storage, Keys(1))));
        Assert.Equal(Refusal.DeviceComposite, Assert.IsType<PortVerdict.Denied>(PortJudge.Judge(composite, PortRules.None, [DeviceDigest.ForPermit(composite)])).Code);
    }

    [Fact]
    public void R_106_TheDigest_IsWhatTheFormatSays()
    {
        UsbDeviceSnapshot device = Snapshot(Keyboard()) with { Strings = ("Ä", null, "") };
        var bytes = new List<byte>();
        void Part(byte[] part) => bytes.AddRange([.. BitConverter.GetBytes(part.Length), .. part]);
        Part([.. device.Descriptors]);
        Part([.. device.BosDescriptors]);
        bytes.Add(1);
        Part([0xc3, 0x84]);
        bytes.Add(0);
        Part([]);
        bytes.Add(1);
        Part([]);
        Assert.Equal(System.Security.Cryptography.SHA256.HashData(bytes.ToArray()), DeviceDigest.OfIdentity(device).ToArray());
    }

    [Fact]
    public void ABlockRuleKeepsAStickOut()
    {
        PortRules rules = PortRules.Parse(["# no sticks at the back", "block with-interface 08:*:* via-port \"1-2\""]);
        PortVerdict.Denied denied = Assert.IsType<PortVerdict.Denied>(PortJudge.Judge(Snapshot(Stick()), rules));
        Assert.Equal((Refusal.DeviceNotAllowed, "blocked by rule line 2"), (denied.Code, denied.Detail));
        Assert.IsType<PortVerdict.Candidate>(PortJudge.Judge(Snapshot(Stick(), "1-3"), rules));
    }

    [Fact]
    public void NoDetailHoldsTheDevicesWords()
    {
        UsbDeviceSnapshot device = Snapshot(Keyboard()) with { Strings = ("EVIL", "EVIL", "EVIL") };
        Assert.DoesNotContain("EVIL", Assert.IsType<PortVerdict.Denied>(PortJudge.Judge(device, PortRules.None)).Detail, StringComparison.Ordinal);
    }
}
