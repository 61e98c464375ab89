using System.Net.Sockets;

namespace Gatekeeper.Rig;

/// <summary>
/// A running guest. It ends by <see cref="DisposeAsync"/>, at its machine's lifetime, or with the test process, whichever comes first.
/// Its logs stay in out/rig/NAME: serial.log (ttyS0), trace.log (what the sticks were asked), qemu.log.
/// </summary>
public sealed partial class Qemu : IAsyncDisposable
{
    private readonly HostProcess process;
    private readonly string sockets;
    private GuestShell? shell;

    private Qemu(Machine machine, HostProcess process, Qmp qmp, string sockets, string logs)
    {
        Machine = machine;
        this.process = process;
        Qmp = qmp;
        this.sockets = sockets;
        Logs = logs;
        Screen = new Screen(qmp, sockets);
        Serial = new SerialLog(Path.Combine(logs, "serial.log"));
        Trace = new QemuTrace(Path.Combine(logs, "trace.log"));
        watching = Task.Run(WatchKernelStartsAsync);
    }

    /// <summary>What it was started with.</summary>
    public Machine Machine { get; }

    /// <summary>QEMU's control connection.</summary>
    public Qmp Qmp { get; }

    /// <summary>What a technician sees.</summary>
    public Screen Screen { get; }

    /// <summary>The guest's first serial port: firmware, kernel and init.</summary>
    public SerialLog Serial { get; }

    /// <summary>The storage commands that every stick got.</summary>
    public QemuTrace Trace { get; }

    /// <summary>Folder of this guest's logs.</summary>
    public string Logs { get; }

    /// <summary>QEMU's process id.</summary>
    public int Pid => process.Pid;

    /// <summary>Whether QEMU has ended.</summary>
    public bool HasExited => process.HasExited;

    /// <summary>Starts a guest and waits until QEMU answers; the guest itself has only begun then.</summary>
    public static async Task<Qemu> StartAsync(Machine machine)
    {
        string logs = Path.Combine(Repository.Out, "rig", machine.Name);
        if (Directory.Exists(logs))
        {
            Directory.Delete(logs, recursive: true);
        }
        Directory.CreateDirectory(logs);
        string sockets = Repository.NewScratch("qemu");
        HostProcess process = await HostProcess.StartAsync("qemu-system-x86_64", machine.Arguments(sockets, logs), machine.Lifetime);
        try
        {
            Qmp qmp = await Wait.ForAsync("answer of QEMU", TimeSpan.FromSeconds(20), () => TryConnectAsync(process, sockets));
            return new Qemu(machine, process, qmp, sockets, logs);
        }
        catch
        {
            await process.DisposeAsync();
            Directory.Delete(sockets, recursive: true);
            throw;
        }
    }

    /// <summary>The root shell of the rig image on ttyS1; waits until it answers.</summary>
    public async Task<GuestShell> ShellAsync(TimeSpan? limit = null)
    {
        shell ??= await GuestShell.ConnectAsync(Path.Combine(sockets, "shell"));
        await shell.WaitReadyAsync(limit ?? TimeSpan.FromSeconds(90), Explain);
        return shell;
    }

    /// <summary>Presses the reset button.</summary>
    public Task ResetAsync() => Qmp.RunAsync("system_reset");

    /// <summary>Waits for the machine to be reset by anybody (guest, watchdog), as seen after a mark of <see cref="Qmp.EventCount"/>.</summary>
    public Task<QmpEvent> WaitResetAsync(int since, TimeSpan limit) => Qmp.WaitEventAsync("RESET", since, limit);

    /// <summary>Takes the power away. With a file as disk nothing that the guest completed is lost: see <see cref="NbdServer"/> for a real cut.</summary>
    public async Task PowerOffAsync()
    {
        process.Kill();
        await process.WaitForExitAsync(TimeSpan.FromSeconds(10));
    }

    /// <summary>A line for a failure message: is QEMU alive, what came last on the serial port, where are the logs.</summary>
    public string Explain()
        => $"QEMU {(process.PastDeadline ? "was killed at its deadline" : HasExited ? "has ended" : "runs")}; logs in {Logs}; {process.Errors.Trim()}\nlast on ttyS0:\n{Serial.Tail(12)}";

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await stopWatching.CancelAsync();
        await watching;
        stopWatching.Dispose();
        await DisposeRedirectedAsync();
        await process.DisposeAsync();
        await Qmp.DisposeAsync();
        if (shell is not null)
        {
            await shell.DisposeAsync();
        }
        await File.WriteAllTextAsync(Path.Combine(Logs, "qemu.log"), process.Errors);
        Directory.Delete(sockets, recursive: true);
    }

    private static async Task<Qmp?> TryConnectAsync(HostProcess process, string sockets)
    {
        if (process.HasExited)
        {
            throw new RigException($"QEMU did not start: {process.Errors}");
        }
        try
        {
            return await Qmp.ConnectAsync(Path.Combine(sockets, "qmp"));
        }
        catch (SocketException)
        {
            return null; // not listening yet
        }
    }
}
