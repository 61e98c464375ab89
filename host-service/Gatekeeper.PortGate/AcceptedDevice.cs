using System.Collections.Immutable;

namespace Gatekeeper.PortGate;

/// <summary>Proof that a device is a plain storage stick and nothing else (I09). Only <see cref="PortJudge"/> makes one; never persisted, never sent to another process.
/// It proves what the descriptors say, not that the device keeps to it: <see cref="UsbGate.Open(AcceptedDevice)"/> compares again (I10).</summary>
public sealed class AcceptedDevice
{
    internal AcceptedDevice()
    {
    }

    /// <summary>Name in sysfs, for example <c>1-2.3</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Bus number.</summary>
    public required int BusNumber { get; init; }

    /// <summary>Device number on that bus.</summary>
    public required int DeviceNumber { get; init; }

    /// <summary>Bus speed.</summary>
    public required UsbSpeed Speed { get; init; }

    /// <summary>Value of the only configuration.</summary>
    public required byte Configuration { get; init; }

    /// <summary>Number of the only interface.</summary>
    public required byte Interface { get; init; }

    /// <summary>The alternate setting that speaks Bulk-Only Transport.</summary>
    public required byte Setting { get; init; }

    /// <summary>Address of the bulk-in endpoint, bit 7 set.</summary>
    public required byte EndpointIn { get; init; }

    /// <summary>Address of the bulk-out endpoint.</summary>
    public required byte EndpointOut { get; init; }

    /// <summary>SHA-256 of everything readable of the device at the moment of the decision.</summary>
    public required ImmutableArray<byte> Digest { get; init; }

    /// <summary>Name of its interface in sysfs, for example <c>1-2.3:1.0</c>.</summary>
    public string InterfaceName => $"{Name}:{Configuration}.{Interface}";
}

/// <summary>Proof that a rule or a permit names this device and that it is no storage. Only <see cref="PortJudge"/> makes one.</summary>
public sealed class AllowedDevice
{
    internal AllowedDevice()
    {
    }

    /// <summary>Name in sysfs.</summary>
    public required string Name { get; init; }

    /// <summary>Value of its first configuration.</summary>
    public required byte Configuration { get; init; }

    /// <summary>Line of the rule that allows it, 1 or more; null when a permit does.</summary>
    public required int? RuleLine { get; init; }

    /// <summary>SHA-256 of everything readable of the device at the moment of the decision.</summary>
    public required ImmutableArray<byte> Digest { get; init; }
}
