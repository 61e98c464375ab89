namespace Gatekeeper.Rig.UsbRedir;

/// <summary>The standard requests of USB 2.0 §9.4 and USB 3.2 §9.4. SET_ADDRESS never arrives: QEMU answers it.</summary>
public sealed partial class UsbDevice
{
    private const ushort EndpointHalt = 0;

    private UsbAnswer Answer(ControlRequest request)
    {
        UsbAnswer? answer = request.IsStandard ? Standard(request) : null;
        answer ??= request.Recipient == 1 ? FunctionOf(request)?.Control(request) : null;
        return answer is { } given ? Cut(given, request) : UsbAnswer.Stall;
    }

    // USB 2.0 §9.3.5: never more than wLength.
    private static UsbAnswer Cut(UsbAnswer answer, ControlRequest request)
        => answer.Data.Length > request.Length ? answer with { Data = answer.Data[..request.Length] } : answer;

    private UsbAnswer? Standard(ControlRequest request) => (request.RequestType, request.Request) switch
    {
        (0x80, ControlRequest.GetDescriptor) => Shape.Descriptor(request.DescriptorType, request.DescriptorIndex) is { } bytes ? UsbAnswer.Ok(bytes) : null,
        (0x00, ControlRequest.SetConfiguration) => Configure(request.Value & 0xFF),
        (0x80, ControlRequest.GetConfiguration) => UsbAnswer.Ok(new[] { (byte)Configuration }),
        (0x01, ControlRequest.SetInterface) => SetAlternate((byte)request.Index, (byte)request.Value),
        (0x81, ControlRequest.GetInterface) => Active.FirstOrDefault(i => i.Number == request.Index) is { } one ? UsbAnswer.Ok(new[] { one.Alternate }) : null,
        (0x80 or 0x81, ControlRequest.GetStatus) => UsbAnswer.Ok(new byte[2]),
        (0x82, ControlRequest.GetStatus) => UsbAnswer.Ok(new byte[] { IsHalted((byte)request.Index) ? (byte)1 : (byte)0, 0 }),
        (0x02, ControlRequest.ClearFeature) when request.Value == EndpointHalt => Halt((byte)request.Index, false),
        (0x02, ControlRequest.SetFeature) when request.Value == EndpointHalt => Halt((byte)request.Index, true),
        (0x00 or 0x01, ControlRequest.ClearFeature or ControlRequest.SetFeature) => UsbAnswer.Ok(), // remote wake-up, U1, U2: allowed and without effect
        (0x00, ControlRequest.SetSel or ControlRequest.SetIsochDelay) when Shape.Speed == BusSpeed.Super => UsbAnswer.Ok(),
        _ => null,
    };

    private IUsbFunction? FunctionOf(ControlRequest request) => Active.FirstOrDefault(i => i.Number == (request.Index & 0xFF))?.Function;

    private UsbAnswer? Configure(int value)
    {
        ConfigurationShape? wanted = Shape.Configurations.FirstOrDefault(c => c.Value == value);
        if (wanted is null && value != 0)
        {
            return null;
        }
        lock (gate)
        {
            configuration = wanted;
        }
        Forget(); // USB 2.0 §9.4.7, §9.1.1.5: every setting is 0 again, every halt gone
        return UsbAnswer.Ok();
    }

    private UsbAnswer? SetAlternate(byte number, byte alternate)
    {
        lock (gate)
        {
            if (configuration?.Interfaces.FirstOrDefault(i => i.Number == number && i.Alternate == alternate) is not { } wanted)
            {
                return null;
            }
            alternates[number] = alternate;
            halted.ExceptWith(wanted.Endpoints.Select(e => e.Address)); // USB 2.0 §9.4.10
        }
        return UsbAnswer.Ok();
    }

    private bool IsHalted(byte endpoint)
    {
        lock (gate)
        {
            return halted.Contains(endpoint);
        }
    }

    private UsbAnswer Halt(byte endpoint, bool halt)
    {
        lock (gate)
        {
            _ = halt ? halted.Add(endpoint) : halted.Remove(endpoint);
        }
        return UsbAnswer.Ok();
    }
}
