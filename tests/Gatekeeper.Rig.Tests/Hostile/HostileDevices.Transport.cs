using Gatekeeper.Release;
using Gatekeeper.Rig.UsbRedir;

namespace Gatekeeper.Rig.Tests.Hostile;

public static partial class HostileDevices
{
    private const Refusal Protocol = Refusal.StickProtocol;
    private const Refusal Slow = Refusal.StickTimeout;
    private const Refusal Gone = Refusal.StickGone;
    private const byte In = 0x81;

    private static IEnumerable<HostileDevice> Identities() =>
    [
        Leaving("a stick that leaves at its first READ and comes back as a keyboard", 0x28, _ => new UsbDevice(Alone(Keyboard(0)))),
        Leaving("a stick that turns into a modem when it is asked for its size", 0x25, _ => new UsbDevice(Alone(new InterfaceShape { Class = 2, Subclass = 2, Protocol = 1, Endpoints = [new(0x83, EndpointType.Interrupt)] }))),
        Leaving("a stick that comes back with a keyboard in it", 0x12, data => new BulkOnlyTarget(data).WithKeyboard(new KeyboardFunction())),
        Leaving("a stick that comes back as another stick", 0x28, data => new UsbDevice(new BulkOnlyTarget(data).Shape() with { ProductId = 2, Strings = ("Rig", "Other", "2") })),
    ];

    // BOT 1.0 §6.3 to §6.7, each rule broken in every answer to a READ.
    private static IEnumerable<HostileDevice> Wrappers() =>
    [
        OnReads("status wrappers with another signature", a => a with { Signature = 0x53425354 }, Protocol),
        OnReads("status wrappers of another command", a => a with { Tag = 0xFFFFFFFF }, Protocol),
        HostileDevice.Answer("residues above what was asked for", (c, a) => IsRead(c) ? a with { Residue = c.DataLength + 1 } : a, Protocol),
        // Real sticks do that while all bytes came; what they are worth is for the hashes to say.
        HostileDevice.Answer("residues that say that nothing came", (c, a) => IsRead(c) ? a with { Residue = c.DataLength } : a, Refusal.NoRelease),
        OnReads("phase errors", a => a with { Status = 2 }, Protocol),
        OnReads("a status that does not exist", a => a with { Status = 7 }, Protocol),
        OnReads("status wrappers of 12 bytes", a => a with { Wrapper = new byte[12] }, Protocol),
        OnReads("status wrappers of 26 bytes", a => a with { Wrapper = new byte[26] }, Protocol),
        OnReads("no status wrapper", a => a with { Wrapper = [] }, Slow, Protocol),
        OnReads("failures without a reason", a => new ScsiAnswer { Status = 1 }, Protocol),
        OnReads("failures for every reason but none", a => ScsiAnswer.Failed(Sense.ReadError), Protocol),
        OnReads("attentions without end", a => ScsiAnswer.Failed(Sense.PowerOn), Protocol),
        OnReads("another medium at the first READ", a => ScsiAnswer.Failed(Sense.MediumChanged), Gone),
        HostileDevice.Answer("a reason of 3 bytes", (c, a) => IsRead(c) ? ScsiAnswer.Failed(Sense.ReadError) : c.Opcode == 3 ? a with { Data = new byte[3] } : a, Protocol),
        HostileDevice.Answer("a reason that claims 255 more bytes", (c, a) => IsRead(c) ? ScsiAnswer.Failed(Sense.ReadError) : c.Opcode == 3 ? a with { Data = new byte[] { 0x70, 0, 3, 0, 0, 0, 0, 255, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 } } : a, Protocol),
    ];

    private static IEnumerable<HostileDevice> Transfers() =>
    [
        HostileDevice.Wire("stalls on everything that it should send", d => d.OnTransfer = (t, honest, _) => t.Endpoint == In ? ValueTask.FromResult(UsbAnswer.Stall) : honest(), Protocol),
        HostileDevice.Wire("stalls on every command", d => d.OnTransfer = (t, honest, _) => t.Endpoint != In ? ValueTask.FromResult(UsbAnswer.Stall) : honest(), Protocol),
        HostileDevice.Wire("halts that do not clear", d =>
        {
            d.OnTransfer = (t, honest, _) => t.Endpoint == In ? ValueTask.FromResult(UsbAnswer.Stall) : honest();
            d.OnControl = Instead(r => r.RequestType != 0x80 && r.Request is ControlRequest.ClearFeature or 0xFF, _ => UsbAnswer.Stall);
        }, Protocol, Gone),
        HostileDevice.Wire("more bytes than asked for, at INQUIRY", d => d.OnTransfer = async (t, honest, _) => t is { Endpoint: In, Length: 36 } ? UsbAnswer.Ok(new byte[1024]) : await honest(), Protocol, Gone),
        HostileDevice.Wire("more bytes than asked for, at every READ", d => d.OnTransfer = async (t, honest, _) => t is { Endpoint: In, Length: >= 512 } ? UsbAnswer.Ok(new byte[t.Length + 512]) : await honest(), Protocol, Gone),
        OnReads("half of what was asked for", a => a with { Data = a.Data[..(a.Data.Length / 2)] }, Protocol),
        OnReads("half of what was asked for, and all of it claimed", a => a with { Data = a.Data[..(a.Data.Length / 2)], StallAfterData = false, Residue = 0 }, Protocol),
        OnReads("more data than asked for", a => a with { Data = new byte[a.Data.Length + 512] }, Protocol),
        OnReads("one byte of what was asked for", a => a with { Data = a.Data[..1], StallAfterData = false }, Protocol),
        HostileDevice.Wire("no answer to anything, for ever", d => d.OnTransfer = (t, honest, cancelled) => t.Endpoint == In ? UsbAnswer.NeverAsync(cancelled) : honest(), Slow, Protocol),
        OnReads("no answer to a READ, for ever", a => a with { Hang = true }, Slow, Protocol),
        HostileDevice.Stick("one byte a second", t => t.BytesPerSecond = 1, Slow, Protocol),
        HostileDevice.Stick("two seconds for every command", t => t.CommandDelay = TimeSpan.FromSeconds(2), Slow, Protocol, Refusal.NoRelease),
        .. Enumerable.Range(1, 8).Select(n => HostileDevice.Answer($"a stick that is pulled at command {n}", (c, a) => a with { Detach = c.Number == n }, Gone)),
        HostileDevice.Wire("a number of units that stalls for ever", d => d.OnControl = Instead(r => r is { RequestType: 0xA1, Request: 0xFE }, _ => UsbAnswer.Stall), Refusal.NoRelease),
        HostileDevice.Stick("256 units", t => t.MaxLun = 255, Refusal.NoRelease, Protocol),
        HostileDevice.Wire("a number of units of 2 bytes", d => d.OnControl = Instead(r => r is { RequestType: 0xA1, Request: 0xFE }, _ => UsbAnswer.Ok(new byte[2])), Refusal.NoRelease, Protocol, Gone),
    ];

    private static HostileDevice OnReads(string name, Func<ScsiAnswer, ScsiAnswer> change, params Refusal[] codes)
        => HostileDevice.Answer(name, (command, answer) => IsRead(command) ? change(answer) : answer, codes);

    private static HostileDevice Leaving(string name, byte opcode, Func<IStickData, UsbDevice> then) => new(name, data =>
    {
        BulkOnlyTarget target = new(data) { OnCommand = (command, answer) => answer with { Detach = command.Opcode == opcode } };
        UsbDevice device = target.Device();
        device.Then = (then(data), TimeSpan.FromMilliseconds(300));
        return device;
    }, Refusal.DeviceChanged)
    { ClosesThePort = true, NeedsABus = true };

    private static DeviceShape Alone(InterfaceShape only) => new() { Configurations = [new ConfigurationShape { Interfaces = [only] }] };

    private static bool IsRead(SeenCommand command) => command.Opcode is 0x28 or 0x88;
}
