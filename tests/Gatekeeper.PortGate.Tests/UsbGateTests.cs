using System.Collections.Immutable;
using Gatekeeper.Release;
using static Gatekeeper.PortGate.Tests.Descriptors;

namespace Gatekeeper.PortGate.Tests;

public sealed class UsbGateTests
{
    private readonly FakeUsbTree _tree = new() { InterfaceDefault = 0 };

    [Fact]
    public void I10_ADeviceIsOpenedBeforeItsInterfaceAndShutAfterIt()
    {
        AcceptedDevice stick = Plug(Stick());
        var gate = new UsbGate(_tree);
        gate.Open(stick);
        Assert.True(_tree.Devices["1-2"].Authorized);
        Assert.True(gate.Shut("1-2"));
        Assert.Equal(["usb1/interface_authorized_default=0", "1-2=1", "1-2:1.0=1", "1-2:1.0=0", "1-2=0"], _tree.Writes);
    }

    public static TheoryData<string, string> Changes() => new()
    {
        { "1-2=1", "descriptors" },
        { "1-2=1", "number" },
        { "1-2=1", "serial" },
        { "1-2=1", "gone" },
        { "1-2:1.0=1", "descriptors" },
        { "1-2:1.0=1", "number" },
        { "1-2:1.0=1", "driver" },
        { "1-2:1.0=1", "second interface" },
        { "usb1/interface_authorized_default=0", "descriptors" },
    };

    [Theory]
    [MemberData(nameof(Changes))]
    public void I10_AChangeBetweenDecisionAndUseIsARefusal(string after, string change)
    {
        AcceptedDevice stick = Plug(Stick());
        _tree.After = write =>
        {
            if (write == after)
            {
                _tree.After = null;
                Change(change);
            }
        };

        RefusedException refused = Assert.Throws<RefusedException>(() => new UsbGate(_tree).Open(stick));

        Assert.Equal(change == "gone" ? Refusal.StickGone : Refusal.DeviceChanged, refused.Code);
        Assert.All(_tree.Devices.Values, d => Assert.False(d.Authorized));
    }

    [Fact]
    public void I10_AnotherDeviceOnThePortBeforeOpeningIsNeverAuthorized()
    {
        AcceptedDevice stick = Plug(Stick());
        _tree.Devices["1-2"] = Snapshot(Keyboard(), number: 6);
        Assert.Throws<RefusedException>(() => new UsbGate(_tree).Open(stick));
        Assert.DoesNotContain("1-2=1", _tree.Writes);
    }

    [Fact]
    public void I02_ADriverThatBindsAtOnceEndsTheSession()
    {
        AcceptedDevice stick = Plug(Stick());
        _tree.EagerDriver = "usb-storage";
        RefusedException refused = Assert.Throws<RefusedException>(() => new UsbGate(_tree).Open(stick));
        Assert.Equal(Refusal.DeviceChanged, refused.Code);
        Assert.False(_tree.Devices["1-2"].Authorized);
    }

    [Fact]
    public void I01_ABusThatAuthorizesInterfacesByItselfIsMendedBeforeADeviceIsOpened()
    {
        AcceptedDevice stick = Plug(Stick());
        _tree.InterfaceDefault = 1; // a controller that appeared later
        _tree.EagerDriver = null;
        new UsbGate(_tree).Open(stick);
        Assert.Equal("usb1/interface_authorized_default=0", _tree.Writes[0]);
    }

    [Fact]
    public void I01_ASoundMachineIsProtected()
    {
        _tree.InterfaceDefault = 1; // the kernel's start value
        Plug(Keyboard());
        GateReport report = new UsbGate(_tree).Close(ImmutableHashSet<string>.Empty);
        Assert.Empty(report.Unprotected);
        Assert.Empty(report.Deauthorized);
        Assert.Equal(0, _tree.InterfaceDefault);
    }

    [Fact]
    public void I01_WhatIsWrongIsNamedAndMended()
    {
        _tree.AuthorizedDefault = -1;
        _tree.BusDefault = 1;
        _tree.InterfaceDefault = 1;
        _tree.EagerDriver = "usbhid";
        Plug(Keyboard());
        _tree.SetDeviceAuthorized("1-2", true);
        _tree.Writes.Clear();

        GateReport report = new UsbGate(_tree).Close(ImmutableHashSet<string>.Empty);

        Assert.Equal(
            [
                "usb: usbcore.authorized_default is -1, not 0",
                "usb usb1: authorized_default was 1",
                "usb 1-2:1.0: driver usbhid was bound before the service came",
            ],
            report.Unprotected.ToArray());
        Assert.Equal(["1-2"], report.Deauthorized.ToArray());
        Assert.Equal(["usb1/authorized_default=0", "usb1/interface_authorized_default=0", "1-2:1.0=0", "1-2=0"], _tree.Writes);
    }

    [Fact]
    public void I01_ASwitchThatDoesNotHoldIsNamed()
    {
        Plug(Stick());
        _tree.SetDeviceAuthorized("1-2", true);
        _tree.InterfaceDefault = 1;
        _tree.Stuck.UnionWith(["1-2", "usb1/interface_authorized_default"]);
        GateReport report = new UsbGate(_tree).Close(ImmutableHashSet<string>.Empty);
        Assert.Contains("usb 1-2: still authorized", report.Unprotected);
        Assert.Contains("usb usb1: authorized_default 0, interface_authorized_default 1", report.Unprotected);
    }

    [Fact]
    public void I01_AfterACrashTheStickOfTheMomentIsDeauthorized()
    {
        AcceptedDevice stick = Plug(Stick());
        new UsbGate(_tree).Open(stick);
        GateReport report = new UsbGate(_tree).Close(ImmutableHashSet<string>.Empty);
        Assert.Equal(["1-2"], report.Deauthorized.ToArray());
        Assert.Empty(report.Unprotected);
        Assert.False(_tree.Devices["1-2"].Authorized);
    }

    [Fact]
    public void I01_AKernelThatDoesNotAnswerIsNotTakenForSafe()
    {
        _tree.AuthorizedDefault = null;
        Plug(Stick());
        _tree.Devices["1-2"] = _tree.Devices["1-2"] with { Authorized = null };
        GateReport report = new UsbGate(_tree).Close(ImmutableHashSet<string>.Empty);
        Assert.Contains("usb: usbcore.authorized_default is unreadable, not 0", report.Unprotected);
        Assert.Equal(["1-2"], report.Deauthorized.ToArray());
    }

    [Fact]
    public void ADeviceThatARuleNamesIsOpenedForTheKernel()
    {
        _tree.Devices["1-2"] = Snapshot(Keyboard());
        AllowedDevice keyboard = Assert.IsType<PortVerdict.Allowed>(PortJudge.Judge(_tree.Devices["1-2"], PortRules.Parse(["allow with-interface 03:01:01"]))).Device;
        _tree.ProbedDriver = "usbhid";
        new UsbGate(_tree).Open(keyboard);
        Assert.Equal("usbhid", _tree.Devices["1-2"].Interfaces[0].Driver);

        // Its restart does not take it away.
        Assert.Empty(new UsbGate(_tree).Close(new HashSet<string> { "1-2" }).Deauthorized);
    }

    [Fact]
    public void I02_AKernelThatMayGetDrivers_BindsNoneByItself_FromTheFirstMomentOn()
    {
        FakeUsbTree tree = new() { InterfaceDefault = 0, OtherDrivers = true };
        Assert.Empty(new UsbGate(tree).Close(ImmutableHashSet<string>.Empty).Unprotected);
        Assert.Equal(["drivers_autoprobe=0"], tree.Writes);
        new UsbGate(tree).Close(ImmutableHashSet<string>.Empty);
        Assert.Single(tree.Writes); // it holds already
    }

    [Fact]
    public void I02_AKernelThatGoesOnBindingByItself_IsNamed()
    {
        FakeUsbTree tree = new() { InterfaceDefault = 0, OtherDrivers = true, Autoprobe = null };
        tree.Stuck.Add("drivers_autoprobe");
        Assert.Equal(
            ["usb: drivers_autoprobe cannot be written", "usb: drivers_autoprobe is unreadable, a driver could bind by itself"],
            new UsbGate(tree).Close(ImmutableHashSet<string>.Empty).Unprotected.ToArray());
    }

    [Fact]
    public void AKernelWithoutOtherDrivers_IsLeftAsItIs()
    {
        new UsbGate(_tree).Close(ImmutableHashSet<string>.Empty);
        Assert.Empty(_tree.Writes);
    }

    [Fact]
    public void I10_AtAPortThatIsHeld_TheOneConfigurationIsChosenByUs_BetweenDeviceAndInterface()
    {
        AcceptedDevice stick = Plug(Stick());
        _tree.Held = true;
        new UsbGate(_tree).Open(stick);
        Assert.Equal(["usb1/interface_authorized_default=0", "1-2=1", "1-2/configuration=1", "1-2:1.0=1"], _tree.Writes);
    }

    [Fact]
    public void I10_AtAPortThatIsHeld_ADeviceThatTakesNoConfiguration_IsShutAgain()
    {
        AcceptedDevice stick = Plug(Stick());
        _tree.Held = true;
        _tree.Stuck.Add("1-2/configuration");
        Assert.Equal(Refusal.DeviceChanged, Assert.Throws<RefusedException>(() => new UsbGate(_tree).Open(stick)).Code);
        Assert.False(_tree.Devices["1-2"].Authorized);
    }

    [Fact]
    public void AStickThatWasPulledIsShut() => Assert.True(new UsbGate(_tree).Shut("1-7"));

    private AcceptedDevice Plug(byte[] descriptors)
    {
        _tree.Devices["1-2"] = Snapshot(descriptors);
        return PortJudge.Judge(_tree.Devices["1-2"], PortRules.None) is PortVerdict.Candidate candidate ? candidate.Device : null!;
    }

    private void Change(string what)
    {
        if (!_tree.Devices.Remove("1-2", out UsbDeviceSnapshot? old) || what == "gone")
        {
            return;
        }

        _tree.Devices["1-2"] = what switch
        {
            "descriptors" => old with { Descriptors = [.. Keyboard()] },
            "number" => old with { DeviceNumber = 6 },
            "serial" => old with { Strings = (null, "disk", "S2") },
            "driver" => old with { Interfaces = [.. old.Interfaces.Select(i => i with { Driver = "uas" })] },
            _ => old with { Interfaces = old.Interfaces.Add(new UsbInterfaceState("1-2:1.1", 1, false, null)) },
        };
    }
}
