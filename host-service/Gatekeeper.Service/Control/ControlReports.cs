using System.Collections.Immutable;
using System.Text.Json;
using Gatekeeper.Release;
using Gatekeeper.Service.Papers;
using Gatekeeper.Service.Status;
using Gatekeeper.Update;
using Gatekeeper.Update.Control;
using Gatekeeper.Update.Status;

namespace Gatekeeper.Service.Control;

/// <summary>What the administrator may read: the device, its slot sets, its log. Changes nothing.</summary>
internal sealed class ControlReports(Device device, StatusServer status, FallBackCheck fallBack)
{
    /// <summary>In place of a site's name: its root in the state cannot be read, and nothing is installed.</summary>
    internal const string Unreadable = "(unreadable)";

    /// <summary>Audit records in one answer: under 100 KiB.</summary>
    private const int MaxLogAnswer = 256;

    /// <summary>The device as it is now.</summary>
    internal DeviceReport Device()
    {
        StatusMessage now = status.Status;
        StateContent content = device.Trust.Content;
        TrustState trust = device.Trust.Effective;
        (LeaseHolder Holder, bool Overruled) lease = status.Lease;
        return new DeviceReport
        {
            Product = device.Image.Product,
            Running = device.Image.Version,
            Set = device.Running.Set?.Letter(),
            Trial = now.Trial,
            State = JsonNamingPolicy.SnakeCaseLower.ConvertName(now.State.ToString()),
            PhasePercent = now.PhasePercent,
            InUse = now.InUse,
            Lease = LeaseWord(lease.Holder),
            LeaseOverruled = lease.Overruled,
            ServiceMinutes = now.ServiceMinutes,
            Ask = now.Ask,
            Hardware = content.Device?.HardwareId(),
            DeviceId = content.Device?.Id,
            Floor = trust.Floor.ToString(),
            RootVersion = trust.RootVersion,
            Unprotected = now.Unprotected,
            Trust = TrustWord(device.Trust),
            StateFormat = content.Format,
            Anchor = "not anchored",
            Message = now.Message is { } message ? $"{message.Code}: {message.Sentence}" : null,
            Site = SiteName(content),
            Challenge = ChallengeDesk.LineOf(content),
            Peripherals = content.Peripherals,
        };
    }

    /// <summary>Name of the site whose approval releases need, or null. Who asks for the status gets an answer, whatever the state holds.</summary>
    internal static string? SiteName(StateContent content)
    {
        try
        {
            return PaperDesk.SiteOf(content)?.Name;
        }
        catch (RefusedException)
        {
            return Unreadable;
        }
    }

    /// <summary>The lease in words.</summary>
    internal static string LeaseWord(LeaseHolder holder) => holder switch
    {
        LeaseHolder.Held => "held",
        LeaseHolder.Given => "given back",
        LeaseHolder.Died => "holder died",
        _ => "never held",
    };

    /// <summary>The trust state in words.</summary>
    internal static string TrustWord(TrustStore trust) => trust.Condition switch
    {
        StoreCondition.NeedsNewerReader => "of a newer version",
        _ when trust.Content.TrustRebuilt => "degraded",
        _ when trust.Content.Device is null => "not provisioned",
        _ => "good",
    };

    /// <summary>Both slot sets.</summary>
    /// <exception cref="RequestRefusedException">The boot record cannot be read.</exception>
    internal ImmutableArray<SlotReport> Slots()
    {
        BootState boot = Guarded(device.Boot.State);
        return [.. SlotNames.Sets.Select(set =>
        {
            SetRecord? record = device.Trust.Content.Set(set);
            bool running = device.Running.Set == set;
            string state = record is null ? "empty" : running && boot.OnTrial ? "trial" : record.State.ToString().ToLowerInvariant();
            bool whole = record is { State: not SetState.Unbootable };
            int position = boot.Order.IndexOf(set);
            FallBackVerdict? found = running ? null : fallBack.Verdict;
            return new SlotReport(set.Letter(), whole ? record!.Version.ToString() : null, whole ? record!.Digest : null, state, running, position < 0 ? null : position)
            {
                CheckedWhole = found?.Whole,
                CheckedSecondsAgo = found?.AgeMs / 1000,
            };
        })];
    }

    /// <summary>Audit records from a number on, the oldest first, as many as one answer holds.</summary>
    /// <exception cref="RequestRefusedException">The state partition cannot be read.</exception>
    internal ImmutableArray<LogLine> Log(long since) =>
    [
        .. Read(() => AuditLog.Read(device.State))
            .Where(entry => entry.Sequence >= since)
            .OrderBy(entry => entry.Sequence)
            .Take(MaxLogAnswer)
            .Select(entry => new LogLine(
                entry.Sequence,
                entry.Boot,
                entry.UptimeMs,
                entry.WallSeconds,
                entry.Event,
                TextOf(entry)?.Code,
                TextOf(entry)?.Audit,
                entry.Port.Length > 0 ? entry.Port : null,
                entry.Repeats > 0 ? $"{entry.Detail} ({entry.Repeats} more)" : entry.Detail)),
    ];

    private static RefusalText? TextOf(AuditEntry entry) =>
        entry.Code.Length > 0 && Enum.TryParse(entry.Code, out Refusal code) ? RefusalCatalogue.Of(code) : null;

    /// <summary>Whether the audit log is whole.</summary>
    /// <exception cref="RequestRefusedException">The state partition cannot be read.</exception>
    internal LogVerdict LogVerdict()
    {
        AuditCheck check = Read(device.Audit.Verify);
        string head = Convert.ToHexStringLower(device.Audit.Head);
        return new LogVerdict(check.Whole, check.First, check.Last, head, check.Whole ? null : $"record {check.BrokenAt} does not follow from the one before");
    }

    private static T Guarded<T>(Func<T> action)
    {
        try
        {
            return action();
        }
        catch (RefusedException refused)
        {
            throw ControlDesk.Translate(refused);
        }
    }

    private static T Read<T>(Func<T> action)
    {
        try
        {
            return action();
        }
        catch (IOException e)
        {
            throw new RequestRefusedException($"the state partition cannot be read: {e.Message}", "run gatekeeper doctor");
        }
    }
}
