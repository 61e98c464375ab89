using Gatekeeper.Release;
using Gatekeeper.Update.Tests.Model;

namespace Gatekeeper.Update.Tests;

/// <summary>Sets that are not whole, not known or not bootable: found, repaired, or left alone.</summary>
public sealed class InstallerRepairTests
{
    private static readonly TestRelease V1 = new(new ReleaseVersion(1, 0, 0));
    private static readonly TestRelease V2 = new(new ReleaseVersion(2, 0, 0));
    private readonly Machine machine = Machine.Factory(V1, V2);

    [Fact]
    public void RunningDamagedAndOtherWhole_WritesNothing_AndTheOtherCanBeStarted()
    {
        machine.Keep(V2);
        Device device = machine.Start();
        machine.Part(SlotSet.B, SlotPart.System).Damage(1000);
        int writes = machine.Parts.Sum(p => p.Writes);
        TestRelease v3 = new(new ReleaseVersion(3, 0, 0));
        Assert.Equal(Refusal.RunningSetDamaged, Assert.Throws<RefusedException>(() => device.Installer.Install(v3.Verified, v3)).Code);
        Assert.Equal(writes, machine.Parts.Sum(p => p.Writes));

        device.Installer.Try(device.Installer.StartOther());
        Device other = machine.Start();
        Assert.Equal(V1, other.Release);
        Assert.Equal(TrialSituation.OnTrial, other.Keeper.Begin());
        other.Keeper.Keep();
        Assert.Equal(V2.Verified.Version, other.Trust.Content.Trust.Floor); // I08: starting the older set moves nothing
        Assert.Equal(2, other.Trust.Content.Trust.TargetsVersion);
        Assert.Equal(V1, machine.Start().Release);
    }

    [Fact]
    public void I07_BothDamaged_IsARepair()
    {
        Device device = machine.Start();
        machine.Part(SlotSet.A, SlotPart.System).Damage(1000);
        device.Installer.Install(V2.Verified, V2);
        Assert.True(machine.Holds(SlotSet.B, V2));
        Assert.Contains(AuditLog.Read(machine.State), e => e.Event == "repair");
    }

    [Fact]
    public void SameRelease_IsInstalledAlready_UnlessTheIdleSetNeedsRepair()
    {
        Assert.False(machine.Start().Installer.IdleNeedsRepair()); // never written
        machine.Keep(V2);
        Device device = machine.Start();
        Assert.False(device.Installer.IdleNeedsRepair());
        machine.AssertRefused(Refusal.InstalledAlready, device, V2);
        Assert.Equal(Refusal.InstalledAlready, Assert.Throws<RefusedException>(() => Judge(device)).Code);
        machine.Part(SlotSet.A, SlotPart.Efi).Damage(70_000);
        Assert.Equal(V2.Verified.Digest, Judge(device).Digest);
        device.Installer.Install(V2.Verified, V2);
        Assert.True(machine.Holds(SlotSet.A, V2));
        Assert.False(device.Installer.IdleNeedsRepair());
    }

    [Fact]
    public void Recover_TakesAnUnbootableSetOutOfTheBootRecord()
    {
        machine.Keep(V2);
        Device device = machine.Start();
        device.Trust.Change(c => c.With(SlotSet.A, c.SetA! with { State = SetState.Unbootable }));
        device.Trust.Commit();
        Assert.Equal([0x0101, 0x0100], machine.Efi.Numbers("BootOrder"));
        device.Installer.Recover();
        Assert.Equal([0x0101], machine.Efi.Numbers("BootOrder"));
    }

    /// <summary>Found by the enumeration: init would take the fall-back for a trial and restart it again and again, and every release was refused.</summary>
    [Fact]
    public void I07_KeptSetUnreadable_TheFallBackTakesOver_AndALaterInstallMendsIt()
    {
        machine.Keep(V2);
        machine.Part(SlotSet.B, SlotPart.Efi).Damage(510); // the firmware finds no file system
        Device device = machine.Start();
        Assert.Equal(V1, device.Release);
        machine.Part(SlotSet.B, SlotPart.Efi).UnreadableAt = 0;
        device.Installer.Recover();
        Assert.Equal([0x0100], machine.Efi.Numbers("BootOrder"));
        Assert.Equal(TrialSituation.None, device.Keeper.Begin());
        Assert.Equal(SetState.Unbootable, device.Trust.Content.SetB!.State);
        Assert.Equal(V2.Verified.Version, device.Trust.Content.Trust.Floor); // I08
        Assert.Contains(AuditLog.Read(machine.State), e => e.Event == "fall-back");
        device.Installer.Try(device.Installer.Install(V2.Verified, V2));
        machine.Start().Keeper.Keep();
        Assert.Equal([0x0101, 0x0100], machine.Efi.Numbers("BootOrder"));
    }

    [Fact]
    public void I07_KeepCutBehindTheBootOrder_AndTheNewSetUnreadable_TheOldOneTakesOver()
    {
        Device device = machine.Start();
        device.Installer.Try(device.Installer.Install(V2.Verified, V2));
        Device trial = machine.Start();
        trial.Trust.Change(c => c with { Pending = c.Pending! with { Stage = TrialStage.Keeping } });
        trial.Trust.Commit();
        trial.Boot.Keep(SlotSet.B, otherIsFallback: true);
        machine.Part(SlotSet.B, SlotPart.Efi).Damage(510);
        Device old = machine.Start();
        old.Installer.Recover();
        Assert.Null(old.Trust.Content.Pending);
        Assert.Equal(new LastResult(V2.Verified.Version, false, 1, false), old.Trust.Content.Last);
        Assert.Equal(TrialSituation.None, old.Keeper.Begin());
        Assert.Equal([0x0100], machine.Efi.Numbers("BootOrder"));
    }

    [Fact]
    public void I08_FallBackStartedByHand_DoesNotTakeOver()
    {
        machine.Keep(V2);
        machine.Efi.SetNumbers("BootNext", 0x0100);
        Device old = machine.Start();
        Assert.Equal(V1, old.Release);
        old.Installer.Recover();
        Assert.Equal([0x0101, 0x0100], machine.Efi.Numbers("BootOrder"));
        Assert.Equal(SetState.Kept, old.Trust.Content.SetB!.State);
    }

    [Fact]
    public void Recheck_OfADamagedSet_IsRefused()
    {
        Device device = machine.Start();
        device.Installer.Install(V2.Verified, V2);
        machine.Part(SlotSet.B, SlotPart.Efi).Damage(5);
        Assert.Equal(Refusal.SlotMedium, Assert.Throws<RefusedException>(() => device.Installer.Recheck(SlotSet.B)).Code);
    }

    [Fact]
    public void AdoptRunning_TakesDownWhatTheFactoryWrote_Once()
    {
        Device device = machine.Start();
        SetRecord record = device.Trust.Content.SetA!;
        Assert.Equal((SetState.Kept, null, V1.Verified.Version), (record.State, record.Digest, record.Version));

        // Whole steps up to the last byte that is not zero; what the factory left blank is not read at every install.
        Assert.Equal(machine.Part(SlotSet.A, SlotPart.System).Length, record.Parts.Single(p => p.Part == "system").ImageSize);
        machine.Part(SlotSet.A, SlotPart.System).Damage(3);
        device.Installer.AdoptRunning();
        Assert.Same(record, device.Trust.Content.SetA);
    }

    private static VerifiedRelease Judge(Device device)
    {
        var facts = new DeviceFacts("PM200", "PM200-C", V2.Verified.Version, V2.Verified.Digest, 0, RefuseExpired: false) { IdleSetNeedsRepair = device.Installer.IdleNeedsRepair() };
        return Verifier.Accept(GkuReader.ReadHead(V2), device.Trust.Effective, facts);
    }
}
