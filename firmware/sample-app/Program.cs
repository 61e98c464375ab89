using System.Runtime.InteropServices;
using Gatekeeper.SampleApp;
using Gatekeeper.Update.Status;

// sample-app: stands in for a device's own program. It shows a manufacturer what Gatekeeper asks of such a program:
//   1. hold the in-use lease while a patient is connected           (Lease.cs)
//   2. say whether the new version works, after a self check        (SelfCheck.cs)
//   3. give the screen when asked, take it back when told           (AppScreen.cs)
// All three are lines of JSON on one socket (GateConnection.cs). Without Gatekeeper the program runs the same.
//
// Signals:   SIGUSR1 a patient is connected (take the lease), SIGUSR2 the patient is gone (give it).
//            SIGHUP writes $HOME/figures, in memory: how late the control loop ran since it was last asked (Pulse.cs), and what
//            Gatekeeper took to answer when the lease was last taken (LeaseTimes.cs). The file is new when it has its name.
//            The file /data/app/patient at the start: a patient was connected when the power went.
// Arguments: --steady        draw a fixed number, so that two pictures of the screen can be compared pixel by pixel;
//                            the file /data/app/steady does the same, also while the program runs
//            --card PATH, --socket PATH, --image PATH (folder of version and unhealthy), --data PATH
Options? options = Options.Parse(args);
if (options is null)
{
    return 2;
}

bool patient = File.Exists(Path.Combine(options.DataFolder, "patient"));
using PosixSignalRegistration connected = PosixSignalRegistration.Create((PosixSignal)10, signal => { signal.Cancel = true; patient = true; }); // SIGUSR1
using PosixSignalRegistration gone = PosixSignalRegistration.Create((PosixSignal)12, signal => { signal.Cancel = true; patient = false; }); // SIGUSR2

Pulse pulse = new();
LeaseTimes times = new();
using PosixSignalRegistration asked = PosixSignalRegistration.Create(PosixSignal.SIGHUP, signal => { signal.Cancel = true; WriteFigures(); });
pulse.Start();

SelfCheck check = new(options.ImageFolder);
using AppScreen screen = new(options.CardPath, check.Version);
Counter counter = new(options.Steady, Path.Combine(options.DataFolder, "steady"));
Lease lease = new();
GateConnection? gate = null;

while (true)
{
    // Gatekeeper may come later than this program, or be restarted: connect again and say everything again.
    if (gate is null && (gate = GateConnection.TryConnect(options.SocketPath)) is not null)
    {
        lease.Reset();
        check.Reset();
    }

    bool alive = gate?.Exchange(Take, Say) ?? true;
    if (!alive)
    {
        gate!.Dispose();
        gate = null;
        // Nobody is left who could return the screen, so ask the kernel for it (it refuses while the kiosk still draws).
        screen.Reclaim();
    }

    if (screen.Draw(counter.Value(), patient ? "Patient connected" : "Ready"))
    {
        times.ScreenBack();
    }

    if (gate is null)
    {
        Thread.Sleep(GateConnection.Pace);
    }
}

// What Gatekeeper tells us.
void Take(ServiceLine line)
{
    switch (line)
    {
        case LeaseAnswer answer:
            lease.Answered(answer.Held);
            times.Answered();
            break;
        case ScreenWanted:
            // Only ever asked while we do not hold the lease: a patient's picture is never taken away.
            screen.Give();
            gate!.Send(new ScreenGiven());
            break;
        case ScreenYours:
            screen.Reclaim();
            break;
    }
}

// What we tell Gatekeeper: called about five times a second.
void Say()
{
    if (check.Due(screen.Works) is { } healthy)
    {
        gate!.Send(new HealthAnswer(healthy));
    }

    if (lease.Due(patient, check.Finished) is { } want)
    {
        if (want == LeaseWant.Take)
        {
            times.Asked();
        }

        gate!.Send(new LeaseWish(want));
    }
}

void WriteFigures()
{
    string file = Path.Combine(Environment.GetEnvironmentVariable("HOME") ?? Path.GetTempPath(), "figures");
    File.WriteAllText(file + ".new", $"{pulse.Take()}\n{times}\n");
    File.Move(file + ".new", file, overwrite: true);
}
