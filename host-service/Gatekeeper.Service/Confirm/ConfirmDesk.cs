using Gatekeeper.Release;
using Gatekeeper.Service.Status;
using Gatekeeper.Update;

namespace Gatekeeper.Service.Confirm;

/// <summary>
/// Asks a person at the device whether a verified release shall be installed (decisions/0080). Nothing has been written to stage or slot
/// then. The question ends with yes, with no, with silence, or when the stick is pulled; while the device is in use it is not asked (I15).
/// </summary>
/// <param name="policy">What is asked for.</param>
/// <param name="people">Who may answer with a PIN.</param>
/// <param name="trust">Keeps which release was confirmed.</param>
/// <param name="audit">The answer is on record before its effect (I13).</param>
/// <param name="status">Says whether the device is in use, and when the question is on the screen.</param>
/// <param name="teller">Shows the question.</param>
/// <param name="openKeys">Opens the keys that count.</param>
/// <param name="machine">Waits.</param>
/// <param name="nowMs">A clock that nobody can set.</param>
/// <param name="stopping">The service stops.</param>
internal sealed class ConfirmDesk(
    ConfirmPolicy policy,
    PersonDesk people,
    TrustStore trust,
    AuditLog audit,
    StatusServer status,
    Teller teller,
    Func<IKeySource> openKeys,
    IMachine machine,
    Func<long> nowMs,
    CancellationToken stopping)
{
    /// <summary>True when the policy wants a person's word.</summary>
    internal bool IsWanted => policy.IsWanted;

    /// <summary>Asks until there is an answer.</summary>
    /// <param name="release">The verified release.</param>
    /// <param name="port">Its port.</param>
    /// <param name="gone">Set when the stick was pulled.</param>
    /// <returns>False when the stick was pulled: the question is gone, nothing was done.</returns>
    /// <exception cref="RefusedException"><see cref="Refusal.NotConfirmed"/>: no, or no answer; <see cref="Refusal.NobodyEnrolled"/>; state partition or audit log failed.</exception>
    /// <exception cref="OperationCanceledException">The service stops.</exception>
    internal bool Ask(VerifiedRelease release, string port, CancellationToken gone)
    {
        if (policy.ByPin && people.Count == 0)
        {
            throw new RefusedException(Refusal.NobodyEnrolled, $"version {release.Version}: enrol with gatekeeper person add");
        }

        audit.Append("asked", $"version {release.Version} for a {policy.Kind}, digest {release.Digest}", port);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stopping, gone);
        try
        {
            while (true)
            {
                switch (AskOnce(release, port, either.Token))
                {
                    case Answer.Yes:
                        return true;
                    case Answer.No:
                        throw new RefusedException(Refusal.NotConfirmed, $"version {release.Version}: no");
                    case Answer.Silence:
                        throw new RefusedException(Refusal.NotConfirmed, $"version {release.Version}: no answer within {policy.Seconds} s");
                    default:
                        // In use: the socket only, and once it is free the question comes again.
                        teller.Waiting(release, canPull: false);
                        status.WaitUntilFree(either.Token);
                        break;
                }
            }
        }
        catch (OperationCanceledException) when (gone.IsCancellationRequested && !stopping.IsCancellationRequested)
        {
            audit.Append("not-confirmed", $"version {release.Version}: the stick was pulled", port);
            teller.Idle();
            return false;
        }
    }

    /// <summary>Nothing else than a confirmed release comes from the stage: what was put there by other hands was asked of nobody.</summary>
    /// <exception cref="RefusedException"><see cref="Refusal.NotConfirmed"/>.</exception>
    internal void RequireConfirmed(VerifiedRelease release)
    {
        if (IsWanted && trust.Content.Confirmed != release.Digest)
        {
            throw new RefusedException(Refusal.NotConfirmed, $"version {release.Version}: staged, and nobody confirmed it");
        }
    }

    private Answer AskOnce(VerifiedRelease release, string port, CancellationToken stop)
    {
        if (status.InUse)
        {
            return Answer.InUse;
        }

        using var question = new Question(policy, people, nowMs, ask => teller.Asking(release, ask, port));
        Answer answer = question.Run(new AskSituation(() => status.InUse, status.KioskHasScreenOrIsNotThere, openKeys, machine.Pause), port, stop);
        if (answer == Answer.Yes)
        {
            // Durable before anything follows from it. The count of wrong PINs is set back with it; a button says nothing about PINs.
            audit.Append("confirmed", $"by {question.By}, version {release.Version}, digest {release.Digest}", port);
            trust.Change(content => content with { Confirmed = release.Digest, People = policy.ByPin ? PersonDesk.Reset(content.People) : content.People });
            trust.Commit();
        }

        return answer;
    }
}
