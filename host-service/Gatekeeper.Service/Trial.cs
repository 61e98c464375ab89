using Gatekeeper.Release;
using Gatekeeper.Service.Status;
using Gatekeeper.Update;

namespace Gatekeeper.Service;

/// <summary>What a start of the service owes to the last install: finish a keep, answer a trial, repeat one, or say that the device fell back.</summary>
internal sealed class Trial(Device device, Installer installer, UpdateFlow update, StatusServer status, Teller teller, IMachine machine, CancellationToken stopping)
{
    /// <summary>Runs before any stick is looked at: the slot sets are not written while one of them is on trial (I06).</summary>
    /// <exception cref="RefusedException">State partition, audit log or boot record failed.</exception>
    internal void Begin()
    {
        installer.Recover(stopping);
        if (device.Trust.RestoreCopy())
        {
            device.Audit.Append("state-copy-restored", "one of the two copies of the state was damaged");
        }

        var keeper = new TrialKeeper(device.Boot, device.Trust, device.Audit, device.Running);
        switch (keeper.Begin())
        {
            case TrialSituation.OnTrial:
                Answer(keeper);
                break;
            case TrialSituation.Kept:
                teller.Done();
                break;
            case TrialSituation.TryAgain:
                Repeat();
                break;
            case TrialSituation.FellBack:
                teller.FellBack();
                break;
            case TrialSituation.None:
                Settle();
                break;
        }
    }

    private void Answer(TrialKeeper keeper)
    {
        teller.SelfTest();
        int most = device.Policy.Health.DeadlineSeconds;
        bool? answer = status.WaitForHealth(TimeSpan.FromSeconds(most), stopping);
        if (answer == true)
        {
            keeper.Keep();
            teller.Done();
            return;
        }

        keeper.Fail(answer is null ? $"no answer within {most} s" : "the device's program says it is not healthy");
        device.Audit.Append("restart", "back to the kept set");
        machine.Restart();
        stopping.WaitHandle.WaitOne();
        stopping.ThrowIfCancellationRequested();
    }

    private void Repeat()
    {
        PendingTrial? pending = device.Trust.Content.Pending;
        if (pending is null)
        {
            return;
        }

        try
        {
            update.TryAgain(installer.Recheck(pending.Set, stopping));
        }
        catch (RefusedException refused)
        {
            device.Audit.AppendRefusal("trial-not-repeated", refused.Code, string.Empty, refused.Detail);
        }
    }

    // A quiet start: the factory's set is taken on record, and a version that said it was not healthy before the restart is told of, once.
    private void Settle()
    {
        if (device.Trust.Content.Device is not null && device.Running.Set is { } set && device.Trust.Content.Set(set) is null)
        {
            installer.AdoptRunning(stopping);
        }

        if (device.Trust.Content.Last is { Installed: false, Explicit: true } last && last.Version > device.Image.Number)
        {
            teller.FellBack();
            device.Trust.Change(content => content with { Last = null });
            device.Trust.Commit();
        }
    }
}
