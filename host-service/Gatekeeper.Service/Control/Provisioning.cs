using Gatekeeper.Release;
using Gatekeeper.Release.Permits;
using Gatekeeper.Service.Papers;
using Gatekeeper.Update;

namespace Gatekeeper.Service.Control;

/// <summary>
/// Gives a device its facts and the firmware its boot entries, once, on the production line (DESIGN §6). The system may have been
/// started by the factory's own means: then no slot set runs, and set a, which the factory has filled, is the one to boot.
/// </summary>
internal sealed class Provisioning(Device device)
{
    /// <summary>Gives the facts. The challenge that asked for them is closed in the same commit.</summary>
    /// <param name="wanted">The facts.</param>
    /// <param name="mayRestore">Somebody whom the device believes says that lost facts may be given again: a person in service mode, or a permit.</param>
    /// <exception cref="RequestRefusedException">The device has facts already, or runs on trial.</exception>
    /// <exception cref="RefusedException">State partition, audit log or boot record failed; what was done is done again by the next try.</exception>
    internal void Run(DeviceRecord wanted, bool mayRestore)
    {
        BootState boot = device.Boot.State();
        if (boot.OnTrial && device.Trust.Content.Pending is not null)
        {
            throw new RequestRefusedException("the running version is on trial", "wait until it is kept, then ask again");
        }

        // DESIGN §6: what was lost is given again with a person at the device. Root alone could otherwise give a device another identity
        // by damaging the state partition first.
        if (device.Trust.Content.TrustRebuilt && !mayRestore)
        {
            throw new RequestRefusedException("the trust state of this device was lost", "enter service mode with the device's own key, then ask again");
        }

        DeviceRecord? now = device.Trust.Content.Device;
        if (now is not null && !DeviceRecords.Same(now, wanted))
        {
            throw new RequestRefusedException("this device has its facts already", "facts are given once; a service release is needed to change them");
        }

        device.Audit.Append("provision", $"device {wanted.Id} hardware {wanted.HardwareId()}");
        device.Trust.Change(content => content with
        {
            Device = wanted,
            TrustRebuilt = false,
            Challenge = content.Device is null ? null : content.Challenge,
            SiteApprovals = content.Device is null ? SiteApprovals.Empty : content.SiteApprovals,
        });
        device.Trust.Commit();
        SlotSet running = boot.Running ?? SlotSet.A;
        bool fallback = device.Trust.Content.Set(running.Other()) is { State: SetState.Kept };
        device.Boot.Provision(running, fallback);
        device.Audit.Append("provisioned", $"boot entries for both sets, set {running.Letter()} first");
    }
}
