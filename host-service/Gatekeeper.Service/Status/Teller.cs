using System.Diagnostics;
using Gatekeeper.Release;
using Gatekeeper.Update.Status;

namespace Gatekeeper.Service.Status;

/// <summary>Puts what happens into the status: the words of each step, in one place. Holds to I09: a refusal without signed metadata changes nothing here.</summary>
/// <param name="server">The status socket.</param>
/// <param name="facts">This device's own facts for the sentences; null before it has any.</param>
internal sealed class Teller(StatusServer server, Func<DeviceFacts?> facts) : IDisposable
{
    /// <summary>How long a sentence stays after the stick was pulled, and how long it stays at least. Long enough to read two lines.</summary>
    private const int ReadingMs = 5000;

    /// <summary>How long a sentence stays when nobody pulls the stick: the device gets its own screen back.</summary>
    private const int PatienceMs = 60_000;

    /// <summary>Refused devices whose reasons are kept for service mode: more than a device has ports.</summary>
    private const int MaxSilent = 32;

    private readonly Lock gate = new();
    private readonly Stopwatch phase = new();
    private Timer? clearing;
    private string? shownFor;
    private int lastPercent = -1;
    private int firstPercent;

    /// <summary>What was refused in silence and is still plugged: a port and its notice, the newest last. Shown when somebody enters service mode.</summary>
    private readonly List<(string Port, StatusNotice Notice)> silent = [];

    /// <summary>True while somebody at the device asked to be told more.</summary>
    internal bool InServiceMode => server.Status.ServiceMode;

    /// <summary>Nothing to say: the device's own screen; in service mode the page that says so.</summary>
    internal void Idle() => Show(s => Blank(s, StatusState.Idle), onScreen: server.Status.ServiceMode, port: null);

    /// <summary>Somebody at the device entered service mode. What is plugged and was refused in silence is told now.</summary>
    /// <param name="minutes">How long it lasts.</param>
    /// <param name="challenge">The challenge that is open, or null.</param>
    internal void EnterServiceMode(int minutes, string? challenge = null)
    {
        lock (gate)
        {
            server.Tell(s => s with { ServiceMode = true, ServiceMinutes = minutes, Challenge = challenge }, onScreen: null);
            if (server.Status.State != StatusState.Idle)
            {
                return;
            }

            if (silent is [.., var last])
            {
                Tell(last.Notice, last.Port);
            }
            else
            {
                Idle();
            }
        }
    }

    /// <summary>A challenge is open: it is shown while service mode lasts.</summary>
    internal void Challenge(string line)
    {
        lock (gate)
        {
            if (server.Status.ServiceMode)
            {
                server.Tell(s => s with { Challenge = line }, onScreen: null);
            }
        }
    }

    /// <summary>Service mode lasts so many minutes more.</summary>
    internal void ServiceModeLasts(int minutes)
    {
        if (server.Status.ServiceMinutes != minutes)
        {
            server.Tell(s => s with { ServiceMinutes = minutes }, onScreen: null);
        }
    }

    /// <summary>Service mode ended: what only it may show goes from the screen.</summary>
    internal void LeaveServiceMode()
    {
        lock (gate)
        {
            bool only = server.Status.State is StatusState.Idle or StatusState.Refused or StatusState.Taken;
            server.Tell(s => (only ? Blank(s, StatusState.Idle) : s) with { ServiceMode = false, ServiceMinutes = null, Challenge = null }, onScreen: only ? false : null);
        }
    }

    /// <summary>A device was refused at the port: silence, outside service mode (I09 a).</summary>
    internal void Denied(Refusal code, string port) => TellInServiceMode(code, port);

    /// <summary>A verified release was found, and the device is free.</summary>
    /// <param name="release">The release.</param>
    /// <param name="port">The port, so that the page goes when its stick does.</param>
    /// <param name="seconds">How long the update will take, or null when that is not known.</param>
    internal void Found(VerifiedRelease release, string? port, int? seconds = null) =>
        Show(s => Blank(s, StatusState.Found) with { Release = About(release), SecondsLeft = seconds }, onScreen: true, port);

    /// <summary>A person at the device is asked whether the release shall be installed; told again whenever the question changes.</summary>
    internal void Asking(VerifiedRelease release, StatusAsk ask, string? port) =>
        Show(s => Blank(s, StatusState.Found) with { Release = About(release), Ask = ask }, onScreen: true, port);

    /// <summary>A verified release waits because the device is in use: the socket only (I15).</summary>
    internal void Waiting(VerifiedRelease release, bool canPull) =>
        Show(s => Blank(s, StatusState.Waiting) with { Release = About(release), CanPull = canPull }, onScreen: false, port: null);

    /// <summary>Progress of a phase that works on a release.</summary>
    /// <param name="state">Copying, checking or installing.</param>
    /// <param name="release">The release.</param>
    /// <param name="percent">0 to 100, of this phase.</param>
    /// <param name="canPull">The stick is not needed any more.</param>
    internal void Progress(StatusState state, VerifiedRelease release, int percent, bool canPull)
    {
        if (server.Status.State != state)
        {
            phase.Restart();
            lastPercent = -1;
            firstPercent = 0;
        }

        if (percent == lastPercent)
        {
            return;
        }

        lastPercent = percent;

        // Honest: nothing is said before a twentieth of the work has shown how fast it goes.
        int shown = percent - firstPercent;
        int? left = shown >= 5 ? (int)(phase.Elapsed.TotalSeconds * (100 - percent) / shown) : null;
        Show(s => Blank(s, state) with { Release = About(release), PhasePercent = percent, SecondsLeft = left, CanPull = canPull }, onScreen: true, port: null);
    }

    /// <summary>So far the phase only found what was done before: how fast the rest goes is seen from here on.</summary>
    internal void WorkBeginsAt(int percent)
    {
        phase.Restart();
        firstPercent = percent;
    }

    /// <summary>The device restarts into the new version.</summary>
    internal void Restarting(VerifiedRelease? release) => Show(s => Blank(s, StatusState.Restarting) with { Release = release is null ? null : About(release), CanPull = true }, onScreen: true, port: null);

    /// <summary>The new version runs and has not answered yet. Not drawn: the device's program is starting.</summary>
    internal void SelfTest() => Show(s => Blank(s, StatusState.SelfTest) with { Trial = true, CanPull = true }, onScreen: false, port: null);

    /// <summary>The new version was confirmed.</summary>
    internal void Done()
    {
        Show(s => Blank(s, StatusState.Done) with { Trial = false, CanPull = true }, onScreen: true, port: null);
        ClearAfter(PatienceMs);
    }

    /// <summary>The device is back on the old version.</summary>
    internal void FellBack()
    {
        StatusNotice notice = Notice(Refusal.HealthFailed, null);
        Show(s => Blank(s, StatusState.FellBack) with { Trial = false, Message = notice }, onScreen: true, port: null);
        ClearAfter(PatienceMs);
    }

    /// <summary>A refusal. It is told when signed metadata was valid, and then whatever it is (I09 c); else socket and screen stay as they are.</summary>
    /// <param name="refused">The refusal.</param>
    /// <param name="port">The port, so that the sentence goes when its stick does.</param>
    /// <param name="verified">A release was verified before this happened.</param>
    internal void Refused(RefusedException refused, string? port, bool verified)
    {
        RefusalClass told = RefusalCatalogue.Of(refused.Code).Class;
        if (!verified && told != RefusalClass.SignedMetadata)
        {
            TellInServiceMode(refused.Code, port);
            return;
        }

        // A stick that fails after its release was verified has only that much to say, in words that are about the update.
        Refusal code = told is RefusalClass.NoSignedMetadata or RefusalClass.NotACandidate ? Refusal.PulledTooEarly : refused.Code;
        Tell(Notice(code, refused.Release), port);
    }

    /// <summary>Something signed was taken over, and there is nothing to install.</summary>
    internal void Taken(Taken taken, string? port)
    {
        TakenText text = TakenCatalogue.Of(taken);
        Tell(new StatusNotice(text.Code, text.Sentence, text.NextStep), port, StatusState.Taken);
    }

    /// <summary>A stick was pulled: its sentence has been read, or will be in a moment.</summary>
    internal void PortEmpty(string port)
    {
        lock (gate)
        {
            silent.RemoveAll(s => s.Port == port);
            if (shownFor == port)
            {
                shownFor = null;
                ClearAfter(ReadingMs);
            }
        }
    }

    /// <summary>What is not protected, for everybody to see.</summary>
    internal void Unprotected(IEnumerable<string> reasons)
    {
        string[] all = [.. reasons];
        if (!all.SequenceEqual(server.Status.Unprotected))
        {
            server.Tell(s => s with { Unprotected = [.. all] }, onScreen: null);
        }
    }

    /// <summary>What the last check of the idle set found; not on the screen, which belongs to the update.</summary>
    internal void FallBack(bool? whole) => server.Tell(s => s with { FallBackWhole = whole }, onScreen: null);

    /// <inheritdoc/>
    public void Dispose() => clearing?.Dispose();

    // In words of the catalogue and of this device alone: nothing of what was plugged (I09). An update that is under way stays on the screen.
    private void TellInServiceMode(Refusal code, string? port)
    {
        lock (gate)
        {
            StatusNotice notice = Notice(code, null);
            if (port is not null)
            {
                silent.RemoveAll(s => s.Port == port);
                silent.Add((port, notice));
                if (silent.Count > MaxSilent)
                {
                    silent.RemoveAt(0);
                }
            }

            if (server.Status is { ServiceMode: true, State: StatusState.Idle or StatusState.Refused or StatusState.Taken })
            {
                Tell(notice, port);
            }
        }
    }

    private void Tell(StatusNotice notice, string? port, StatusState state = StatusState.Refused)
    {
        Show(s => Blank(s, state) with { Message = notice, CanPull = true }, onScreen: true, port);
        ClearAfter(PatienceMs);
    }

    private void Show(Func<StatusMessage, StatusMessage> change, bool onScreen, string? port)
    {
        lock (gate)
        {
            clearing?.Dispose();
            clearing = null;
            shownFor = port;
            server.Tell(change, onScreen);
        }
    }

    private void ClearAfter(int milliseconds)
    {
        lock (gate)
        {
            clearing?.Dispose();
            StatusMessage shown = server.Status;
            clearing = new Timer(_ => ClearIf(shown.State), null, milliseconds, Timeout.Infinite);
        }
    }

    private void ClearIf(StatusState state)
    {
        if (server.Status.State == state)
        {
            Idle();
        }
    }

    private StatusNotice Notice(Refusal code, ReleaseFacts? release)
    {
        DeviceFacts? device = facts();
        RefusalText text = RefusalCatalogue.Of(code).Fill(release, device);
        return new StatusNotice(text.Code, text.Sentence, text.NextStep)
        {
            Facts = new StatusFacts
            {
                ReleaseProduct = release?.Product,
                ReleaseVersion = release?.Version.ToString(),
                DeviceProduct = device?.Product,
                DeviceHardware = device?.HardwareId,
                RunningVersion = device?.Running.ToString(),
            },
        };
    }

    private static StatusRelease About(VerifiedRelease release) => new(release.Product, release.Version.ToString(), release.Notes, release.FileLength);

    private static StatusMessage Blank(StatusMessage status, StatusState state) =>
        status with { State = state, PhasePercent = null, SecondsLeft = null, CanPull = false, Release = null, Message = null, Ask = null };
}
