using System.Collections.Concurrent;
using System.Text;
using Gatekeeper.Release;
using Gatekeeper.Release.Permits;
using Gatekeeper.Service.Confirm;
using Gatekeeper.Service.Papers;
using Gatekeeper.Service.Status;
using Gatekeeper.Update;
using Gatekeeper.Update.Control;

namespace Gatekeeper.Service.Control;

/// <summary>
/// Answers the administrator. What only reads is in <see cref="ControlReports"/>; what changes the device is done by the worker, between two sticks.
/// </summary>
internal sealed class ControlDesk(
    Device device, StatusServer status, Teller teller, Installer installer, Provisioning provisioning, ChallengeDesk challenges, PeripheralDesk peripherals, PersonDesk people,
    LanguageDesk language, FallBackCheck fallBack, BlockingCollection<Action> work)
{
    /// <summary>How long a change may wait for the stick that is being handled.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly ControlReports reports = new(device, status, fallBack);

    /// <summary>Does what is asked.</summary>
    /// <exception cref="RequestRefusedException">It cannot be done; nothing was changed.</exception>
    internal ControlAnswer Answer(ControlRequest request) => request.Command switch
    {
        ControlCommands.Status => new ControlAnswer { Status = reports.Device() },
        ControlCommands.Slots => new ControlAnswer { Slots = reports.Slots() },
        ControlCommands.Log => new ControlAnswer { Log = reports.Log(request.Since ?? 1) },
        ControlCommands.LogVerify => new ControlAnswer { LogVerdict = reports.LogVerdict() },
        ControlCommands.Confirm => Confirm(),
        ControlCommands.Provision => Provision(request.Device),
        ControlCommands.Challenge => Challenge(request),
        ControlCommands.Forget => Forget(request.Port),
        ControlCommands.PersonAdd => Person("a PIN is given", () => people.Add(request.Name ?? "", request.Pin ?? "")),
        ControlCommands.PersonRemove => Person("a PIN is taken back", () => people.Remove(request.Name ?? "")),
        ControlCommands.PersonList => Person("people are listed", () => { }),
        ControlCommands.Language => Language(request.Language),
        ControlCommands.Doctor => new ControlAnswer { Findings = new Doctor(device, status, installer, fallBack).Look() },
        _ => throw new RequestRefusedException("the command is not known", "use the gatekeeper program of the running image"),
    };

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
        DeviceRecord facts;
        try
        {
            file = DeviceFile.Parse(Encoding.UTF8.GetBytes(text ?? ""));
            facts = DeviceRecords.Of(file);
        }
        catch (ConfigurationException e)
        {
            throw new RequestRefusedException(e.Message, "mend device.json; its schema is device.schema.json");
        }

        return OnWorker(() =>
        {
            provisioning.Run(facts, mayRestore: status.Status.ServiceMode);
            if (file.Language is { } tag)
            {
                Speak(tag);
            }

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

    // What a warning says is part of its effect: a language that nobody there can read is set by somebody who stands there.
    private ControlAnswer Language(string? tag)
    {
        if (tag is null)
        {
            return new ControlAnswer { Language = status.Status.Language };
        }

        RequireServiceMode("the language is set");
        return OnWorker(() =>
        {
            Speak(tag);
            return new ControlAnswer { Language = language.Current };
        });
    }

    private void Speak(string tag)
    {
        language.Set(tag);
        status.Speak(language.Current);
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

    internal static RequestRefusedException Translate(RefusedException refused)
    {
        RefusalText text = RefusalCatalogue.Of(refused.Code);
        return new RequestRefusedException($"{text.Code}: {text.Audit} ({refused.Detail})", "run gatekeeper doctor");
    }
}
