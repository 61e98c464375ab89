using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Gatekeeper.Linux.Processes;
using Gatekeeper.Linux.Sandbox;
using Gatekeeper.Linux.Storage;
using Gatekeeper.Linux.Usb;
using Gatekeeper.PortGate;
using Gatekeeper.Release;
using Gatekeeper.Release.Permits;
using Gatekeeper.Service.Confirm;
using Gatekeeper.Service.Control;
using Gatekeeper.Service.Indicator;
using Gatekeeper.Service.Maintenance;
using Gatekeeper.Service.Papers;
using Gatekeeper.Service.Status;
using Gatekeeper.Service.Sticks;
using Gatekeeper.Update;
using Gatekeeper.Update.Status;

namespace Gatekeeper.Service;

/// <summary>
/// Puts the parts together and runs them: one thread watches the ports, one worker handles sticks, trials and provisioning one after
/// another, one answers the administrator. When any of them fails in a way nobody foresaw, the process ends: the kernel keeps
/// every port shut (I01), init starts it again, and the start cleans up.
/// </summary>
internal sealed class Daemon : IDisposable
{
    private const uint PumpUser = 901;
    private const uint WalkerUser = 902;
    private const int RescanMs = 1000;
    private const int StagedLookMs = 250;
    private const int UnfinishedMs = Limits.StageUnfinishedHours * 3_600_000;
    private const int ConfirmScanMs = 2000;
    private const int PoolThreads = 4;
    private const int ExitConfiguration = 78; // EX_CONFIG of sysexits.h: starting again will not help

    private readonly CancellationTokenSource stopping = new();
    private readonly BlockingCollection<Action> work = [];
    private readonly Device device;
    private readonly StatusServer status;
    private readonly ControlServer control;
    private readonly Teller teller;
    private readonly ChildLauncher pumps;
    private readonly ChildLauncher walkers;
    private readonly WarmChildren children;
    private readonly PortWatcher watcher;
    private readonly Trial trial;
    private readonly UpdateFlow update;
    private readonly StickSession session;
    private readonly ServiceMode serviceMode;
    private readonly ChallengeDesk challenges;
    private readonly FallBackCheck fallBack;
    private int exit;

    private Daemon(Policy policy, ImageInfo image, PortRules rules, UsbGate gate, IUsbTree tree, GateReport closed)
    {
        DeviceDisk disk = DeviceDisk.Find();
        device = DeviceOpener.Open(policy, image, disk);
        device.Audit.Append("start", $"version {image.Version}, deauthorized {closed.Deauthorized.Length}, unprotected {closed.Unprotected.Length}");
        foreach (string reason in closed.Unprotected)
        {
            device.Audit.Append("unprotected", reason);
        }

        var language = new LanguageDesk(device.Trust, device.Audit, policy.Language);
        status = new StatusServer(ServiceSockets.Listen(Paths.StatusSocket, everybody: true), policy, FirstStatus(image, device, language.Current), ServiceSockets.PeerUid, ServiceSockets.KillPeer, why => device.Audit.Append("in-use-overruled", why));
        teller = new Teller(status, () => DeviceOpener.Facts(device));
        var installer = new Installer(device.Slots, device.Boot, device.Trust, device.Audit, device.Running, status);
        fallBack = new FallBackCheck(device.Slots, device.Trust, device.Audit, device.Running, new FallBackClock(stopping.Token), teller.FallBack);
        var provisioning = new Provisioning(device);
        challenges = new ChallengeDesk(device.Trust, device.Audit, teller);
        var papers = new PaperDesk(device.Trust, device.Audit, image, facts => provisioning.Run(facts, mayRestore: true));
        var desk = new ReleaseDesk(device.Trust, device.Audit, installer, papers, image, policy, () => DateTimeOffset.UtcNow.ToUnixTimeSeconds());
        var machine = new Machine(stopping);
        var people = new PersonDesk(device.Trust, device.Audit, () => Environment.TickCount64);
        var confirm = new ConfirmDesk(
            policy.Confirm, people, device.Trust, device.Audit, status, teller, () => new BoardKeys(policy.Confirm.Used().Select(k => k.Device), ConfirmScanMs), machine, () => Environment.TickCount64, stopping.Token);
        update = new UpdateFlow(desk, new StageStore(DeviceOpener.Stage(), status), installer, device.Audit, status, teller, policy, confirm, machine, stopping.Token);
        trial = new Trial(device, installer, update, status, teller, machine, stopping.Token);
        pumps = new ChildLauncher(PumpUser);
        walkers = new ChildLauncher(WalkerUser);
        children = new WarmChildren(() => StickChild.Start(pumps, StickChild.PumpRole), () => StickChild.Start(walkers, StickChild.WalkerRole));
        watcher = new PortWatcher(tree, gate, rules, () => device.Trust.Content.Peripherals, device.Audit, teller, Enqueue, closed.Unprotected);
        var room = new StickRoom(gate, children, watcher.Opened, watcher.Shut);
        serviceMode = new ServiceMode(policy.ServiceMode.Minutes, device.Audit, teller, PersonAtTheDevice, () => ChallengeDesk.LineOf(device.Trust.Content));
        session = new StickSession(room, desk, update, challenges, device.Audit, teller);
        var peripherals = new PeripheralDesk(tree, device.Trust, device.Audit, watcher.JudgeAgain);
        control = new ControlServer(ServiceSockets.Listen(Paths.ControlSocket, everybody: false), ServiceSockets.PeerUid, new ControlDesk(device, status, teller, installer, provisioning, challenges, peripherals, people, language, fallBack, work).Answer);
    }

    /// <summary>Runs the service until SIGTERM.</summary>
    /// <returns>Exit code: 0 stopped when told to; 78 the image's own files are wrong; 1 anything else.</returns>
    internal static int Run()
    {
        try
        {
            // The ports first: whatever is wrong below, nothing that was plugged before stays open.
            var tree = new SysfsUsbTree();
            var gate = new UsbGate(tree);
            GateReport closed = gate.Close(ImmutableHashSet<string>.Empty);
            closed = closed with { Unprotected = [.. closed.Unprotected, .. Confinement.Missing()] };
            Policy policy = Policy.Parse(File.ReadAllBytes(Paths.Policy));
            ImageInfo image = ImageInfo.Parse(File.ReadAllBytes(Paths.Image));
            PortRules rules = PortRules.Parse(policy.Rules);
            using var daemon = new Daemon(policy, image, rules, gate, tree, closed);
            return daemon.Serve();
        }
        catch (Exception e) when (e is ConfigurationException or PortRuleException)
        {
            return Fail(e.Message, ExitConfiguration);
        }
        catch (RefusedException refused)
        {
            return Fail($"{RefusalCatalogue.Of(refused.Code).Audit}: {refused.Detail}", 1);
        }
        catch (IOException e)
        {
            return Fail(e.Message, 1);
        }
    }

    /// <summary>Says how the program is started.</summary>
    /// <returns>Exit code 64 (EX_USAGE).</returns>
    internal static int Usage()
    {
        Console.Error.WriteLine("error: gatekeeperd takes no arguments");
        Console.Error.WriteLine("hint: ask it things with the gatekeeper program");
        return 64;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        control.Dispose();
        status.Dispose();
        teller.Dispose();
        children.Dispose();
        pumps.Dispose();
        walkers.Dispose();
        work.Dispose();
        stopping.Dispose();
    }

    private int Serve()
    {
        // The status socket is served by the pool, whose threads are as many as processors before it hesitates half a second for each
        // more: on one processor a single write to a slow medium would hold up the answer to the lease (I15).
        ThreadPool.SetMinThreads(PoolThreads, PoolThreads);
        using PosixSignalRegistration term = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        Thread[] threads =
        [
            Start("worker", Work), Start("ports", Watch), Start("control", control.Run),
            Start("keys", () => KeyWatch.Run(device.Policy.ServiceMode, serviceMode, stopping.Token)),
            Start("fall-back", CheckFallBack),
            Start("indicator", () => IndicatorWatch.Run(device.Policy.Indicator, () => status.Status, stopping.Token)),
        ];
        stopping.Token.WaitHandle.WaitOne();

        // The worker ends at the next chunk; what it was doing is finished or discarded by the next start.
        threads[0].Join(TimeSpan.FromSeconds(4));
        threads[1].Join(TimeSpan.FromSeconds(2));
        device.Audit.WriteCounts(all: true);
        device.Audit.Append("stop", exit == 0 ? "told to" : "after a failure");
        return exit;
    }

    private void Stop(PosixSignalContext context)
    {
        context.Cancel = true;
        stopping.Cancel();
    }

    // A thread whose failure ends the service: the one catch of everything, at the process's border.
    private Thread Start(string name, Action body)
    {
        var thread = new Thread(() =>
        {
            try
            {
                body();
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
            }
            catch (Exception e)
            {
                exit = Fail($"{name}: {e}", 1);
                stopping.Cancel();
            }
        })
        {
            IsBackground = true,
            Name = name,
        };
        thread.Start();
        return thread;
    }

    private void Work()
    {
        try
        {
            fallBack.StandStill(() =>
            {
                trial.Begin();
                update.Continue();
            });
        }
        catch (RefusedException refused) when (refused.Code != Refusal.AuditLog)
        {
            // What is wrong with the machine stands in the doctor's findings; every install asks for the same things again and is refused.
            device.Audit.AppendRefusal("start-trouble", refused.Code, string.Empty, refused.Detail);
        }

        children.Warm();
        while (true)
        {
            if (work.TryTake(out Action? job, update.Waits ? StagedLookMs : UnfinishedMs, stopping.Token))
            {
                fallBack.StandStill(job);
                children.Warm();
            }
            else
            {
                fallBack.StandStill(update.Waits ? update.Continue : update.ForgetUnfinished);
            }
        }
    }

    private void CheckFallBack()
    {
        IdlePriority.Take();
        fallBack.Run();
    }

    private void Watch()
    {
        using UeventSocket events = UeventSocket.Open();
        while (!stopping.IsCancellationRequested)
        {
            watcher.Look(Environment.TickCount64);
            device.Audit.WriteCounts(all: false);
            events.Wait(RescanMs);
        }
    }

    // A device that lost its facts asks for them as soon as somebody is there who can read the challenge out.
    private void PersonAtTheDevice()
    {
        watcher.ServiceAction();
        if (device.Trust.Content.TrustRebuilt)
        {
            work.Add(() =>
            {
                try
                {
                    challenges.Open(PermitAction.Provision, digest: null, port: null);
                }
                catch (RefusedException refused) when (refused.Code != Refusal.AuditLog)
                {
                    device.Audit.AppendRefusal("challenge-not-opened", refused.Code, string.Empty, refused.Detail);
                }
            });
        }
    }

    private void Enqueue(Candidate candidate) => work.Add(() =>
    {
        if (!candidate.Gone.IsCancellationRequested)
        {
            session.Run(candidate.Device, candidate.Gone.Token);
        }
    });

    private static StatusMessage FirstStatus(ImageInfo image, Device device, string language) => new()
    {
        State = StatusState.Idle,
        Product = image.Product,
        Running = image.Version,
        Language = language,
        Set = device.Running.Set?.Letter(),
        Trial = DeviceOpener.OnTrial(device.Boot),
    };

    private static int Fail(string what, int code)
    {
        Console.Error.WriteLine($"error: {what}");
        return code;
    }
}
