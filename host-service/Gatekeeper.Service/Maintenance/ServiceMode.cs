using System.Globalization;
using Gatekeeper.Release;
using Gatekeeper.Service.Status;
using Gatekeeper.Update;

namespace Gatekeeper.Service.Maintenance;

/// <summary>
/// Service mode (I09): a person at the device pressed the key that the signed policy names. For a limited time the screen says why a
/// stick or a device was refused. It weakens no check. Pressing the key again ends it. Used by one thread; time is passed in.
/// </summary>
/// <param name="minutes">How long it lasts, 1 to 60.</param>
/// <param name="audit">Entering is on record before it has an effect (I13).</param>
/// <param name="teller">Shows it.</param>
/// <param name="serviceAction">What a person at the device allows by entering: ports that were disabled are opened for another try (I10).</param>
/// <param name="challenge">The challenge that is open, or null.</param>
internal sealed class ServiceMode(int minutes, AuditLog audit, Teller teller, Action serviceAction, Func<string?> challenge)
{
    private long? endsAtMs;

    /// <summary>The key was pressed: enter, or leave.</summary>
    /// <exception cref="RefusedException"><see cref="Refusal.AuditLog"/>: the medium of the log still fails, so nothing was entered.</exception>
    internal void Toggle(long nowMs)
    {
        if (endsAtMs is null)
        {
            Enter(nowMs);
        }
        else
        {
            Leave("key");
        }
    }

    /// <summary>To be called at least once a second: tells how long it still lasts, and ends it.</summary>
    internal void Tick(long nowMs)
    {
        if (endsAtMs is not { } end)
        {
            return;
        }

        if (nowMs < end)
        {
            teller.ServiceModeLasts((int)((end - nowMs + 59_999) / 60_000));
        }
        else
        {
            Leave("time");
        }
    }

    private void Enter(long nowMs)
    {
        if (audit.Broken)
        {
            // I13: a log that lost its medium or a part of itself goes on as a new chain, and says so, when a person is there.
            audit.StartNewChain("service mode");
        }

        audit.Append("service-mode", string.Create(CultureInfo.InvariantCulture, $"entered by key for {minutes} min"));
        endsAtMs = nowMs + (minutes * 60_000L);
        teller.EnterServiceMode(minutes, challenge());
        serviceAction();
    }

    private void Leave(string why)
    {
        endsAtMs = null;
        teller.LeaveServiceMode();
        audit.Append("service-mode-end", why);
    }
}
