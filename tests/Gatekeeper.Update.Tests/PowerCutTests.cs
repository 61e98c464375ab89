using Gatekeeper.Release;
using Gatekeeper.Update.Tests.Model;

namespace Gatekeeper.Update.Tests;

/// <summary>Every crash point of an install and a keep, enumerated (I07, DESIGN §9).</summary>
public sealed class PowerCutTests
{
    private static readonly TestRelease V1 = new(new ReleaseVersion(1, 0, 0));
    private static readonly TestRelease V2 = new(new ReleaseVersion(2, 0, 0));
    private static readonly TestRelease V3 = new(new ReleaseVersion(3, 0, 0));

    public static TheoryData<string> Losses => ["none survives", "all survive", "random 1", "random 2", "random 3"];

    [Theory]
    [MemberData(nameof(Losses))]
    public void I07_FirstInstall_CutInEveryOperation_BootsWholeAndInstallsLater(string loss) => CutEverywhere(Machine.Factory(V1, V2), V1, V2, loss);

    [Theory]
    [MemberData(nameof(Losses))]
    public void I07_LaterInstall_CutInEveryOperation_BootsWholeAndInstallsLater(string loss)
    {
        Machine machine = Machine.Factory(V1, V2, V3);
        Settle(machine, V1, V2);
        CutEverywhere(machine, V2, V3, loss);
    }

    [Fact]
    public void I07_CutAgainWhileRecovering_BootsWholeAndInstallsLater()
    {
        Machine factory = Machine.Factory(V1, V2);
        int operations = Operations(factory, V1, V2);
        var random = new Random(7);
        for (int run = 0; run < 150; run++)
        {
            Machine machine = factory.Copy();
            int cuts = 1 + random.Next(4);
            for (int i = 0; i < cuts; i++)
            {
                machine.Line.Reset(1 + random.Next(operations));
                if (!Cut(machine, V1, V2))
                {
                    break;
                }

                machine.Lose(_ => random.Next(2) == 0);
            }

            Recovered(machine, V1, V2);
        }
    }

    private static void CutEverywhere(Machine from, TestRelease old, TestRelease next, string loss)
    {
        int operations = Operations(from, old, next);
        Assert.InRange(operations, 30, 200);
        for (int at = 1; at <= operations; at++)
        {
            Machine machine = from.Copy();
            machine.Line.Reset(at);
            Assert.True(Cut(machine, old, next), $"operation {at} was not reached");
            var random = new Random((at * 10) + loss[^1]);
            machine.Lose(loss switch
            {
                "none survives" => _ => false,
                "all survive" => _ => true,
                _ => _ => random.Next(2) == 0,
            });

            // Also what no boot record names must not be half of anything: a person at the firmware's menu may start it.
            machine.Starts(SlotSet.A);
            machine.Starts(SlotSet.B);
            Recovered(machine, old, next);
        }
    }

    private static int Operations(Machine from, TestRelease old, TestRelease next)
    {
        Machine machine = from.Copy();
        machine.Line.Reset(0);
        Settle(machine, old, next);
        return machine.Line.Count;
    }

    private static bool Cut(Machine machine, TestRelease old, TestRelease next)
    {
        try
        {
            Settle(machine, old, next);
            return false;
        }
        catch (PowerCutException)
        {
            return true;
        }
    }

    private static void Recovered(Machine machine, TestRelease old, TestRelease next)
    {
        machine.Line.Reset(0);
        Settle(machine, old, next);
        Device device = machine.Start();
        Assert.Same(next, device.Release);
        Assert.Equal(TrialSituation.None, device.Keeper.Begin());
        Assert.Equal(next.Verified.Version, device.Trust.Content.Trust.Floor);
        Assert.Null(device.Trust.Content.Pending);
        Assert.Equal(SetState.Kept, device.Trust.Content.Set(device.Running.Set!.Value)!.State);
        Assert.True(device.Audit.Verify().Whole);
        Assert.True(machine.Holds(device.Running.Set!.Value.Other(), old), "the old set is gone");
        Assert.Equal(2, machine.Efi.Numbers("BootOrder").Length);
        Assert.Empty(device.Boot.State().Unprotected);
    }

    /// <summary>What the service does, start after start, until the new release is kept.</summary>
    private static void Settle(Machine machine, TestRelease old, TestRelease next)
    {
        ReleaseVersion floor = default;
        for (int start = 0; start < 8; start++)
        {
            Device device = machine.Start();
            StateContent content = device.Trust.Content;
            Assert.Equal(StoreCondition.Sound, device.Trust.Condition);
            Assert.False(device.Audit.Broken);
            Assert.True(device.Audit.Verify().Whole);

            // I08: the floor never goes down, and is the new release's only once that one boots by default.
            Assert.True(content.Trust.Floor >= floor);
            floor = content.Trust.Floor;
            Assert.True(floor != next.Verified.Version || device.Boot.State().Kept == device.Running.Set);

            device.Installer.Recover();
            switch (device.Keeper.Begin())
            {
                case TrialSituation.OnTrial:
                    Assert.Same(next, device.Release);
                    device.Keeper.Keep();
                    break;
                case TrialSituation.TryAgain:
                    device.Installer.Try(device.Installer.Recheck(content.Pending!.Set));
                    break;
                case TrialSituation.None when device.Release == old:
                case TrialSituation.FellBack: // each of three trials was cut: the stick is plugged in again
                    device.Installer.Try(device.Installer.Install(next.Verified, next));
                    break;
                case TrialSituation.None:
                case TrialSituation.Kept:
                    return;
                case TrialSituation other:
                    Assert.Fail($"{other} after a cut in {machine.Line.Last}");
                    break;
            }
        }

        Assert.Fail($"not settled after a cut in {machine.Line.Last}");
    }
}
