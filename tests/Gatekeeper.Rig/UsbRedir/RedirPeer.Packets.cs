namespace Gatekeeper.Rig.UsbRedir;

/// <summary>What comes from the host, and who answers it.</summary>
public sealed partial class RedirPeer
{
    private async Task ReadAsync()
    {
        await GuardAsync(async () =>
        {
            while (await reader.ReadAsync(stop.Token) is { } packet)
            {
                Take(packet);
            }
        });
        TakeOut(null);
        acknowledged.TrySetResult(); // nobody is left who could
    }

    private void Take(RedirPacket packet)
    {
        switch (packet.Type)
        {
            case RedirType.DisconnectAck:
                acknowledged.TrySetResult();
                return;
            case RedirType.CancelDataPacket:
                Cancel(packet.Id);
                return;
        }
        if (Device is not { } device)
        {
            return; // sent before the host knew that the device is out
        }
        switch (packet.Type)
        {
            case RedirType.Reset:
                CancelAll();
                device.Reset();
                break;
            case RedirType.SetConfiguration or RedirType.GetConfiguration or RedirType.SetAlternate or RedirType.GetAlternate:
                Begin(device, packet, 0, cancelled => StateAsync(device, packet, cancelled));
                break;
            case RedirType.ControlPacket:
                ControlBody control = ControlBody.ReadRequest(packet.Body);
                Begin(device, packet, 0, cancelled => ControlAsync(device, control, cancelled));
                break;
            case RedirType.BulkPacket:
                BulkBody bulk = BulkBody.ReadRequest(packet.Body);
                Begin(device, packet, bulk.Endpoint, cancelled => BulkAsync(device, bulk, cancelled));
                break;
            case RedirType.InterruptPacket:
                InterruptBody interrupt = InterruptBody.Read(packet.Body);
                Begin(device, packet, interrupt.Endpoint, cancelled => InterruptOutAsync(device, interrupt, cancelled));
                break;
            case RedirType.StartInterruptReceiving:
                StartPolling(device, packet);
                break;
            case RedirType.StopInterruptReceiving:
                StopPolling(packet);
                break;
            default:
                throw new RigException($"usbredir: packet type {packet.Type} was not offered");
        }
    }

    private static async Task<RedirPacket?> ControlAsync(UsbDevice device, ControlBody ask, CancellationToken cancelled)
    {
        ControlRequest request = new(DateTimeOffset.UtcNow, ask.RequestType, ask.Request, ask.Value, ask.Index, ask.Length, ask.Data);
        UsbAnswer answer = await device.ControlAsync(request, cancelled);
        byte[] data = request.IsIn ? answer.Data.ToArray() : [];
        ushort length = checked((ushort)(request.IsIn ? data.Length : answer.Taken ?? ask.Data.Length));
        return answer.Status == UsbStatus.Gone ? null
            : new RedirPacket(RedirType.ControlPacket, 0, (ask with { Status = answer.Status, Length = length, Data = data }).ToBytes());
    }

    private static async Task<RedirPacket?> BulkAsync(UsbDevice device, BulkBody ask, CancellationToken cancelled)
    {
        bool isIn = (ask.Endpoint & 0x80) != 0;
        UsbAnswer answer = await (isIn ? device.InAsync(ask.Endpoint, ask.Length, cancelled) : device.OutAsync(ask.Endpoint, ask.Data, cancelled));
        byte[] data = isIn ? answer.Data.ToArray() : [];
        int taken = answer.Status == UsbStatus.Ok ? answer.Taken ?? ask.Data.Length : 0;
        return answer.Status == UsbStatus.Gone ? null
            : new RedirPacket(RedirType.BulkPacket, 0, (ask with { Status = answer.Status, Length = isIn ? data.Length : taken, Data = data }).ToBytes());
    }

    private static async Task<RedirPacket?> InterruptOutAsync(UsbDevice device, InterruptBody ask, CancellationToken cancelled)
    {
        UsbAnswer answer = await device.OutAsync(ask.Endpoint, ask.Data, cancelled);
        return answer.Status == UsbStatus.Gone ? null
            : new RedirPacket(RedirType.InterruptPacket, 0, (ask with { Status = answer.Status, Data = [] }).ToBytes());
    }

    // SET and GET of configuration and alternate setting have packets of their own. They become requests like any other, so that a hook sees them.
    private async Task<RedirPacket?> StateAsync(UsbDevice device, RedirPacket packet, CancellationToken cancelled)
    {
        byte[] body = packet.Body;
        ControlRequest Request(byte type, byte request, ushort value = 0, ushort index = 0, ushort length = 0)
            => new(DateTimeOffset.UtcNow, type, request, value, index, length, []);
        ControlRequest request = packet.Type switch
        {
            RedirType.SetConfiguration when body.Length >= 1 => Request(0x00, ControlRequest.SetConfiguration, value: body[0]),
            RedirType.GetConfiguration => Request(0x80, ControlRequest.GetConfiguration, length: 1),
            RedirType.SetAlternate when body.Length >= 2 => Request(0x01, ControlRequest.SetInterface, value: body[1], index: body[0]),
            RedirType.GetAlternate when body.Length >= 1 => Request(0x81, ControlRequest.GetInterface, index: body[0], length: 1),
            _ => throw new RigException($"usbredir: {packet.Type} of {body.Length} bytes"),
        };
        UsbAnswer answer = await device.ControlAsync(request, cancelled);
        if (answer.Status == UsbStatus.Gone)
        {
            return null;
        }
        if (answer.Status == UsbStatus.Ok && !request.IsIn)
        {
            await SendShapeAsync(device); // before the status: the host then uses the endpoints
        }
        byte value = request.IsIn ? (answer.Data.IsEmpty ? (byte)0 : answer.Data.Span[0]) : (byte)request.Value;
        return packet.Type is RedirType.SetConfiguration or RedirType.GetConfiguration
            ? new RedirPacket(RedirType.ConfigurationStatus, 0, [(byte)answer.Status, value])
            : new RedirPacket(RedirType.AlternateStatus, 0, [(byte)answer.Status, (byte)request.Index, value]);
    }
}
