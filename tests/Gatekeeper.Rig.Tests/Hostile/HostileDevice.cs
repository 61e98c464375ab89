using Gatekeeper.Release;
using Gatekeeper.Rig.UsbRedir;

namespace Gatekeeper.Rig.Tests.Hostile;

/// <summary>A device that misbehaves in one way, and what must become of it.</summary>
/// <param name="Name">What it does, in a few words: one line of the table.</param>
/// <param name="Make">Makes it over the bytes of an honest, empty stick.</param>
/// <param name="Codes">The verdicts that are right. Several where it depends on what reaches the service first.</param>
public sealed record HostileDevice(string Name, Func<IStickData, UsbDevice> Make, params Refusal[] Codes)
{
    /// <summary>The kernel itself gives it up: no device appears, and there is nothing to decide. Then <see cref="Codes"/> is empty.</summary>
    public bool NeverAppears => Codes.Length == 0;

    /// <summary>Its port is switched off afterwards (I10).</summary>
    public bool ClosesThePort { get; init; }

    /// <summary>It takes a bus to do it: it leaves and comes back, or lies to the kernel, and the verdict of its descriptors alone is another one.</summary>
    public bool NeedsABus { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Name;

    /// <summary>A stick whose transport is changed.</summary>
    internal static HostileDevice Stick(string name, Action<BulkOnlyTarget> change, params Refusal[] codes) => new(name, data =>
    {
        BulkOnlyTarget target = new(data);
        change(target);
        return target.Device();
    }, codes);

    /// <summary>A stick whose descriptors are changed.</summary>
    internal static HostileDevice Shape(string name, Func<DeviceShape, DeviceShape> change, params Refusal[] codes)
        => new(name, data => new UsbDevice(change(new BulkOnlyTarget(data).Shape(BusSpeed.High))), codes);

    /// <summary>A stick one of whose answers is changed.</summary>
    internal static HostileDevice Answer(string name, Func<SeenCommand, ScsiAnswer, ScsiAnswer> change, params Refusal[] codes)
        => Stick(name, target => target.OnCommand = change, codes);

    /// <summary>A stick with something between it and the wire.</summary>
    internal static HostileDevice Wire(string name, Action<UsbDevice> change, params Refusal[] codes) => new(name, data =>
    {
        UsbDevice device = new BulkOnlyTarget(data).Device();
        change(device);
        return device;
    }, codes);
}
