using Gatekeeper.Release;
using Gatekeeper.Rig.UsbRedir;

namespace Gatekeeper.Rig.Tests.Hostile;

/// <summary>The catalogue of devices that misbehave, one way each.</summary>
public static partial class HostileDevices
{
    private const Refusal Malformed = Refusal.DescriptorMalformed;
    private const Refusal Composite = Refusal.DeviceComposite;

    /// <summary>Every one of them.</summary>
    public static IReadOnlyList<HostileDevice> All { get; } = [.. Lengths(), .. Endpoints(), .. Settings(), .. Stores(), .. Identities(), .. Wrappers(), .. Transfers(), .. Media(), .. Contents()];

    // USB 2.0 §9.5: who reads on by a length that is a lie reads somebody else's bytes.
    private static IEnumerable<HostileDevice> Lengths() =>
    [
        Configured("a configuration that says it is longer than it is", c => c with { TotalLength = 96 }, Malformed),
        Configured("a configuration that is cut off within an endpoint", c => c with { TotalLength = 28 }, Malformed),
        Configured("a configuration of 9 bytes that has an interface", c => c with { TotalLength = 9 }, Malformed),
        Configured("a configuration that counts an interface too many", c => c with { InterfaceCount = 2 }, Malformed, Composite),
        Configured("a configuration that counts no interface", c => c with { InterfaceCount = 0 }, Malformed, Refusal.DeviceNotAllowed),
        Interfaced("a descriptor of length 0", i => i with { Extra = [0, 0x24] }, Malformed),
        Interfaced("a descriptor of length 1", i => i with { Extra = [1, 0x24] }, Malformed),
        Interfaced("a descriptor that reaches beyond the end", i => i with { Endpoints = [.. i.Endpoints, new EndpointShape(0x83, EndpointType.Interrupt) { Extra = [200, 0x24] }] }, Malformed),
        Configured("an interface of 5 bytes", c => c with { Body = [5, 4, 0, 0, 2], InterfaceCount = 1 }, Malformed),
        Configured("an endpoint before its interface", c => c with { Body = [7, 5, 0x81, 2, 0, 2, 0, .. c.Interfaces[0].ToBytes(BusSpeed.High)], InterfaceCount = 1 }, Malformed),
    ];

    private static IEnumerable<HostileDevice> Endpoints() =>
    [
        Interfaced("an interface that counts an endpoint too many", i => i with { EndpointCount = 3 }, Malformed),
        Interfaced("an interface that counts an endpoint too few", i => i with { EndpointCount = 1 }, Malformed),
        Interfaced("an interface without endpoints", i => i with { Endpoints = [] }, Malformed),
        Interfaced("two bulk endpoints that both send", i => i with { Endpoints = [new(0x81, EndpointType.Bulk), new(0x82, EndpointType.Bulk)] }, Malformed),
        Interfaced("one endpoint twice", i => i with { Endpoints = [i.Endpoints[0], i.Endpoints[0]] }, Malformed),
        Interfaced("endpoints with the number of the control pipe", i => i with { Endpoints = [new(0x80, EndpointType.Bulk), new(0x00, EndpointType.Bulk)] }, Malformed),
        Interfaced("packets of 0 bytes", i => i with { Endpoints = [i.Endpoints[0] with { MaxPacket = 0 }, i.Endpoints[1]] }, Malformed),
        Interfaced("packets of 2047 bytes", i => i with { Endpoints = [i.Endpoints[0] with { MaxPacket = 2047 }, i.Endpoints[1]] }, Malformed),
        Interfaced("isochronous endpoints for storage", i => i with { Endpoints = [new(0x81, EndpointType.Isochronous) { Interval = 1 }, new(0x02, EndpointType.Isochronous) { Interval = 1 }] }, Malformed),
    ];

    private static IEnumerable<HostileDevice> Settings() =>
    [
        Configured("setting 0 twice", c => c with { Interfaces = [c.Interfaces[0], c.Interfaces[0]] }, Malformed),
        Configured("a keyboard as the 100th setting", c => c with { Interfaces = [.. Copies(c.Interfaces[0], 99), Keyboard(0) with { Alternate = 99 }] }, Composite, Malformed),
        Configured("33 interfaces", c => c with { Interfaces = [.. Enumerable.Range(0, 33).Select(n => c.Interfaces[0] with { Number = (byte)n })] }, Composite, Malformed),
        HostileDevice.Shape("a vendor's device class", s => s with { Class = 0xFF }, Composite),
        HostileDevice.Shape("a hub's device class", s => s with { Class = 9, Protocol = 1 }, Composite),
        HostileDevice.Shape("a second configuration that is not there", s => s with { ConfigurationCount = 2 }) with { NeedsABus = true },
        HostileDevice.Shape("no configuration", s => s with { ConfigurationCount = 0 }) with { NeedsABus = true },
        HostileDevice.Shape("a second configuration with a keyboard", s => s with { Configurations = [s.Configurations[0], new ConfigurationShape { Value = 2, Interfaces = [Keyboard(0)] }] }, Composite),
        Configured("a keyboard as another setting", c => c with { Interfaces = [c.Interfaces[0], Keyboard(0) with { Alternate = 1 }] }, Composite),
        Configured("a keyboard beside it", c => c with { Interfaces = [c.Interfaces[0], Keyboard(1)] }, Composite),
        Configured("a network card beside it", c => c with { Interfaces = [c.Interfaces[0], new InterfaceShape { Number = 1, Class = 2, Subclass = 6, Endpoints = [new(0x83, EndpointType.Interrupt)] }] }, Composite),
    ];

    private static IEnumerable<HostileDevice> Stores() =>
    [
        new("a binary object store that says it is 65,535 bytes long", data => new UsbDevice(new BulkOnlyTarget(data).Shape() with { Bos = [5, 15, 0xFF, 0xFF, 1] }), Refusal.NoRelease) { NeedsABus = true },
        new("a binary object store of 255 capabilities that are not there", data => new UsbDevice(new BulkOnlyTarget(data).Shape() with { Bos = [5, 15, 5, 0, 255] }), Refusal.NoRelease) { NeedsABus = true },
        HostileDevice.Shape("names with line ends, escapes and reversed text", s => s with { Strings = ("\u001b[2J\u001b[H", "\n1 accepted\n", "\u202e\u0000\uffff") }, Refusal.NoRelease),
        HostileDevice.Wire("names that are longer than they say", d => d.OnControl = Instead(r => r.AsksFor(3) && r.DescriptorIndex > 0, _ => UsbAnswer.Ok(new byte[] { 4, 3, 65, 0, 66, 0, 67, 0 })), Refusal.NoRelease),
        HostileDevice.Wire("names of an odd number of bytes", d => d.OnControl = Instead(r => r.AsksFor(3) && r.DescriptorIndex > 0, _ => UsbAnswer.Ok(new byte[] { 5, 3, 65, 0, 66 })), Refusal.NoRelease),
        HostileDevice.Wire("another configuration at the second reading", d => d.OnControl = Instead(r => r.AsksFor(2) && r.Length > 9, _ => UsbAnswer.Ok(Swapped(d))), Refusal.DeviceNotAllowed) with { NeedsABus = true },
        HostileDevice.Wire("a configuration that stalls", d => d.OnControl = Instead(r => r.AsksFor(2), _ => UsbAnswer.Stall)) with { NeedsABus = true },
    ];

    private static HostileDevice Configured(string name, Func<ConfigurationShape, ConfigurationShape> change, params Refusal[] codes)
        => HostileDevice.Shape(name, s => s with { Configurations = [change(s.Configurations[0])] }, codes);

    private static HostileDevice Interfaced(string name, Func<InterfaceShape, InterfaceShape> change, params Refusal[] codes)
        => Configured(name, c => c with { Interfaces = [change(c.Interfaces[0])] }, codes);

    private static IEnumerable<InterfaceShape> Copies(InterfaceShape setting, int count) => Enumerable.Range(0, count).Select(n => setting with { Alternate = (byte)n });

    private static InterfaceShape Keyboard(byte number) => new KeyboardFunction().Interface(number);

    // As long as the honest one: the first reading has said how long it is.
    private static byte[] Swapped(UsbDevice device)
    {
        byte[] honest = device.Shape.Descriptor(2, 0)!;
        honest[9 + 5] = 3;
        return honest;
    }

    private static ControlHook Instead(Func<ControlRequest, bool> when, Func<ControlRequest, UsbAnswer> answer)
        => (request, honest, _) => when(request) ? ValueTask.FromResult(answer(request)) : honest();
}
