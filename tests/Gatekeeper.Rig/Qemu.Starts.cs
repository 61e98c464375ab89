namespace Gatekeeper.Rig;

public sealed partial class Qemu
{
    private readonly List<DateTimeOffset> kernelStarts = [];
    private readonly CancellationTokenSource stopWatching = new();
    private Task watching = Task.CompletedTask;

    /// <summary>When each kernel of this machine wrote its first line, by the host's clock, to 20 ms.</summary>
    public IReadOnlyList<DateTimeOffset> KernelStarts
    {
        get
        {
            lock (kernelStarts)
            {
                return [.. kernelStarts];
            }
        }
    }

    /// <summary>
    /// The storage commands that came while a kernel ran, to QEMU's own sticks and to emulated ones: from its start to the machine's next reset. What is left out is the boot
    /// firmware's doing, see <see cref="FirmwareCommands"/>.
    /// </summary>
    public IReadOnlyList<StickCommand> CommandsSinceKernelStart() => Split().Kernel;

    /// <summary>The storage commands between a reset and the kernel's start: the firmware looks at a stick that is plugged then.</summary>
    public IReadOnlyList<StickCommand> FirmwareCommands() => Split().Firmware;

    private (IReadOnlyList<StickCommand> Kernel, IReadOnlyList<StickCommand> Firmware) Split()
    {
        DateTimeOffset[] resets = [.. Qmp.Events.Where(e => e.Name == "RESET").Select(e => e.Time)];
        IReadOnlyList<DateTimeOffset> starts = KernelStarts;
        ILookup<bool, StickCommand> split = Trace.Commands().Concat(RedirectedCommands()).OrderBy(command => command.Time).ToLookup(command =>
        {
            DateTimeOffset reset = resets.LastOrDefault(at => at <= command.Time);
            return starts.Any(start => start >= reset && start <= command.Time);
        });
        return ([.. split[true]], [.. split[false]]);
    }

    private async Task WatchKernelStartsAsync()
    {
        const string First = "Linux version ";
        long read = 0;
        string rest = "";
        try
        {
            while (true)
            {
                rest += Serial.TextFrom(ref read);
                for (int at; (at = rest.IndexOf(First, StringComparison.Ordinal)) >= 0; rest = rest[(at + First.Length)..])
                {
                    lock (kernelStarts)
                    {
                        kernelStarts.Add(DateTimeOffset.UtcNow);
                    }
                }
                rest = rest[^Math.Min(rest.Length, First.Length)..]; // the words may be cut in two
                await Task.Delay(20, stopWatching.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // the machine is gone
        }
    }
}
