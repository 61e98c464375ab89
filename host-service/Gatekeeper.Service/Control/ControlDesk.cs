using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Gatekeeper.Release;
using Gatekeeper.Service.Status;
using Gatekeeper.Update;
using Gatekeeper.Update.Control;
using Gatekeeper.Update.Status;

namespace Gatekeeper.Service.Control;

/// <summary>Answers the administrator. Reads what the parts of the service hold; what changes the device is done by the worker, between two sticks.</summary>
internal sealed class ControlDesk(Device device, StatusServer status, Teller teller, Installer installer, BlockingCollection<Action> work)
{
    /// <summary>Audit records in one answer: under 100 KiB.</summary>
    private const int MaxLogAnswer = 256;

    /// <summary>How long a change may wait for the stick that is being handled.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>Does what is asked.</summary>
    /// <exception cref="RequestRefusedException">It cannot be done; nothing was changed.</exception>
    internal ControlAnswer Answer(ControlRequest request) => request.Command switch
    {
        ControlCommands.Status => new ControlAnswer { Status = Report() },
        ControlCommands.Slots => new ControlAnswer { Slots = Slots() },
        ControlCommands.Log => new ControlAnswer { Log = Log(request.Since ?? 1) },
        ControlCommands.LogVerify => new ControlAnswer { LogVerdict = LogVerdict() },
        ControlCommands.Confirm => Confirm(),
        ControlCommands.Provision => Provision(request.Device),
        ControlCommands.Doctor => new ControlAnswer { Findings = new Doctor(device, status, installer).Look() },
        _ => throw new RequestRefusedException("the command is not known", "use the gatekeeper program of the running image"),
    };

    private DeviceReport Report()
    {
        StatusMessage now = status.Status;
        StateContent content = device.Trust.Content;
        TrustState trust = device.Trust.Effective;
        return new DeviceReport
        {
            Product = device.Image.Product,
            Running = device.Image.Version,
            Set = device.Running.Set?.Letter(),
            Trial = now.Trial,
            State = JsonNamingPolicy.SnakeCaseLower.ConvertName(now.State.ToString()),
            PhasePercent = now.PhasePercent,
            InUse = now.InUse,
            ServiceMinutes = now.ServiceMinutes,
            Hardware = content.Device?.HardwareId(),
            DeviceId = content.Device?.Id,
            Floor = trust.Floor.ToString(),
            RootVersion = trust.RootVersion,
            Unprotected = now.Unprotected,
            Trust = TrustWord(device.Trust),
            StateFormat = content.Format,
            Anchor = "not anchored",
            Message = now.Message is { } message ? $"{message.Code}: {message.Sentence}" : null,
        };
    }

    internal static string TrustWord(TrustStore trust) => trust.Condition switch
    {
        StoreCondition.NeedsNewerReader => "of a newer version",
        _ when trust.Content.TrustRebuilt => "degraded",
        _ when trust.Content.Device is null => "not provisioned",
        _ => "good",
    };

    private ImmutableArray<SlotReport> Slots()
    {
        BootState boot = Guarded(device.Boot.State);
        return [.. SlotNames.Sets.Select(set =>
        {
            SetRecord? record = device.Trust.Content.Set(set);
            bool running = device.Running.Set == set;
            string state = record is null ? "empty" : running && boot.OnTrial ? "trial" : record.State.ToString().ToLowerInvariant();
            bool whole = record is { State: not SetState.Unbootable };
            int position = boot.Order.IndexOf(set);
            return new SlotReport(set.Letter(), whole ? record!.Version.ToString() : null, whole ? record!.Digest : null, state, running, position < 0 ? null : position);
        })];
    }

    private ImmutableArray<LogLine> Log(long since) =>
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
                Enum.TryParse(entry.Code, out Refusal code) && entry.Code.Length > 0 ? RefusalCatalogue.Of(code).Code : null,
                entry.Port.Length > 0 ? entry.Port : null,
                entry.Repeats > 0 ? $"{entry.Detail} ({entry.Repeats} more)" : entry.Detail)),
    ];

    private LogVerdict LogVerdict()
    {
        AuditCheck check = Read(device.Audit.Verify);
        string head = Convert.ToHexStringLower(device.Audit.Head);
        return new LogVerdict(check.Whole, check.First, check.Last, head, check.Whole ? null : $"record {check.BrokenAt} does not follow from the one before");
    }

    private ControlAnswer Confirm()
    {
        if (!status.Status.Trial)
        {
            throw new RequestRefusedException("nothing is on trial", "see gatekeeper status");
        }

        device.Audit.Append("confirm", "by the administrator");
        status.AnswerHealth(true);
        return new ControlAnswer();
    }

    private ControlAnswer Provision(string? text)
    {
        DeviceFile file;
        try
        {
            file = DeviceFile.Parse(Encoding.UTF8.GetBytes(text ?? ""));
        }
        catch (ConfigurationException e)
        {
            throw new RequestRefusedException(e.Message, "mend device.json; its schema is device.schema.json");
        }

        var done = new TaskCompletionSource<ControlAnswer>();
        work.Add(() =>
        {
            try
            {
                new Provisioning(device, status.Status.ServiceMode).Run(file);
                teller.Idle();
                done.SetResult(new ControlAnswer());
            }
            catch (Exception e) when (e is RequestRefusedException or RefusedException)
            {
                done.SetException(e is RefusedException refused ? Translate(refused) : e);
            }
        });
        if (!((IAsyncResult)done.Task).AsyncWaitHandle.WaitOne(Patience))
        {
            throw new RequestRefusedException("a stick is being handled", "pull it and ask again; provisioning may still happen when it is done");
        }

        return done.Task.GetAwaiter().GetResult();
    }

    private static T Guarded<T>(Func<T> action)
    {
        try
        {
            return action();
        }
        catch (RefusedException refused)
        {
            throw Translate(refused);
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

    private static RequestRefusedException Translate(RefusedException refused)
    {
        RefusalText text = RefusalCatalogue.Of(refused.Code);
        return new RequestRefusedException($"{text.Code}: {text.Audit} ({refused.Detail})", "run gatekeeper doctor");
    }
}
