using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Gatekeeper.Release;
using Gatekeeper.Release.Permits;
using Gatekeeper.Service.Confirm;
using Gatekeeper.Service.Papers;
using Gatekeeper.Service.Status;
using Gatekeeper.Update;
using Gatekeeper.Update.Control;
using Gatekeeper.Update.Status;

namespace Gatekeeper.Service.Control;

/// <summary>Answers the administrator. Reads what the parts of the service hold; what changes the device is done by the worker, between two sticks.</summary>
internal sealed class ControlDesk(
    Device device, StatusServer status, Teller teller, Installer installer, Provisioning provisioning, ChallengeDesk challenges, PeripheralDesk peripherals, PersonDesk people,
    BlockingCollection<Action> work)
{
    /// <summary>In place of a site's name: its root in the state cannot be read, and nothing is installed.</summary>
    internal const string Unreadable = "(unreadable)";

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
        ControlCommands.Challenge => Challenge(request),
        ControlCommands.Forget => Forget(request.Port),
        ControlCommands.PersonAdd => Person("a PIN is given", () => people.Add(request.Name ?? "", request.Pin ?? "")),
        ControlCommands.PersonRemove => Person("a PIN is taken back", () => people.Remove(request.Name ?? "")),
        ControlCommands.PersonList => Person("people are listed", () => { }),
        ControlCommands.Doctor => new ControlAnswer { Findings = new Doctor(device, status, installer).Look() },
        _ => throw new RequestRefusedException("the command is not known", "use the gatekeeper program of the running image"),
    };

    private DeviceReport Report()
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

    internal static string LeaseWord(LeaseHolder holder) => holder switch
    {
        LeaseHolder.Held => "held",
        LeaseHolder.Given => "given back",
        LeaseHolder.Died => "holder died",
        _ => "never held",
    };

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
                TextOf(entry)?.Code,
                TextOf(entry)?.Audit,
                entry.Port.Length > 0 ? entry.Port : null,
                entry.Repeats > 0 ? $"{entry.Detail} ({entry.Repeats} more)" : entry.Detail)),
    ];

    private static RefusalText? TextOf(AuditEntry entry) =>
        entry.Code.Length > 0 && Enum.TryParse(entry.Code, out Refusal code) ? RefusalCatalogue.Of(code) : null;

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
        DeviceRecord facts;
        try
        {
            facts = DeviceRecords.Of(DeviceFile.Parse(Encoding.UTF8.GetBytes(text ?? "")));
        }
        catch (ConfigurationException e)
        {
            throw new RequestRefusedException(e.Message, "mend device.json; its schema is device.schema.json");
        }

        return OnWorker(() =>
        {
            provisioning.Run(facts, mayRestore: status.Status.ServiceMode);
            teller.Idle();
            return new ControlAnswer();
        });
    }

    private ControlAnswer Challenge(ControlRequest request)
    {
        RequireServiceMode("a challenge is opened");
        if (!Gatekeeper.Release.Permits.Challenge.TryAction(request.Action ?? "", out PermitAction wanted))
        {
            throw new RequestRefusedException("no such action", "name provision, downgrade, site-root or peripheral");
        }

        bool downgrade = wanted == PermitAction.Downgrade;
        if (downgrade != request.Digest is not null || (request.Digest is { } digest && (digest.Length != 64 || !digest.All(char.IsAsciiHexDigitLower))))
        {
            throw new RequestRefusedException(downgrade ? "the digest is not 64 lower-case hex digits" : "only a downgrade has a digest", "see gatekeeper challenge --help");
        }

        if ((wanted == PermitAction.Peripheral) != request.Port is not null)
        {
            throw new RequestRefusedException("a peripheral has a port, and nothing else has", "see gatekeeper challenge --help");
        }

        bool provision = wanted == PermitAction.Provision;
        if (provision != device.Trust.Content.Device is null)
        {
            throw provision
                ? new RequestRefusedException("this device has its facts already", "nothing has to be done")
                : new RequestRefusedException("this device has no facts yet", "provision it first");
        }

        PermittedPeripheral? peripheral = request.Port is { } port ? peripherals.Plugged(port) : null;
        return OnWorker(() => new ControlAnswer
        {
            Challenge = challenges.Open(wanted, request.Digest ?? peripheral?.Digest, peripheral?.Port),
            Peripheral = peripheral,
        });
    }

    private ControlAnswer Forget(string? port)
    {
        RequireServiceMode("a permit is taken back");
        return OnWorker(() =>
        {
            peripherals.Forget(port ?? "");
            return new ControlAnswer();
        });
    }

    // Root alone could otherwise make itself a person: somebody has to stand at the device.
    private ControlAnswer Person(string what, Action change)
    {
        RequireServiceMode(what);
        return OnWorker(() =>
        {
            change();
            return new ControlAnswer { People = people.Names };
        });
    }

    private void RequireServiceMode(string what)
    {
        if (!status.Status.ServiceMode)
        {
            throw new RequestRefusedException($"{what} in service mode only", "enter service mode with the device's own key, then ask again");
        }
    }

    // What changes the device is done between two sticks.
    private ControlAnswer OnWorker(Func<ControlAnswer> action)
    {
        var done = new TaskCompletionSource<ControlAnswer>();
        work.Add(() =>
        {
            try
            {
                done.SetResult(action());
            }
            catch (Exception e) when (e is RequestRefusedException or RefusedException)
            {
                done.SetException(e is RefusedException refused ? Translate(refused) : e);
            }
        });
        if (!((IAsyncResult)done.Task).AsyncWaitHandle.WaitOne(Patience))
        {
            throw new RequestRefusedException("a stick is being handled", "pull it and ask again; what was asked may still happen when it is done");
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
