using Gatekeeper.Release;
using Gatekeeper.Service.Confirm;
using Gatekeeper.Service.Status;
using Gatekeeper.Service.Sticks;
using Gatekeeper.Update;
using Gatekeeper.Update.Status;

namespace Gatekeeper.Service;

/// <summary>
/// From a verified release to the restart: wait until the device is free, ask a person where the policy wants one, copy to the stage, let the stick go, verify the stage
/// whole again, write the idle set, set the boot switch, restart. Stops at every step when the device comes into use (I15) and goes on when it is free.
/// </summary>
internal sealed class UpdateFlow(
    ReleaseDesk desk,
    StageStore stage,
    Installer installer,
    AuditLog audit,
    StatusServer status,
    Teller teller,
    Policy policy,
    ConfirmDesk confirm,
    IMachine machine,
    CancellationToken stopping)
{
    /// <summary>How long "found" is seen before anything is done: the technician's chance to pull a stick that was not meant for this device.</summary>
    private const int FoundMs = 2000;

    // Only for telling what waits: the release is verified whole again each time before it is installed.
    private VerifiedRelease? staged;

    /// <summary>Does what a release on a stick asks for.</summary>
    /// <param name="offer">The verified release on the stick.</param>
    /// <param name="stick">Disposed as soon as it is not needed any more.</param>
    /// <param name="port">The port, for the audit log.</param>
    /// <param name="gone">Set when the stick was pulled.</param>
    /// <exception cref="RefusedException">Something failed, nobody confirmed it, or the stick was pulled before its release was copied.</exception>
    /// <exception cref="OperationCanceledException">The service stops, or the stick was pulled while the device was in use.</exception>
    internal void Run(Offer offer, IOpenStick stick, string port, CancellationToken gone)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stopping, gone);
        WaitUntilFree(offer.Release, canPull: false, either.Token);
        if (!confirm.IsWanted)
        {
            teller.Found(offer.Release, port);
            status.WaitUntilShown(either.Token);
            teller.Found(offer.Release, port, UpdateEstimate.Seconds(policy.Pace, offer.Source));
            machine.Pause(FoundMs, either.Token);
        }
        else if (!confirm.Ask(offer.Release, port, gone))
        {
            return;
        }

        if (TryCopy(offer, port, either.Token))
        {
            audit.Append("staged", $"version {offer.Release.Version}{StickSession.InParts(stick)}", port);
            teller.Progress(StatusState.Copying, offer.Release, 100, canPull: true);
            stick.Dispose();
            staged = offer.Release;
            Continue();
        }
        else
        {
            TryAndRestart(Write(offer, canPull: false), offer.Release);
        }
    }

    /// <summary>True while a staged release waits for the device to be free. Sticks are judged meanwhile: a root on one of them may revoke it.</summary>
    internal bool Waits => staged is not null;

    /// <summary>
    /// Goes on with what was staged and not installed, if the device is free: at the start of the service, and while <see cref="Waits"/>.
    /// The whole verification runs again against the state of the moment; what it refuses now is discarded.
    /// </summary>
    internal void Continue()
    {
        VerifiedRelease? known = staged;
        if (known is not null && status.InUse)
        {
            // The sentence about another stick is left for its reader.
            if (status.Status.State is StatusState.Idle or StatusState.Copying)
            {
                teller.Waiting(known, canPull: true);
            }

            return;
        }

        staged = null;
        try
        {
            using IStageSource? source = stage.Open();
            if (source is not null)
            {
                Offer offer = desk.Judge(source);
                confirm.RequireConfirmed(offer.Release);
                InstallStaged(offer);
            }
        }
        catch (RefusedException refused) when (refused.Code != Refusal.AuditLog)
        {
            audit.AppendRefusal("stage-discarded", refused.Code, string.Empty, refused.Detail);
            stage.Discard();
            if (known is not null)
            {
                teller.Refused(refused, port: null, verified: true);
            }
        }
    }

    /// <summary>Nobody came back with a stick for <see cref="Limits.StageUnfinishedHours"/>: what an interrupted copy left is removed.</summary>
    internal void ForgetUnfinished()
    {
        try
        {
            if (stage.DiscardUnfinished())
            {
                audit.Append("stage-forgotten", "an interrupted copy that nobody went on with");
            }
        }
        catch (RefusedException refused) when (refused.Code == Refusal.StageMedium)
        {
            audit.AppendRefusal("stage-forgotten", refused.Code, string.Empty, refused.Detail);
        }
    }

    /// <summary>Starts a written set again: a trial that gave no answer, or the whole set when the running one is damaged.</summary>
    internal void TryAgain(WrittenSlot slot) => TryAndRestart(slot, release: null);

    private void InstallStaged(Offer offer)
    {
        if (status.InUse || TryWrite(offer, canPull: true) is not { } slot)
        {
            staged = offer.Release;
            teller.Waiting(offer.Release, canPull: true);
            return;
        }

        // Before the switch is set: a version that does not start well is not installed a second time by itself.
        stage.Discard();
        TryAndRestart(slot, offer.Release);
    }

    // False: the data partition has no room, or fails. Then the stick has to stay in until the restart; a worn disk is no reason to leave a device without updates.
    private bool TryCopy(Offer offer, string port, CancellationToken either)
    {
        try
        {
            if (stage.HasRoom(offer.Release))
            {
                Copy(offer, port, either);
                return true;
            }

            audit.Append("no-stage", "the data partition has no room: installing from the stick", port);
        }
        catch (RefusedException refused) when (refused.Code == Refusal.StageMedium)
        {
            audit.AppendRefusal("no-stage", refused.Code, port, $"{refused.Detail}: installing from the stick");
        }

        return false;
    }

    // While it waits, a pulled stick ends it; while it reads, the stick itself does.
    private void Copy(Offer offer, string port, CancellationToken either)
    {
        int percent = 0;
        void Show() => teller.Progress(StatusState.Copying, offer.Release, percent, canPull: false);

        Show();
        stage.Copy(
            offer.Release,
            offer.Source,
            (done, all) =>
            {
                percent = Percent(done, all);
                Show();
            },
            () =>
            {
                WaitUntilFree(offer.Release, canPull: false, either);
                Show();
            },
            kept =>
            {
                audit.Append("stage-resumed", $"{kept} of {offer.Release.FileLength} bytes are there from before", port);
                teller.WorkBeginsAt(percent);
            },
            stopping);
    }

    private WrittenSlot Write(Offer offer, bool canPull)
    {
        while (true)
        {
            WaitUntilFree(offer.Release, canPull, stopping);
            if (TryWrite(offer, canPull) is { } slot)
            {
                return slot;
            }
        }
    }

    // Null when the device came into use. The idle set is unbootable until the install goes on, from where it was, when the device is free.
    private WrittenSlot? TryWrite(Offer offer, bool canPull)
    {
        try
        {
            return installer.Install(offer.Release, offer.Source, progress => teller.Progress(StateOf(progress.Phase), offer.Release, progress.Percent, canPull), stopping);
        }
        catch (RefusedException refused) when (refused.Code == Refusal.RunningSetDamaged)
        {
            return installer.StartOther(stopping);
        }
        catch (RefusedException refused) when (refused.Code == Refusal.InUse)
        {
            return null;
        }
    }

    private void TryAndRestart(WrittenSlot slot, VerifiedRelease? release)
    {
        while (true)
        {
            WaitUntilFree(release, canPull: true, stopping);
            try
            {
                installer.Try(slot);
            }
            catch (RefusedException refused) when (refused.Code == Refusal.InUse)
            {
                continue;
            }

            teller.Restarting(release);
            machine.Pause(policy.RestartDelaySeconds * 1000, stopping);
            if (status.TryIssueRestart())
            {
                audit.Append("restart", $"into set {slot.Set.Letter()}");
                machine.Restart();
                return;
            }
        }
    }

    private void WaitUntilFree(VerifiedRelease? release, bool canPull, CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();
        if (status.InUse)
        {
            if (release is not null)
            {
                teller.Waiting(release, canPull);
            }

            status.WaitUntilFree(stop);
        }
    }

    private static StatusState StateOf(InstallPhase phase) => phase == InstallPhase.CheckingRunning ? StatusState.Checking : StatusState.Installing;

    private static int Percent(long done, long all) => all <= 0 ? 100 : (int)(done * 100 / all);
}
