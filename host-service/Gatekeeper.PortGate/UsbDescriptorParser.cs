using System.Buffers.Binary;
using System.Collections.Immutable;
using Gatekeeper.Release;

namespace Gatekeeper.PortGate;

/// <summary>
/// Reads the bytes of sysfs' <c>descriptors</c>: one device descriptor, then bNumConfigurations configurations,
/// each as long as its wTotalLength says, and nothing behind them.
/// <code>
/// device (18)  configuration (9)  { interface (9) { endpoint (7 or 9) | other (2..255) } }  configuration (9) ...
/// </code>
/// The kernel keeps what the device sent, after trimming; where the two disagree the walk ends short and is refused.
/// </summary>
internal static class UsbDescriptorParser
{
    private const byte TypeDevice = 1;
    private const byte TypeConfiguration = 2;
    private const byte TypeInterface = 4;
    private const byte TypeEndpoint = 5;

    public static UsbDescriptors Parse(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > Limits.MaxDescriptorBytes)
        {
            throw Malformed($"{bytes.Length} bytes of descriptors, at most {Limits.MaxDescriptorBytes} are read");
        }

        // USB 2.0 §9.6.1: the device descriptor is 18 bytes, at least one configuration.
        if (bytes.Length < 18 || bytes[0] != 18 || bytes[1] != TypeDevice)
        {
            throw Malformed("no device descriptor");
        }

        var device = new UsbDeviceDescriptor(
            BinaryPrimitives.ReadUInt16LittleEndian(bytes[2..]),
            bytes[4],
            bytes[5],
            bytes[6],
            BinaryPrimitives.ReadUInt16LittleEndian(bytes[8..]),
            BinaryPrimitives.ReadUInt16LittleEndian(bytes[10..]));
        int count = bytes[17];
        if (count is 0 or > Limits.MaxConfigurations)
        {
            throw Malformed($"{count} configurations");
        }

        ImmutableArray<UsbConfiguration>.Builder configurations = ImmutableArray.CreateBuilder<UsbConfiguration>(count);
        ReadOnlySpan<byte> rest = bytes[18..];
        for (int i = 0; i < count; i++)
        {
            configurations.Add(ReadConfiguration(ref rest));
        }

        if (!rest.IsEmpty)
        {
            throw Malformed($"{rest.Length} bytes behind the last configuration");
        }

        // USB 2.0 §9.4.7 chooses a configuration by its value, so two with one value are one lie.
        if (configurations.Select(c => c.Value).Distinct().Count() != count)
        {
            throw Malformed("two configurations with one value");
        }

        return new UsbDescriptors(device, configurations.MoveToImmutable());
    }

    private static UsbConfiguration ReadConfiguration(ref ReadOnlySpan<byte> rest)
    {
        // USB 2.0 §9.6.3.
        if (rest.Length < 9 || rest[0] != 9 || rest[1] != TypeConfiguration)
        {
            throw Malformed("no configuration descriptor where one must be");
        }

        int total = BinaryPrimitives.ReadUInt16LittleEndian(rest[2..]);
        if (total < 9 || total > rest.Length)
        {
            throw Malformed($"wTotalLength {total} where {rest.Length} bytes are left");
        }

        byte interfaces = rest[4];
        byte value = rest[5];
        ImmutableArray<UsbAlternate> alternates = ReadAlternates(rest[9..total]);
        rest = rest[total..];
        if (value == 0)
        {
            // USB 2.0 §9.4.7: value 0 means "not configured".
            throw Malformed("configuration value 0");
        }

        if (interfaces > Limits.MaxInterfaces || alternates.Select(a => a.Interface).Distinct().Count() != interfaces)
        {
            throw Malformed($"bNumInterfaces {interfaces} is not the number of interfaces");
        }

        return new UsbConfiguration(value, interfaces, alternates);
    }

    private static ImmutableArray<UsbAlternate> ReadAlternates(ReadOnlySpan<byte> body)
    {
        ImmutableArray<UsbAlternate>.Builder alternates = ImmutableArray.CreateBuilder<UsbAlternate>();
        while (!body.IsEmpty)
        {
            ReadOnlySpan<byte> one = Next(ref body);
            switch (one[1])
            {
                case TypeInterface:
                    alternates.Add(ReadInterface(one, ref body));
                    if (alternates.Count > Limits.MaxAlternates)
                    {
                        throw Malformed($"more than {Limits.MaxAlternates} alternate settings");
                    }

                    break;
                case TypeEndpoint:
                    throw Malformed("endpoint outside an interface");
                case TypeDevice or TypeConfiguration:
                    throw Malformed($"descriptor type {one[1]} inside a configuration");
                default:
                    break; // interface association, OTG, class and vendor descriptors
            }
        }

        var seen = new HashSet<(byte, byte)>();
        foreach (UsbAlternate alternate in alternates)
        {
            if (!seen.Add((alternate.Interface, alternate.Setting)))
            {
                throw Malformed($"interface {alternate.Interface} setting {alternate.Setting} twice");
            }
        }

        // USB 2.0 §9.2.3: alternate setting 0 is the default setting of every interface.
        foreach (UsbAlternate alternate in alternates)
        {
            if (!seen.Contains((alternate.Interface, 0)))
            {
                throw Malformed($"interface {alternate.Interface} has no setting 0");
            }
        }

        return alternates.ToImmutable();
    }

    private static UsbAlternate ReadInterface(scoped ReadOnlySpan<byte> head, ref ReadOnlySpan<byte> body)
    {
        // USB 2.0 §9.6.5.
        if (head.Length != 9)
        {
            throw Malformed($"interface descriptor of {head.Length} bytes");
        }

        byte number = head[2];
        if (number >= Limits.MaxInterfaces)
        {
            throw Malformed($"interface number {number}");
        }

        int count = head[4];
        ImmutableArray<UsbEndpoint>.Builder endpoints = ImmutableArray.CreateBuilder<UsbEndpoint>();
        while (!body.IsEmpty && !StartsInterface(body))
        {
            ReadOnlySpan<byte> one = Next(ref body);
            if (one[1] is TypeDevice or TypeConfiguration)
            {
                throw Malformed($"descriptor type {one[1]} inside a configuration");
            }

            if (one[1] == TypeEndpoint)
            {
                endpoints.Add(ReadEndpoint(one, endpoints));
            }
        }

        if (endpoints.Count != count)
        {
            throw Malformed($"bNumEndpoints {count}, {endpoints.Count} endpoints");
        }

        return new UsbAlternate(number, head[3], new UsbInterfaceType(head[5], head[6], head[7]), endpoints.ToImmutable());
    }

    private static UsbEndpoint ReadEndpoint(ReadOnlySpan<byte> one, IEnumerable<UsbEndpoint> before)
    {
        // USB 2.0 §9.6.6; the audio class adds two bytes (Audio 1.0 §4.4.2.1).
        if (one.Length is not (7 or 9))
        {
            throw Malformed($"endpoint descriptor of {one.Length} bytes");
        }

        byte address = one[2];
        if ((address & 0x70) != 0 || (address & 0x0f) == 0)
        {
            throw Malformed($"endpoint address {address:x2}");
        }

        if (before.Any(e => e.Address == address))
        {
            throw Malformed($"endpoint address {address:x2} twice");
        }

        return new UsbEndpoint(address, (UsbTransferType)(one[3] & 3), BinaryPrimitives.ReadUInt16LittleEndian(one[4..]));
    }

    // An interface association descriptor (USB 3.2 §9.6.4) stands before the interfaces it joins, so it does not end one: only the next interface does.
    private static bool StartsInterface(ReadOnlySpan<byte> body) => body.Length >= 2 && body[1] == TypeInterface;

    private static ReadOnlySpan<byte> Next(ref ReadOnlySpan<byte> body)
    {
        // USB 2.0 §9.5: every descriptor begins with its length and its type.
        if (body.Length < 2 || body[0] < 2 || body[0] > body.Length)
        {
            throw Malformed($"descriptor length {body[0]} where {body.Length} bytes are left");
        }

        ReadOnlySpan<byte> one = body[..body[0]];
        body = body[body[0]..];
        return one;
    }

    private static RefusedException Malformed(string detail) => new(Refusal.DescriptorMalformed, detail);
}
