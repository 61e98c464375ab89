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
    public void I15_InUseAtEachLook_WritesNothingMore_AndGoesOnWhereItWas()
    {
        int looks = 0;
        for (bool stopped = true; stopped; looks++)
        {
            Machine copy = machine.Copy();
            Device device = copy.Start();
            device.Lease.InUseAt(looks + 1);
            stopped = Stops(device, V2);
            int writes = copy.Parts.Sum(p => p.Writes);
            if (stopped)
            {
                Assert.True(Stops(device, V2)); // asked again while in use: nothing
                Assert.Equal(writes, copy.Parts.Sum(p => p.Writes));
                device.Lease.After = 0;
                device.Installer.Install(V2.Verified, V2);
            }

            Assert.True(copy.Holds(SlotSet.B, V2));
            Assert.Equal(SetState.Complete, device.Trust.Content.SetB!.State);
            Assert.Single(AuditLog.Read(copy.State), e => e.Event == "install");
        }

        Assert.InRange(looks, 20, 1000);
    }

    [Fact]
    public void I15_InUseAtEveryThirdLook_EachChunkIsWrittenOnce()
    {
        Device whole = machine.Copy().Start();
        whole.Installer.Install(V2.Verified, V2);
        Device device = machine.Start();
        int stops = 0;
        do
        {
            device.Lease.InUseAt(4);
            stops++;
        }
        while (Stops(device, V2));

        Assert.InRange(stops, 5, 1000);
        Assert.True(machine.Holds(SlotSet.B, V2));
        Assert.Equal(Writes(whole, SlotPart.System), Writes(device, SlotPart.System));
        Assert.InRange(Writes(device, SlotPart.Efi) - Writes(whole, SlotPart.Efi), 0, 2); // a head that was stopped between its two writes is written again
    }

    [Fact]
    public void I15_StoppedInstall_OfAnotherRelease_StartsAnew()
    {
        Device device = machine.Start();
        device.Lease.InUseAt(12);
        Assert.True(Stops(device, V2));
        device.Lease.After = 0;
        TestRelease v3 = new(new ReleaseVersion(3, 0, 0));
        device.Installer.Install(v3.Verified, v3);
        Assert.True(machine.Holds(SlotSet.B, v3));
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

    private static int Writes(Device device, SlotPart part) => device.Machine.Part(SlotSet.B, part).Writes;

    private static bool Stops(Device device, TestRelease release)
    {
        try
        {
            device.Installer.Install(release.Verified, release);
            return false;
        }
        catch (RefusedException refused)
        {
            Assert.Equal(Refusal.InUse, refused.Code);
            return true;
        }
    }
}
