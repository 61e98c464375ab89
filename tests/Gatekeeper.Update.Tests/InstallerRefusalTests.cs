using Gatekeeper.Release;
using Gatekeeper.Update.Tests.Model;

namespace Gatekeeper.Update.Tests;

/// <summary>When nothing may be written, or nothing more.</summary>
public sealed class InstallerRefusalTests
{
    private static readonly TestRelease V1 = new(new ReleaseVersion(1, 0, 0));
    private static readonly TestRelease V2 = new(new ReleaseVersion(2, 0, 0));
    private readonly Machine machine = Machine.Factory(V1, V2);

    [Fact]
    public void I06_OnTrial_NothingIsWritten()
    {
        Device device = machine.Start();
        device.Installer.Try(device.Installer.Install(V2.Verified, V2));
        Device trial = machine.Start();
        Assert.Equal(SlotSet.B, trial.Running.Set);
        machine.AssertRefused(Refusal.OnTrial, trial, V1);
    }

    [Fact]
    public void I15_InUse_NothingIsWritten()
    {
        Device device = machine.Start();
        device.Lease.Now = true;
        machine.AssertRefused(Refusal.InUse, device, V2);
    }

    [Fact]
    public void I15_InUseInMidWrite_StopsAtTheChunk_AndALaterInstallSucceeds()
    {
        Device device = machine.Start();
        device.Lease.After = 4;
        Assert.Equal(Refusal.InUse, Assert.Throws<RefusedException>(() => device.Installer.Install(V2.Verified, V2)).Code);
        int writes = machine.Part(SlotSet.B, SlotPart.System).Writes;
        Assert.InRange(writes, 1, 4);
        device.Lease.After = 0;
        device.Installer.Install(V2.Verified, V2);
        Assert.True(machine.Holds(SlotSet.B, V2));
    }

    [Fact]
    public void I15_Try_IsRefusedWhileInUse()
    {
        Device device = machine.Start();
        WrittenSlot slot = device.Installer.Install(V2.Verified, V2);
        device.Lease.Now = true;
        Assert.Equal(Refusal.InUse, Assert.Throws<RefusedException>(() => device.Installer.Try(slot)).Code);
        Assert.Empty(machine.Efi.Numbers("BootNext"));
        Assert.Null(device.Trust.Content.Pending);
    }

    [Fact]
    public void Try_UsesUpWhatAPersonConfirmed()
    {
        Device device = machine.Start();
        device.Trust.Change(c => c with { Confirmed = V2.Verified.Digest });
        device.Trust.Commit();
        WrittenSlot slot = device.Installer.Install(V2.Verified, V2);
        Assert.NotNull(device.Trust.Content.Confirmed);
        device.Installer.Try(slot);
        Assert.Null(machine.Start().Trust.Content.Confirmed);
    }

    [Fact]
    public void WithoutOwnFacts_NothingIsWritten()
    {
        Device device = machine.Start();
        device.Trust.Change(c => c with { Device = null });
        device.Trust.Commit();
        machine.AssertRefused(Refusal.State, device, V2);
    }

    [Fact]
    public void TwoWitnessesDisagree_NothingIsWritten()
    {
        machine.Start();
        machine.AssertRefused(Refusal.BootRecord, machine.Restart(SlotSet.B, V2), V2);
        machine.Efi.SetNumbers("BootCurrent", 3);
        machine.AssertRefused(Refusal.BootRecord, machine.Restart(SlotSet.A, V1), V2);
    }

    [Fact]
    public void NoRoomInTheVariableStore_NothingIsWritten()
    {
        machine.Efi.Free = 100;
        machine.AssertRefused(Refusal.BootSpace, machine.Start(), V2);
    }

    [Fact]
    public void I13_NoAuditLine_NothingIsWritten()
    {
        Device device = machine.Start();
        machine.State.Dead = true;
        machine.AssertRefused(Refusal.AuditLog, device, V2);
    }

    [Theory]
    [InlineData(TestRelease.EfiBytes + 8193, TestRelease.SystemBytes)]
    [InlineData(TestRelease.EfiBytes, TestRelease.SystemBytes + 8193)]
    public void TooLarge_IsRefused(int efi, int system) => machine.AssertRefused(Refusal.DoesNotFit, machine.Start(), new TestRelease(new ReleaseVersion(2, 0, 0), efi, system));
}
