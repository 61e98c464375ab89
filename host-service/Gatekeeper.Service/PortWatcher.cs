using System.Collections.Concurrent;
using System.Collections.Immutable;
using Gatekeeper.PortGate;
using Gatekeeper.Release;
using Gatekeeper.Release.Permits;
using Gatekeeper.Service.Status;
using Gatekeeper.Update;

namespace Gatekeeper.Service;

/// <summary>A candidate that waits for its session.</summary>
/// <param name="Device">The proof.</param>
/// <param name="Gone">Set when it was pulled.</param>
internal sealed record Candidate(AcceptedDevice Device, CancellationTokenSource Gone);

/// <summary>
/// Watches the ports. Level-triggered: an event only wakes a full reading of the kernel's tree, and a reading comes every second
/// without one, so a lost event costs a second and nothing else. Decisions are keyed by connection and descriptors and made once.
/// </summary>
internal sealed class PortWatcher(
    IUsbTree tree,
    UsbGate gate,
    PortRules rules,
    Func<ImmutableArray<PermittedPeripheral>> permitted,
    AuditLog audit,
    Teller teller,
    Action<Candidate> enqueue,
    ImmutableArray<string> lasting)
{
    private readonly PortHistory history = new();
    private readonly Dictionary<string, Seen> seen = [];
    private readonly HashSet<string> disabled = [];

    /// <summary>Names of devices that may be authorized now: those a rule allows, and the stick that is being read.</summary>
    private readonly ConcurrentDictionary<string, byte> open = new();

    /// <summary>Ports whose device has to be judged anew.</summary>
    private readonly ConcurrentQueue<string> again = new();

    private int serviceAction;

    /// <summary>A person at the device entered service mode. Acts at the next look. May be called from any thread.</summary>
    internal void ServiceAction() => Interlocked.Exchange(ref serviceAction, 1);

    /// <summary>The stick under this name is being read: it is authorized by us.</summary>
    internal void Opened(string name) => open.TryAdd(name, 0);

    /// <summary>It no longer is.</summary>
    internal void Shut(string name) => open.TryRemove(name, out _);

    /// <summary>What was allowed at this port is allowed no more. Acts at the next look. May be called from any thread.</summary>
    internal void JudgeAgain(string port) => again.Enqueue(port);

    /// <summary>One full reading and all that follows from it.</summary>
    /// <param name="nowMs">Monotonic time.</param>
    /// <exception cref="RefusedException"><see cref="Refusal.AuditLog"/>: nothing may be opened any more.</exception>
    internal void Look(long nowMs)
    {
        if (Interlocked.Exchange(ref serviceAction, 0) != 0)
        {
            OpenDisabledPorts();
        }

        while (again.TryDequeue(out string? port))
        {
            gate.Shut(port);
            open.TryRemove(port, out _);
            seen.Remove(port);
        }

        UsbTreeSnapshot snapshot = tree.Read();
        foreach (PortAlarm alarm in history.Observe(snapshot.Devices, nowMs))
        {
            Disable(alarm);
        }

        foreach (UsbBusState bus in snapshot.Buses.Where(b => b.InterfaceAuthorizedDefault != 0))
        {
            // A controller that appeared since the last look: the kernel has no other start value for it (I01).
            tree.SetInterfaceAuthorizedDefault(bus.Name, false);
        }

        if (gate.DriversBind(snapshot))
        {
            tree.SetDriversAutoprobe(false); // somebody wrote it: named below, and shut again (I02)
        }

        Forget(snapshot);
        foreach (UsbDeviceSnapshot device in snapshot.Devices)
        {
            Judge(device);
        }

        teller.Unprotected([.. lasting, .. Wrong(snapshot)]);
    }

    private void Disable(PortAlarm alarm)
    {
        audit.AppendRefusal("port-disabled", alarm.Code, alarm.Port, alarm.Detail);
        Cancel(alarm.Port);
        gate.Shut(alarm.Port);
        if (!gate.DisablePort(alarm.Port))
        {
            audit.Append("port-not-disabled", "the hub cannot; the device stays unauthorized", alarm.Port);
        }

        disabled.Add(alarm.Port);
        teller.Denied(alarm.Code, alarm.Port);
    }

    private void Forget(UsbTreeSnapshot snapshot)
    {
        HashSet<string> here = [.. snapshot.Devices.Select(d => d.Name)];
        foreach (string name in seen.Keys.Where(name => !here.Contains(name)).ToList())
        {
            Cancel(name);
            seen.Remove(name);
            open.TryRemove(name, out _);
            teller.PortEmpty(name);
        }
    }

    private void Judge(UsbDeviceSnapshot device)
    {
        ImmutableArray<byte> digest = DeviceDigest.OfConnection(device);
        bool known = seen.TryGetValue(device.Name, out Seen? before) && before.Digest.AsSpan().SequenceEqual(digest.AsSpan());
        if (!known)
        {
            Cancel(device.Name);
            seen[device.Name] = new Seen(digest, null);
            Decide(device);
        }

        if (device.Authorized != false && !open.ContainsKey(device.Name))
        {
            // Nobody of us did that: shut it, whatever it is (I01).
            audit.Append("deauthorized", "was authorized by somebody else", device.Name);
            gate.Shut(device.Name);
        }
    }

    private void Decide(UsbDeviceSnapshot device)
    {
        if (disabled.Contains(device.Name))
        {
            Deny(Refusal.DeviceFlapping, device.Name, "the port is disabled until a service action");
            return;
        }

        switch (PortJudge.Judge(device, rules, permitted()))
        {
            case PortVerdict.Denied denied:
                Deny(denied.Code, device.Name, denied.Detail);
                break;
            case PortVerdict.Allowed allowed:
                Allow(allowed.Device);
                break;
            case PortVerdict.Candidate candidate:
                var waiting = new Candidate(candidate.Device, new CancellationTokenSource());
                seen[device.Name] = seen[device.Name] with { Waiting = waiting };
                enqueue(waiting);
                break;
        }
    }

    private void Allow(AllowedDevice device)
    {
        audit.Append("allowed", device.RuleLine is { } line ? $"by rule {line}" : "by a permit", device.Name);
        open.TryAdd(device.Name, 0);
        try
        {
            gate.Open(device);
        }
        catch (RefusedException refused)
        {
            open.TryRemove(device.Name, out _);
            Deny(refused.Code, device.Name, refused.Detail);
        }
    }

    private void Deny(Refusal code, string port, string detail)
    {
        audit.AppendRefusal("denied", code, port, detail);
        teller.Denied(code, port);
    }

    // A person at the device allows the ports that were disabled another try (I10). What is plugged there is judged anew.
    private void OpenDisabledPorts()
    {
        // Those that a service before this one disabled too: the kernel has kept them shut.
        foreach (string port in disabled.Union(gate.DisabledPorts).Order(StringComparer.Ordinal).ToList())
        {
            audit.Append("port-enabled", "service mode", port);
            disabled.Remove(port);
            seen.Remove(port);
            history.Forget(port);
            gate.EnablePort(port);
        }
    }

    private void Cancel(string name)
    {
        if (seen.TryGetValue(name, out Seen? before))
        {
            before.Waiting?.Gone.Cancel();
        }
    }

    // What must hold at every moment, not only at the start (I01).
    private IEnumerable<string> Wrong(UsbTreeSnapshot snapshot)
    {
        if (snapshot.AuthorizedDefault != 0)
        {
            yield return "usb: new controllers authorize devices by themselves";
        }

        if (gate.DriversBind(snapshot))
        {
            yield return "usb: drivers bind by themselves";
        }

        foreach (UsbBusState bus in snapshot.Buses.Where(b => b.AuthorizedDefault != 0))
        {
            yield return $"usb {bus.Name}: authorizes devices by itself";
        }
    }

    private sealed record Seen(ImmutableArray<byte> Digest, Candidate? Waiting);
}
