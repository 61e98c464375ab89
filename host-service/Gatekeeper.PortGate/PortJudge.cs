using System.Collections.Immutable;
using Gatekeeper.Release;
using Gatekeeper.Release.Permits;

namespace Gatekeeper.PortGate;

/// <summary>The one place that decides what may become of a plugged device. Pure: the same device and rules give the same verdict.</summary>
public static class PortJudge
{
    private const byte ClassMassStorage = 0x08;

    /// <summary>Judges one device: rules first, then permits, then I09's candidate rule, else denied. What a rule blocks no permit opens.</summary>
    /// <param name="device">The device.</param>
    /// <param name="rules">The signed image's rules.</param>
    /// <param name="permitted">What the manufacturer's permits allow here; by default nothing.</param>
    public static PortVerdict Judge(UsbDeviceSnapshot device, PortRules rules, ImmutableArray<PermittedPeripheral> permitted = default)
    {
        UsbDescriptors descriptors;
        try
        {
            descriptors = UsbDescriptors.Parse(device.Descriptors.AsSpan());
        }
        catch (RefusedException e)
        {
            return new PortVerdict.Denied(e.Code, e.Detail);
        }

        bool storage = descriptors.EveryAlternate.Any(a => a.Type.Class == ClassMassStorage);
        PortRule? rule = rules.FirstMatch(device.Name, descriptors);
        if (rule is { Target: PortRuleTarget.Block })
        {
            return new PortVerdict.Denied(Refusal.DeviceNotAllowed, $"blocked by rule line {rule.Line}");
        }

        // I02: who is allowed may have a kernel driver, and no kernel driver may ever bind to storage. So storage is never allowed, only read as a candidate.
        if (storage)
        {
            return JudgeStorage(device, descriptors);
        }

        return rule is not null || (!permitted.IsDefaultOrEmpty && permitted.Contains(DeviceDigest.ForPermit(device)))
            ? new PortVerdict.Allowed(new AllowedDevice { Name = device.Name, Configuration = descriptors.Configurations[0].Value, RuleLine = rule?.Line, Digest = DeviceDigest.OfConnection(device) })
            : new PortVerdict.Denied(Refusal.DeviceNotAllowed, $"no rule for {Describe(descriptors)}");
    }

    // I09 (a), word for word: one configuration, one interface, every alternate setting 08/06/50 or 08/06/62, at least one 08/06/50.
    private static PortVerdict JudgeStorage(UsbDeviceSnapshot device, UsbDescriptors descriptors)
    {
        if (descriptors.Configurations.Length != 1 || descriptors.Configurations[0].InterfaceCount != 1)
        {
            return new PortVerdict.Denied(Refusal.DeviceComposite, $"storage beside something else: {Describe(descriptors)}");
        }

        UsbConfiguration configuration = descriptors.Configurations[0];
        if (configuration.Alternates.Any(a => a.Type != UsbInterfaceType.BulkOnlyStorage && a.Type != UsbInterfaceType.AttachedScsi))
        {
            return new PortVerdict.Denied(Refusal.DeviceComposite, $"a setting that is not plain storage: {Describe(descriptors)}");
        }

        // A device class binds the kernel's hub driver whatever the interface says (USB_DEVICE_ID_MATCH_DEV_CLASS); BOT 1.0 §4.1 demands 0.
        if (descriptors.Device.Class != 0)
        {
            return new PortVerdict.Denied(Refusal.DeviceComposite, $"storage with device class {descriptors.Device.Class:x2}");
        }

        UsbAlternate? bulkOnly = configuration.Alternates.Where(a => a.Type == UsbInterfaceType.BulkOnlyStorage).MinBy(a => a.Setting);
        if (bulkOnly is null)
        {
            return new PortVerdict.Denied(Refusal.DeviceUasOnly, "no setting speaks Bulk-Only Transport");
        }

        return Endpoints(bulkOnly) is not var (bulkIn, bulkOut)
            ? new PortVerdict.Denied(Refusal.DescriptorMalformed, "not exactly one bulk-in and one bulk-out endpoint")
            : new PortVerdict.Candidate(new AcceptedDevice
            {
                Name = device.Name,
                BusNumber = device.BusNumber,
                DeviceNumber = device.DeviceNumber,
                Speed = device.Speed,
                Configuration = configuration.Value,
                Interface = bulkOnly.Interface,
                Setting = bulkOnly.Setting,
                EndpointIn = bulkIn,
                EndpointOut = bulkOut,
                Digest = DeviceDigest.OfConnection(device),
            });
    }

    // BOT 1.0 §4.4: a bulk-in and a bulk-out endpoint. An interrupt endpoint, left over from older transports, is tolerated and never used.
    private static (byte In, byte Out)? Endpoints(UsbAlternate alternate)
    {
        List<UsbEndpoint> bulk = [.. alternate.Endpoints.Where(e => e.Type == UsbTransferType.Bulk)];
        return bulk.Count == 2 && bulk.Count(e => e.IsIn) == 1 && bulk.TrueForAll(e => e.MaxPacket is >= 8 and <= 1024)
            ? (bulk.First(e => e.IsIn).Address, bulk.First(e => !e.IsIn).Address)
            : null;
    }

    // Numbers only; bounded, as a device may have hundreds of settings.
    private static string Describe(UsbDescriptors descriptors) =>
        $"{descriptors.Device.VendorId:x4}:{descriptors.Device.ProductId:x4} interfaces {string.Join(' ', descriptors.EveryAlternate.Select(a => a.Type).Distinct().Take(8))}";
}
