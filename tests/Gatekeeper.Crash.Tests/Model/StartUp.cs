using Gatekeeper.Release;
using Gatekeeper.Update;
using Gatekeeper.Update.Tests.Model;

namespace Gatekeeper.Crash.Tests.Model;

/// <summary>What the service does by itself at a start, in the order of Gatekeeper.Service's Trial, and what a technician does then.</summary>
internal static class StartUp
{
    private const int MostStarts = 12; // three trials, each with a fall-back between, an install, and the starts around them

    /// <summary>Boots the board and does what a start does before it looks at a stick; null: nothing of ours boots.</summary>
    public static (Unit Unit, TrialSituation Situation)? Run(Board board)
    {
        if (board.Boot() is not { } booted)
        {
            return null;
        }

        var unit = new Unit(board, booted.Set, booted.Release);
        return (unit, Begin(unit));
    }

    /// <summary>Starts and plugs in <paramref name="wanted"/> until it runs and is kept.</summary>
    /// <param name="board">The machine.</param>
    /// <param name="wanted">The release on the stick.</param>
    /// <param name="started">It was started already.</param>
    public static void Settle(Board board, TestRelease wanted, (Unit Unit, TrialSituation Situation)? started = null)
    {
        for (int start = 0; start < MostStarts; start++, started = null)
        {
            (Unit unit, TrialSituation situation) = started ?? Run(board) ?? throw new CrashViolationException("nothing boots", $"at start {start} of the next install");
            switch (situation)
            {
                case TrialSituation.OnTrial:
                    unit.Keeper.Keep();
                    continue;
                case TrialSituation.TryAgain when Repeats(unit):
                case TrialSituation.Kept:
                    continue;
                case TrialSituation.Unproven:
                    throw new CrashViolationException("a later install succeeds", "the running set is not proven, so nothing is installed");
            }

            if (unit.Release == wanted)
            {
                Settled(unit);
                return;
            }

            Install(unit, wanted);
        }

        throw new CrashViolationException("a later install succeeds", $"not after {MostStarts} starts");
    }

    private static TrialSituation Begin(Unit unit)
    {
        if (unit.Audit.Broken)
        {
            unit.Audit.StartNewChain("service mode"); // a person at the device does that; the rules say when it may be needed
        }

        unit.Installer.Recover();
        if (unit.Trust.RestoreCopy())
        {
            unit.Audit.Append("state-copy-restored", "one of the two copies of the state was damaged");
        }

        TrialSituation situation = unit.Keeper.Begin();
        if (situation == TrialSituation.None && unit.Trust.Content.Device is not null && unit.Trust.Content.Set(unit.Running.Set!.Value) is null)
        {
            unit.Installer.AdoptRunning();
        }

        return situation;
    }

    private static bool Repeats(Unit unit)
    {
        try
        {
            unit.Installer.Try(unit.Installer.Recheck(unit.Trust.Content.Pending!.Set));
            return true;
        }
        catch (RefusedException refused) when (refused.Code == Refusal.SlotMedium)
        {
            return false; // the set to try is gone: the next stick writes it anew
        }
    }

    private static void Install(Unit unit, TestRelease release)
    {
        try
        {
            unit.Installer.Try(unit.Installer.Install(release.Verified, release));
        }
        catch (RefusedException refused) when (refused.Code == Refusal.RunningSetDamaged)
        {
            unit.Installer.Try(unit.Installer.StartOther());
        }
    }

    private static void Settled(Unit unit)
    {
        SlotSet set = unit.Running.Set!.Value;
        StateContent content = unit.Trust.Content;
        CrashViolationException.Unless(unit.Audit.Verify().Whole, "audit chain whole", "after the next install");
        CrashViolationException.Unless(content.Pending is null && content.Set(set)?.State == SetState.Kept, "a later install succeeds", "the set is not kept");
        CrashViolationException.Unless(content.Trust.Floor >= unit.Release.Verified.Version, "a later install succeeds", "the floor did not move");
        CrashViolationException.Unless(unit.Boot.State().Unprotected.IsEmpty, "a later install succeeds", "the boot record is not in order");
    }
}
