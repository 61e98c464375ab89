using Gatekeeper.Linux;
using Gatekeeper.Linux.Processes;
using Gatekeeper.Linux.Usb;
using Gatekeeper.PortGate;
using Gatekeeper.Release;
using Gatekeeper.Stick;
using Gatekeeper.Stick.Boundary;
using Gatekeeper.Stick.FileSystems;

namespace Gatekeeper.Service.Sticks;

/// <summary>Opens sticks on the real thing: the gate authorizes, usbfs claims, a pump of its own reads.</summary>
/// <param name="gate">The ports.</param>
/// <param name="children">Pumps and walkers.</param>
/// <param name="opened">Told before a device is authorized.</param>
/// <param name="shut">Told after it was deauthorized.</param>
internal sealed class StickRoom(UsbGate gate, WarmChildren children, Action<string> opened, Action<string> shut) : IStickAccess
{
    /// <inheritdoc/>
    public IOpenStick Open(AcceptedDevice device)
    {
        var stick = new OpenStick(device, gate, children, opened, shut);
        try
        {
            stick.Open();
            return stick;
        }
        catch
        {
            stick.Dispose();
            throw;
        }
    }

    private sealed class OpenStick(AcceptedDevice device, UsbGate gate, WarmChildren children, Action<string> opened, Action<string> shut) : IOpenStick
    {
        private readonly MonotonicClock clock = new();
        private HubPort? port;
        private UsbfsNode? node;
        private StickChild? pump;
        private PumpClient? client;
        private bool disposed;

        public ISectorSource Sectors => client ?? throw new InvalidOperationException("the stick is not open");

        public int? PartBytes => client?.PartBytes;

        internal void Open()
        {
            pump = children.TakePump();
            opened(device.Name);
            port = gate.OtherDrivers ? HubPort.Hold(device.Name) : null;
            gate.Open(device);
            node = UsbfsNode.Claim(device.BusNumber, device.DeviceNumber, device.Interface, device.Setting);

            // The node is open now, so it cannot become another device's; what it is was read before that, and is read again.
            gate.Confirm(device);
            client = pump.OpenStick(node, device, clock);
            client.Deadline = clock.Milliseconds + (Limits.VerdictSeconds * 1000L);
        }

        public void LiftDeadline() => client!.Deadline = long.MaxValue;

        public IReadOnlyList<StickFile> Find()
        {
            using StickChild walker = children.TakeWalker();
            return WalkerClient.Find(walker.Channel, Sectors);
        }

        public void Dispose()
        {
            if (disposed)
            {
                return;
            }

            disposed = true;

            // Interface and device first, then the pump and its descriptor, then ours, the hub's port last: no moment in which a driver could bind (I10).
            gate.Shut(device.Name);
            pump?.Dispose();
            node?.Dispose();
            port?.Dispose();
            shut(device.Name);
        }
    }
}
