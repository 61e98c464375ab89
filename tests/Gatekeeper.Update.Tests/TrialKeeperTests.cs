using Gatekeeper.Release;
using Gatekeeper.Update.Tests.Model;

namespace Gatekeeper.Update.Tests;

public sealed class TrialKeeperTests
{
    private static readonly TestRelease V1 = new(new ReleaseVersion(1, 0, 0));
    private static readonly TestRelease V2 = new(new ReleaseVersion(2, 0, 0));
    private readonly Machine machine = Machine.Factory(V1, V2);

    [Fact]
    public void I08_TrustMovesAtKeep_NotBefore()
    {
        Installed();
        Device trial = machine.Start();
        Assert.Equal(TrialSituation.OnTrial, trial.Keeper.Begin());
        Assert.Equal((V1.Verified.Version, 0L), (trial.Trust.Content.Trust.Floor, trial.Trust.Content.Trust.TargetsVersion));
        trial.Keeper.Keep();
        TrustState trust = TrustStore.Open(machine.State, trial.Running).Content.Trust;
        Assert.Equal((V2.Verified.Version, 2L, V2.Verified.TrustAtKeep.Ratchet), (trust.Floor, trust.TargetsVersion, trust.Ratchet));
        Assert.Equal([0x0101, 0x0100], machine.Efi.Numbers("BootOrder"));
        Assert.Equal(new LastResult(V2.Verified.Version, true, 1, false), trial.Trust.Content.Last);
        Assert.Equal(TrialSituation.None, machine.Start().Keeper.Begin());
    }

    [Fact]
    public void I06_Keep_IsOneWriteOfTheBootOrder()
    {
        Installed();
        Device trial = machine.Start();
        machine.Efi.Changes.Clear();
        trial.Keeper.Keep();
        Assert.Equal(["BootOrder"], machine.Efi.Changes);
    }

    [Fact]
    public void I13_Keep_IsOnRecordBeforeTheBootOrderMoves()
    {
        Installed();
        Device trial = machine.Start();
        machine.Line.Reset(0);
        for (int at = 1; ; at++)
        {
            Machine copy = machine.Copy();
            copy.Line.Reset(at);
            Device again = copy.Restart(SlotSet.B, V2);
            Assert.Throws<PowerCutException>(again.Keeper.Keep);
            copy.Lose(_ => false);
            if (copy.Efi.Numbers("BootOrder")[0] == 0x0101)
            {
                Assert.Contains(AuditLog.Read(copy.State), e => e.Event == "keep");
                Assert.Equal(TrialStage.Keeping, TrustStore.Open(copy.State, trial.Running).Content.Pending!.Stage);
                return;
            }
        }
    }

    [Fact]
    public void NoAnswer_IsRepeatedTwice_ThenFellBack()
    {
        Installed();
        for (int attempt = 1; attempt <= 3; attempt++)
        {
            Assert.Equal(V2, machine.Start().Release); // and then the power goes, or it panics, or it hangs
            Device back = machine.Start();
            Assert.Equal(V1, back.Release);
            if (attempt == 3)
            {
                Assert.Equal(TrialSituation.FellBack, back.Keeper.Begin());
                Assert.Equal(new LastResult(V2.Verified.Version, false, 3, false), back.Trust.Content.Last);
                Assert.Null(back.Trust.Content.Pending);
                Assert.Equal(V1.Verified.Version, back.Trust.Content.Trust.Floor); // I08
                Assert.Equal(TrialSituation.None, machine.Start().Keeper.Begin());
                return;
            }

            Assert.Equal(TrialSituation.TryAgain, back.Keeper.Begin());
            back.Installer.Try(back.Installer.Recheck(SlotSet.B));
            Assert.Equal(attempt + 1, back.Trust.Content.Pending!.Attempts);
        }
    }

    [Fact]
    public void RestartOfTheServiceAlone_IsNoTrial()
    {
        Installed();
        Device again = machine.Restart(SlotSet.A, V1);
        Assert.Equal(TrialSituation.TryAgain, again.Keeper.Begin());
        machine.Efi.Changes.Clear();
        again.Installer.Try(again.Installer.Recheck(SlotSet.B));
        Assert.Equal(1, again.Trust.Content.Pending!.Attempts);
        Assert.Empty(machine.Efi.Changes);
    }

    [Fact]
    public void ExplicitFailure_IsNotRepeated()
    {
        Installed();
        Device trial = machine.Start();
        trial.Keeper.Begin();
        trial.Keeper.Fail("health program exit 1");
        Device back = machine.Start();
        Assert.Equal(V1, back.Release);
        Assert.Equal(TrialSituation.None, back.Keeper.Begin());
        Assert.Equal(new LastResult(V2.Verified.Version, false, 1, true), back.Trust.Content.Last);
        Assert.Equal(V1.Verified.Version, back.Trust.Content.Trust.Floor);

        back.Installer.Try(back.Installer.Install(V2.Verified, V2)); // the next attempt succeeds
        Device second = machine.Start();
        second.Keeper.Begin();
        second.Keeper.Keep();
        Assert.Equal(V2, machine.Start().Release);
    }

    [Fact]
    public void I08_SetStartedByHand_IsNeverKept()
    {
        Installed();
        Device trial = machine.Start();
        trial.Keeper.Begin();
        trial.Keeper.Keep();
        machine.Efi.SetNumbers("BootNext", 0x0100); // somebody at the firmware's menu starts the old version
        Device old = machine.Start();
        Assert.Equal(V1, old.Release);
        Assert.Equal(TrialSituation.Unproven, old.Keeper.Begin());
        Assert.Equal(Refusal.BootRecord, Assert.Throws<RefusedException>(old.Keeper.Keep).Code);
        Assert.Equal([0x0101, 0x0100], machine.Efi.Numbers("BootOrder"));
        Assert.Equal(V2, machine.Start().Release);
    }

    [Fact]
    public void I08_FirmwareThatPrunesTheKeptEntry_ConfirmsNothing()
    {
        Installed();
        Device trial = machine.Start();
        machine.Efi.SetNumbers("BootOrder", 0x0101);
        Assert.Equal(TrialSituation.OnTrial, machine.Restart(SlotSet.B, V2).Keeper.Begin());
        Assert.Equal(V1.Verified.Version, trial.Trust.Content.Trust.Floor);
    }

    [Fact]
    public void ForeignEntryBeforeOurs_IsPutBehind()
    {
        Device device = machine.Start();
        machine.Efi.SetNumbers("BootOrder", 7, 0x0100, 8);
        Assert.Equal(TrialSituation.None, device.Keeper.Begin());
        Assert.Equal([0x0100, 7, 8], machine.Efi.Numbers("BootOrder"));
    }

    [Fact]
    public void UnknownRunningSet_IsUnproven()
    {
        machine.Start();
        Assert.Equal(TrialSituation.Unproven, machine.Restart(SlotSet.B, V2).Keeper.Begin());
    }

    [Fact]
    public void I08_DeadStateAfterTheBootOrder_IsFinishedAtTheNextStart()
    {
        Installed();
        Device trial = machine.Start();
        trial.Trust.Change(c => c with { Pending = c.Pending! with { Stage = TrialStage.Keeping } });
        trial.Trust.Commit();
        trial.Boot.Keep(SlotSet.B, otherIsFallback: true);
        Device next = machine.Start();
        Assert.Equal(V2.Verified.Version, next.Trust.Effective.Floor);
        Assert.Equal(TrialSituation.Kept, next.Keeper.Begin());
        Assert.Equal(V2.Verified.Version, next.Trust.Content.Trust.Floor);
        Assert.Equal(SetState.Kept, next.Trust.Content.SetB!.State);
    }

    private void Installed()
    {
        Device device = machine.Start();
        Assert.Equal(TrialSituation.None, device.Keeper.Begin());
        device.Installer.Try(device.Installer.Install(V2.Verified, V2));
    }
}
