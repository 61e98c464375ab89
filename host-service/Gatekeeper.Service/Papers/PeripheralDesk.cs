using System.Collections.Immutable;
using Gatekeeper.PortGate;
using Gatekeeper.Release.Permits;
using Gatekeeper.Service.Control;
using Gatekeeper.Update;

namespace Gatekeeper.Service.Papers;

/// <summary>Names a plugged device for the permit that shall allow it, and takes back what permits allowed.</summary>
/// <param name="tree">The kernel's view of the ports.</param>
/// <param name="trust">The trust state.</param>
/// <param name="audit">The audit log.</param>
/// <param name="judgeAgain">Shuts a port and has what is plugged there judged anew.</param>
internal sealed class PeripheralDesk(IUsbTree tree, TrustStore trust, AuditLog audit, Action<string> judgeAgain)
{
    /// <summary>The device that is plugged at a port now, as a permit names it (FORMAT.md R-106).</summary>
    /// <exception cref="RequestRefusedException">Nothing is plugged there.</exception>
    internal PermittedPeripheral Plugged(string port)
    {
        UsbDeviceSnapshot device = tree.Read().Devices.FirstOrDefault(d => d.Name == port)
            ?? throw new RequestRefusedException("nothing is plugged at this port", "plug the device in; gatekeeper log names the port");
        return DeviceDigest.ForPermit(device);
    }

    /// <summary>Takes back what permits allowed at a port, and shuts it at once.</summary>
    /// <exception cref="RequestRefusedException">No permit allows anything there.</exception>
    /// <exception cref="Gatekeeper.Release.RefusedException">State partition or audit log failed.</exception>
    internal void Forget(string port)
    {
        ImmutableArray<PermittedPeripheral> rest = [.. trust.Content.Peripherals.Where(p => p.Port != port)];
        if (rest.Length == trust.Content.Peripherals.Length)
        {
            throw new RequestRefusedException("no permit allows anything at this port", "gatekeeper status lists what permits allow");
        }

        audit.Append("forgotten", "peripherals by permit", port);
        trust.Change(content => content with { Peripherals = rest });
        trust.Commit();
        judgeAgain(port);
    }
}
