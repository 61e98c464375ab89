using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;

namespace Gatekeeper.Rig;

/// <summary>
/// A long-running program on the host that cannot outlive the test process, nor its own deadline.
/// It is started through <c>setpriv --pdeathsig KILL</c>, so the kernel kills it even when the test process is killed.
/// </summary>
public sealed class HostProcess : IAsyncDisposable
{
    // PR_SET_PDEATHSIG fires when the THREAD that forked ends (prctl(2)), and pool threads do end: so one thread starts all.
    private static readonly BlockingCollection<Action> Starts = BeginStarter();

    private readonly Process process;
    private readonly Timer deadline;
    private readonly StringBuilder errors = new();

    private HostProcess(Process process, TimeSpan lifetime)
    {
        this.process = process;
        Pid = process.Id;
        process.OutputDataReceived += (_, line) => Keep(line.Data);
        process.ErrorDataReceived += (_, line) => Keep(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        process.StandardInput.Close();
        deadline = new Timer(_ => { PastDeadline = true; Kill(); }, null, lifetime, Timeout.InfiniteTimeSpan);
    }

    /// <summary>The process id; setpriv replaces itself, so it is the program's own.</summary>
    public int Pid { get; }

    /// <summary>Whether the program has ended.</summary>
    public bool HasExited => process.HasExited;

    /// <summary>Whether it was killed because its lifetime was over.</summary>
    public bool PastDeadline { get; private set; }

    /// <summary>The last 16 KiB the program wrote to standard output and error.</summary>
    public string Errors
    {
        get
        {
            lock (errors)
            {
                return errors.ToString();
            }
        }
    }

    /// <summary>Starts a program.</summary>
    /// <param name="program">Name on PATH or full path.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="lifetime">After this it is killed, whatever it does.</param>
    public static async Task<HostProcess> StartAsync(string program, IEnumerable<string> arguments, TimeSpan lifetime)
    {
        ProcessStartInfo start = new("setpriv", ["--pdeathsig", "KILL", "--", program, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        TaskCompletionSource<Process> started = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Starts.Add(() =>
        {
            try
            {
                started.SetResult(HostTool.StartOrExplain(start));
            }
            catch (RigException failed)
            {
                started.SetException(failed);
            }
        });
        return new HostProcess(await started.Task, lifetime);
    }

    /// <summary>SIGKILL, the rig's power switch. Harmless when it has ended.</summary>
    public void Kill()
    {
        try
        {
            process.Kill();
        }
        catch (InvalidOperationException)
        {
            // It ended by itself between the question and the signal.
        }
    }

    /// <summary>Waits for the end.</summary>
    /// <exception cref="RigException">Still running after <paramref name="limit"/>.</exception>
    public async Task WaitForExitAsync(TimeSpan limit)
    {
        using CancellationTokenSource tooLong = new(limit);
        try
        {
            await process.WaitForExitAsync(tooLong.Token);
        }
        catch (OperationCanceledException)
        {
            throw new RigException($"process {Pid} did not end within {limit.TotalSeconds:0} s");
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Kill();
        await WaitForExitAsync(TimeSpan.FromSeconds(10));
        await deadline.DisposeAsync();
        process.Dispose();
    }

    private void Keep(string? line)
    {
        lock (errors)
        {
            errors.AppendLine(line);
            if (errors.Length > 16384)
            {
                errors.Remove(0, errors.Length - 16384);
            }
        }
    }

    private static BlockingCollection<Action> BeginStarter()
    {
        BlockingCollection<Action> queue = [];
        Thread starter = new(() =>
        {
            foreach (Action start in queue.GetConsumingEnumerable())
            {
                start();
            }
        })
        { IsBackground = true, Name = "starter of host processes" };
        starter.Start();
        return queue;
    }
}
