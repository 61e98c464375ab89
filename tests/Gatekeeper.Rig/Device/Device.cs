using System.Text.Json.Nodes;

namespace Gatekeeper.Rig;

/// <summary>The reference device as a guest: what an administrator and the tests' root shell can ask it.</summary>
public sealed class Device : IAsyncDisposable
{
    private Device(Qemu qemu, GuestShell shell)
    {
        Qemu = qemu;
        Shell = shell;
    }

    /// <summary>The machine.</summary>
    public Qemu Qemu { get; }

    /// <summary>The root shell of the rig image.</summary>
    public GuestShell Shell { get; private set; }

    /// <summary>The screen.</summary>
    public Screen Screen => Qemu.Screen;

    /// <summary>Starts a machine and waits until gatekeeperd answers.</summary>
    public static async Task<Device> StartAsync(Machine machine)
    {
        Qemu qemu = await Qemu.StartAsync(machine);
        try
        {
            Device device = new(qemu, await qemu.ShellAsync());
            await device.WaitServiceAsync();
            return device;
        }
        catch
        {
            await qemu.DisposeAsync();
            throw;
        }
    }

    /// <summary>Waits until gatekeeperd answers, as after a restart of it or of the machine.</summary>
    public async Task WaitServiceAsync(TimeSpan? limit = null)
    {
        Shell = await Qemu.ShellAsync(limit);
        try
        {
            await Wait.UntilAsync("answer of gatekeeperd", limit ?? TimeSpan.FromSeconds(150), async () => await TryStatusAsync() is not null);
        }
        catch (RigException late)
        {
            throw new RigException($"{late.Message}\n{Qemu.Explain()}", late);
        }
    }

    /// <summary>Waits for the restart that an install or a fall-back ends in, and for gatekeeperd after it.</summary>
    /// <param name="since">A mark of <see cref="Qmp.EventCount"/> from before the cause.</param>
    /// <param name="limit">Until the reset; the start gets 90 s more.</param>
    public async Task WaitRestartAsync(int since, TimeSpan limit)
    {
        try
        {
            await Qemu.WaitResetAsync(since, limit);
        }
        catch (RigException late)
        {
            throw new RigException($"{late.Message}; {await DescribeAsync()}", late);
        }
        await WaitServiceAsync(TimeSpan.FromSeconds(90));
    }

    /// <summary><c>gatekeeper status --json</c>.</summary>
    public async Task<JsonObject> StatusAsync() => (JsonObject)JsonNode.Parse(await Shell.RunAsync("gatekeeper status --json", TimeSpan.FromSeconds(60)))!;

    /// <summary>The status, or null while gatekeeperd does not answer.</summary>
    public async Task<JsonObject?> TryStatusAsync()
    {
        try
        {
            ShellResult result = await Shell.TryAsync("gatekeeper status --json", TimeSpan.FromSeconds(60));
            return result.ExitCode == 0 ? JsonNode.Parse(result.Output) as JsonObject : null;
        }
        catch (Exception notYet) when (notYet is RigException or System.Text.Json.JsonException)
        {
            return null;
        }
    }

    /// <summary>Waits until the status fulfils a condition.</summary>
    /// <exception cref="RigException">It did not; the message has the last status and audit lines.</exception>
    public async Task<JsonObject> WaitStatusAsync(string what, TimeSpan limit, Func<JsonObject, bool> condition)
    {
        JsonObject? last = null;
        try
        {
            return await Wait.ForAsync(what, limit, async () =>
            {
                last = await TryStatusAsync();
                return last is not null && condition(last) ? last : null;
            });
        }
        catch (RigException late)
        {
            throw new RigException($"{late.Message}; status was {last?.ToJsonString()}\n{await AuditTailAsync()}\n{Qemu.Explain()}", late);
        }
    }

    /// <summary>Waits until nothing is going on: idle, not in use, not on trial.</summary>
    public Task<JsonObject> WaitIdleAsync(TimeSpan? limit = null)
        => WaitStatusAsync("idle device", limit ?? TimeSpan.FromSeconds(90), s => (string?)s["state"] == "idle" && !(bool)s["in_use"]! && !(bool)s["trial"]!);

    /// <summary>The screen when nothing is going on.</summary>
    public Task<ScreenImage> StillScreenAsync() => Screen.WaitStillAsync(TimeSpan.FromSeconds(20));

    /// <summary><c>gatekeeper log --json</c> from a record number on.</summary>
    public async Task<IReadOnlyList<AuditRecord>> AuditAsync(long since = 1)
    {
        string lines = await Shell.RunAsync($"gatekeeper log --json --since {since}", TimeSpan.FromSeconds(60));
        return [.. lines.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(AuditRecord.Parse)];
    }

    /// <summary>The number the next audit record will have: a mark to look from.</summary>
    /// <param name="since">An earlier mark, so that a long log is not read whole.</param>
    public async Task<long> NextAuditAsync(long since = 1) => (await AuditAsync(since)) is { Count: > 0 } all ? all[^1].Seq + 1 : since;

    /// <summary>Waits for an audit record at or after a mark.</summary>
    public async Task<AuditRecord> WaitAuditAsync(string what, long since, TimeSpan limit, Func<AuditRecord, bool> condition)
    {
        try
        {
            return await Wait.ForAsync(what, limit, async () => (await AuditAsync(since)).FirstOrDefault(condition), TimeSpan.FromMilliseconds(300));
        }
        catch (RigException late)
        {
            throw new RigException($"{late.Message}\n{await AuditTailAsync()}\n{Qemu.Explain()}", late);
        }
    }

    /// <summary><c>gatekeeper slots --json</c>: set letter to its report.</summary>
    public async Task<IReadOnlyDictionary<string, JsonObject>> SlotsAsync()
    {
        string lines = await Shell.RunAsync("gatekeeper slots --json", TimeSpan.FromSeconds(60));
        return lines.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => (JsonObject)JsonNode.Parse(line)!).ToDictionary(slot => (string)slot["set"]!);
    }

    /// <summary>Everything under /sys/bus/usb/devices.</summary>
    public async Task<IReadOnlyList<UsbNode>> UsbAsync()
    {
        string lines = await Shell.RunAsync("""
            cd /sys/bus/usb/devices
            for d in *; do
              [ -e "$d/authorized" ] || continue
              driver=-
              [ -e "$d/driver" ] && driver=$(basename "$(readlink "$d/driver")")
              echo "$d $(cat "$d/authorized") $driver"
            done
            """);
        return [.. lines.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' '))
            .Select(f => new UsbNode(f[0], f[1] == "1", f[2] == "-" ? null : f[2]))];
    }

    /// <summary>The devices (no interfaces, no root hubs) that are plugged now.</summary>
    public async Task<IReadOnlyList<UsbNode>> PluggedAsync() => [.. (await UsbAsync()).Where(node => !node.IsInterface && !node.IsRootHub)];

    /// <summary>Waits until the kernel has seen the plugged devices: this many.</summary>
    public Task WaitPluggedAsync(int count)
        => Wait.UntilAsync($"{count} plugged devices in the guest", TimeSpan.FromSeconds(20), async () => (await PluggedAsync()).Count == count);

    /// <summary>Names under /sys/block.</summary>
    public async Task<IReadOnlyList<string>> BlockDevicesAsync() => (await Shell.RunAsync("ls -1 /sys/block")).Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>The kernel's own log.</summary>
    public Task<string> KernelLogAsync() => Shell.RunAsync("dmesg", TimeSpan.FromSeconds(60));

    /// <summary>Switches off in order: programs stopped, file systems unmounted.</summary>
    public async Task SwitchOffAsync()
    {
        int since = Qemu.Qmp.EventCount;
        await SignalInitAsync("USR2");
        await Qemu.Qmp.WaitEventAsync("SHUTDOWN", since, TimeSpan.FromSeconds(60));
        await Qemu.PowerOffAsync();
    }

    /// <summary>Signals PID 1: INT restarts the machine, USR2 switches it off. A moment later, so that the shell can still answer.</summary>
    public Task SignalInitAsync(string signal) => Shell.RunAsync($"(sleep 1; kill -{signal} 1) > /dev/null 2>&1 &");

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => Qemu.DisposeAsync();

    /// <summary>For a failure message: status, the last audit lines, the serial port's end.</summary>
    public async Task<string> DescribeAsync() => $"status {(await TryStatusAsync())?.ToJsonString()}\n{await AuditTailAsync()}\n{Qemu.Explain()}";

    private async Task<string> AuditTailAsync()
    {
        try
        {
            return "audit log:\n" + (await Shell.TryAsync("gatekeeper log | tail -n 12")).Output;
        }
        catch (RigException none)
        {
            return $"no audit log: {none.Message.Split('\n')[0]}";
        }
    }
}
