using System.Collections.Immutable;
using System.Globalization;
using Gatekeeper.Release;

namespace Gatekeeper.PortGate;

/// <summary>A port that must be disabled now.</summary>
/// <param name="Port">Name in sysfs of the device there, for example <c>1-2</c>.</param>
/// <param name="Code"><see cref="Refusal.DeviceChanged"/> or <see cref="Refusal.DeviceFlapping"/>.</param>
/// <param name="Detail">Numbers for the audit log.</param>
public sealed record PortAlarm(string Port, Refusal Code, string Detail);

/// <summary>
/// Who was on which port, and when (I10). Fed with full readings and the time; says when a port must be disabled.
/// There is no window in which something else may take a device's place: another identity needs a fresh decision, and at once it is an attack.
/// </summary>
public sealed class PortHistory
{
    private readonly Dictionary<string, Port> _ports = [];

    /// <summary>Takes one full reading.</summary>
    /// <param name="devices">Everything plugged now.</param>
    /// <param name="milliseconds">Monotonic time of the reading; never less than the time before.</param>
    /// <returns>The ports to disable; one that is disabled is named again only when it has something new.</returns>
    public ImmutableArray<PortAlarm> Observe(IReadOnlyCollection<UsbDeviceSnapshot> devices, long milliseconds)
    {
        ImmutableArray<PortAlarm>.Builder alarms = ImmutableArray.CreateBuilder<PortAlarm>();
        foreach (UsbDeviceSnapshot device in devices)
        {
            if (!_ports.TryGetValue(device.Name, out Port? port))
            {
                _ports.Add(device.Name, port = new Port());
            }

            if (port.Connected(device, milliseconds) is var (code, detail))
            {
                alarms.Add(new PortAlarm(device.Name, code, detail));
            }
        }

        HashSet<string> here = [.. devices.Select(d => d.Name)];
        foreach ((string name, Port port) in _ports)
        {
            if (!here.Contains(name))
            {
                port.Disconnected(milliseconds);
            }
        }

        Forget(milliseconds);
        return alarms.ToImmutable();
    }

    /// <summary>A service action: what was seen on this port counts no more.</summary>
    public void Forget(string port) => _ports.Remove(port);

    // What is older than a minute steers nothing, so it takes no memory either: a hub's ports come and go.
    private void Forget(long now)
    {
        foreach (string name in _ports.Where(p => p.Value.IsForgotten(now)).Select(p => p.Key).ToList())
        {
            _ports.Remove(name);
        }
    }

    private sealed class Port
    {
        private readonly Queue<long> _connects = new();
        private ImmutableArray<byte> _identity = [];
        private int _deviceNumber;
        private long? _leftAt;

        public (Refusal Code, string Detail)? Connected(UsbDeviceSnapshot device, long now)
        {
            ImmutableArray<byte> identity = DeviceDigest.OfIdentity(device);
            bool same = identity.AsSpan().SequenceEqual(_identity.AsSpan());
            if (_leftAt is null && device.DeviceNumber == _deviceNumber && same)
            {
                return null; // still plugged
            }

            // Another device number without a gap in the readings: the disconnect lay between two readings.
            bool first = _identity.IsEmpty;
            long away = _leftAt is { } left ? now - left : 0;
            _leftAt = null;
            _identity = identity;
            _deviceNumber = device.DeviceNumber;
            _connects.Enqueue(now);
            DropOld(now);
            if (!first && !same && away < Limits.OtherIdentityMilliseconds)
            {
                return (Refusal.DeviceChanged, string.Create(CultureInfo.InvariantCulture, $"another identity after {away} ms"));
            }

            return _connects.Count > Limits.PlugsPerMinute
                ? (Refusal.DeviceFlapping, string.Create(CultureInfo.InvariantCulture, $"{_connects.Count} connects within a minute"))
                : null;
        }

        public void Disconnected(long now) => _leftAt ??= now;

        public bool IsForgotten(long now)
        {
            DropOld(now);
            return _leftAt is { } left && now - left >= Limits.OtherIdentityMilliseconds && _connects.Count == 0;
        }

        private void DropOld(long now)
        {
            while (_connects.TryPeek(out long oldest) && now - oldest >= 60_000)
            {
                _connects.Dequeue();
            }
        }
    }
}
