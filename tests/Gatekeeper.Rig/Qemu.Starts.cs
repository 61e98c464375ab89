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
    /// The storage commands that came while a kernel ran: from its start to the machine's next reset. What is left out is the boot
    /// firmware's doing, see <see cref="FirmwareCommands"/>.
    /// </summary>
    public IReadOnlyList<StickCommand> CommandsSinceKernelStart() => Split().Kernel;

    /// <summary>The storage commands between a reset and the kernel's start: the firmware looks at a stick that is plugged then.</summary>
    public IReadOnlyList<StickCommand> FirmwareCommands() => Split().Firmware;

    private (IReadOnlyList<StickCommand> Kernel, IReadOnlyList<StickCommand> Firmware) Split()
    {
        DateTimeOffset[] resets = [.. Qmp.Events.Where(e => e.Name == "RESET").Select(e => e.Time)];
        IReadOnlyList<DateTimeOffset> starts = KernelStarts;
        ILookup<bool, StickCommand> split = Trace.Commands().ToLookup(command =>
        {
            DateTimeOffset reset = resets.LastOrDefault(at => at <= command.Time);
            return starts.Any(start => start >= reset && start <= command.Time);
        });
        return ([.. split[true]], [.. split[false]]);
    }

    private async Task WatchKernelStartsAsync()
    {
        int seen = 0;
        try
        {
            while (true)
            {
                string text = Serial.Text;
                for (int at; (at = text.IndexOf("Linux version ", seen, StringComparison.Ordinal)) >= 0; seen = at + 1)
                {
                    lock (kernelStarts)
                    {
                        kernelStarts.Add(DateTimeOffset.UtcNow);
                    }
                }
                await Task.Delay(20, stopWatching.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // the machine is gone
        }
    }
}
