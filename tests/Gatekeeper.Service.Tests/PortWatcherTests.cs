using System.Collections.Immutable;
using Gatekeeper.PortGate;
using Gatekeeper.Release;
using Gatekeeper.Release.Permits;
using Gatekeeper.Service.Status;
using Gatekeeper.Update;
using Gatekeeper.Update.Status;

namespace Gatekeeper.Service.Tests;

public sealed class PortWatcherTests : IDisposable
{
    private readonly TellerBench bench = new();
    private readonly FakeUsbTree tree = new();
    private readonly List<Candidate> candidates = [];
    private readonly PortWatcher watcher;
    private ImmutableArray<PermittedPeripheral> permitted = [];

    public PortWatcherTests()
    {
        watcher = new PortWatcher(tree, new UsbGate(tree), PortRules.None, () => permitted, Audit, Teller, candidates.Add, ["found at the start"]);
    }

    public void Dispose() => bench.Dispose();

    private MemoryDevice State => bench.State;

    private AuditLog Audit => bench.Audit;

    private StatusServer Status => bench.Status;

    private Teller Teller => bench.Teller;

    private string[] Events() => [.. AuditLog.Read(State).Select(e => e.Event)];

    [Fact]
    public void Candidate_IsHandedOnOnceHoweverOftenTheTreeIsRead()
    {
        tree.Plug(FakeUsbTree.Stick("1-1", 2));
        watcher.Look(0);
        watcher.Look(10);
        Assert.Equal("1-1", Assert.Single(candidates).Device.Name);
    }

    [Fact]
    public void PermittedKeyboard_IsOpened_AndShutWhenItIsForgotten()
    {
        UsbDeviceSnapshot keyboard = FakeUsbTree.Keyboard("1-2", 3);
        permitted = [DeviceDigest.ForPermit(keyboard)];
        tree.Plug(keyboard);
        watcher.Look(0);
        Assert.Equal((true, "allowed"), (tree.Read().Devices.Single(d => d.Name == "1-2").Authorized, Events()[^1]));

        permitted = [];
        watcher.JudgeAgain("1-2");
        watcher.Look(10);
        Assert.Equal((false, "denied"), (tree.Read().Devices.Single(d => d.Name == "1-2").Authorized, Events()[^1]));
    }

    [Fact]
    public void I09_Keyboard_IsDeniedOnRecordAndNothingIsWritten()
    {
        tree.Plug(FakeUsbTree.Keyboard("1-2", 3));
        watcher.Look(0);
        watcher.Look(10);
        Assert.Empty(candidates);
        Assert.Empty(tree.Writes);
        Assert.Single(Events(), "denied");
        Assert.Equal(StatusState.Idle, Status.Status.State);
    }

    [Fact]
    public void PulledStick_EndsItsSession()
    {
        tree.Plug(FakeUsbTree.Stick("1-1", 2));
        watcher.Look(0);
        tree.Pull("1-1");
        watcher.Look(10);
        Assert.True(Assert.Single(candidates).Gone.IsCancellationRequested);
    }

    [Fact]
    public void I10_SameStickUnderANewNumber_IsANewDecision()
    {
        tree.Plug(FakeUsbTree.Stick("1-1", 2));
        watcher.Look(0);
        tree.Plug(FakeUsbTree.Stick("1-1", 3));
        watcher.Look(3000);
        Assert.Equal([2, 3], candidates.Select(c => c.Device.DeviceNumber));
        Assert.True(candidates[0].Gone.IsCancellationRequested);
    }

    [Fact]
    public void I10_AnotherIdentityAtOnce_DisablesThePort()
    {
        tree.Plug(FakeUsbTree.Stick("1-1", 2));
        watcher.Look(0);
        tree.Pull("1-1");
        watcher.Look(100);
        tree.Plug(FakeUsbTree.Keyboard("1-1", 3));
        watcher.Look(200);
        Assert.Contains("1-1 disabled True", tree.Writes);
        Assert.Contains("port-disabled", Events());
        tree.Plug(FakeUsbTree.Stick("1-1", 4));
        watcher.Look(60_000);
        Assert.Single(candidates);
    }

    [Fact]
    public void I10_ServiceAction_OpensTheDisabledPortForAnotherTry()
    {
        tree.Plug(FakeUsbTree.Stick("1-1", 2));
        watcher.Look(0);
        tree.Pull("1-1");
        watcher.Look(100);
        tree.Plug(FakeUsbTree.Keyboard("1-1", 3));
        watcher.Look(200);
        tree.Pull("1-1");
        watcher.Look(300);

        watcher.ServiceAction();
        watcher.Look(400);
        Assert.Contains("1-1 disabled False", tree.Writes);
        Assert.Contains("port-enabled", Events());
        tree.Plug(FakeUsbTree.Stick("1-1", 4));
        watcher.Look(500);
        Assert.Equal([2, 4], candidates.Select(c => c.Device.DeviceNumber));
    }

    [Fact]
    public void I10_ServiceAction_OpensWhatAServiceBeforeThisOneDisabled()
    {
        tree.Disabled.Add("1-3");
        watcher.Look(0);
        Assert.Contains("1-3", tree.Disabled);
        watcher.ServiceAction();
        watcher.Look(10);
        Assert.Empty(tree.Disabled);
        Assert.Equal("port-enabled", Events()[^1]);
    }

    [Fact]
    public void I02_DriversThatBindByThemselves_AreNamedAndStopped()
    {
        tree.OtherDrivers = true;
        watcher.Look(0);
        Assert.Contains("usb: drivers bind by themselves", Status.Status.Unprotected);
        Assert.Equal(0, tree.Autoprobe);
        watcher.Look(1000);
        Assert.DoesNotContain("usb: drivers bind by themselves", Status.Status.Unprotected);
    }

    [Fact]
    public void I01_DeviceThatSomebodyElseAuthorized_IsShutAgain()
    {
        tree.Plug(FakeUsbTree.Keyboard("1-2", 3) with { Authorized = true });
        watcher.Look(0);
        Assert.Contains("1-2 False", tree.Writes);
        Assert.Contains("deauthorized", Events());
    }

    [Fact]
    public void I01_StickThatIsBeingRead_IsLeftAlone()
    {
        tree.Plug(FakeUsbTree.Stick("1-1", 2));
        watcher.Look(0);
        watcher.Opened("1-1");
        tree.SetDeviceAuthorized("1-1", true);
        tree.Writes.Clear();
        watcher.Look(10);
        Assert.Empty(tree.Writes);
        watcher.Shut("1-1");
        watcher.Look(20);
        Assert.Contains("1-1 False", tree.Writes);
    }

    [Fact]
    public void I01_ControllerThatAppearsLater_GetsItsInterfaceDefault()
    {
        tree.InterfaceDefault = 1;
        watcher.Look(0);
        Assert.Equal(["usb1 interface default False"], tree.Writes);
    }

    [Fact]
    public void I01_WhatWasWrongAtTheStart_StaysInTheStatus()
    {
        watcher.Look(0);
        Assert.Equal("found at the start", Assert.Single(Status.Status.Unprotected));
    }

    [Fact]
    public void I13_AuditLogThatFails_StopsBeforeACandidateIsHandedOn()
    {
        State.Fails = true;
        tree.Plug(FakeUsbTree.Keyboard("1-2", 3));
        var refused = Assert.Throws<RefusedException>(() => watcher.Look(0));
        Assert.Equal(Refusal.AuditLog, refused.Code);
    }
}
