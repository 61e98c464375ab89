namespace Gatekeeper.Rig.UsbRedir;

/// <summary>Transfers under way: one after the other on an endpoint, each ended by its answer, the host's cancel, a reset or a pull.</summary>
public sealed partial class RedirPeer
{
    private readonly Dictionary<byte, Task> last = [];
    private readonly Dictionary<ulong, CancellationTokenSource> underWay = [];
    private readonly Dictionary<byte, CancellationTokenSource> polls = [];

    private void Begin(UsbDevice device, RedirPacket packet, byte endpoint, Func<CancellationToken, Task<RedirPacket?>> answer)
    {
        CancellationTokenSource cancel = new(); // holds nothing that must be disposed: no timer, no link
        lock (gate)
        {
            underWay[packet.Id] = cancel;
            Task before = last.GetValueOrDefault(endpoint, Task.CompletedTask);
            last[endpoint] = Keep(RunAsync(device, packet, before, answer, cancel));
        }
    }

    private async Task RunAsync(
        UsbDevice device, RedirPacket packet, Task before, Func<CancellationToken, Task<RedirPacket?>> answer, CancellationTokenSource cancel)
    {
        await before;
        await GuardAsync(async () =>
        {
            RedirPacket? said;
            try
            {
                said = await Task.Run(() => answer(cancel.Token), cancel.Token);
                // An answer that comes in the moment of the cancel is lost, as on a real bus.
                said = said is not null && cancel.IsCancellationRequested ? Cancelled(packet) : said;
            }
            catch (OperationCanceledException) when (cancel.IsCancellationRequested)
            {
                said = Cancelled(packet);
            }
            finally
            {
                lock (gate)
                {
                    underWay.Remove(packet.Id);
                }
            }
            if (said is null)
            {
                _ = Keep(GuardAsync(() => LeaveAsync(device))); // not awaited: it ends this endpoint's transfers
            }
            else if (Device == device)
            {
                await writer.WriteAsync(said with { Id = packet.Id }, stop.Token);
            }
        });
    }

    // The same packet back with status "cancelled" and nothing done.
    private static RedirPacket Cancelled(RedirPacket packet) => packet.Type switch
    {
        RedirType.ControlPacket => packet with { Body = (ControlBody.Read(packet.Body) with { Status = UsbStatus.Cancelled, Length = 0, Data = [] }).ToBytes() },
        RedirType.BulkPacket => packet with { Body = (BulkBody.Read(packet.Body) with { Status = UsbStatus.Cancelled, Length = 0, Data = [] }).ToBytes() },
        RedirType.InterruptPacket => packet with { Body = (InterruptBody.Read(packet.Body) with { Status = UsbStatus.Cancelled, Length = 0, Data = [] }).ToBytes() },
        RedirType.SetAlternate or RedirType.GetAlternate => new RedirPacket(RedirType.AlternateStatus, packet.Id, [(byte)UsbStatus.Cancelled, packet.Body[0], 0]),
        _ => new RedirPacket(RedirType.ConfigurationStatus, packet.Id, [(byte)UsbStatus.Cancelled, 0]),
    };

    private void Cancel(ulong id)
    {
        CancellationTokenSource? transfer;
        lock (gate)
        {
            transfer = underWay.GetValueOrDefault(id); // not there: its answer is on the way already
        }
        transfer?.Cancel();
    }

    private void CancelAll()
    {
        // Outside the lock: what waits for the cancel may go on inside it.
        CancellationTokenSource[] all;
        lock (gate)
        {
            all = [.. underWay.Values, .. polls.Values];
            polls.Clear();
        }
        foreach (CancellationTokenSource one in all)
        {
            one.Cancel();
        }
    }

    private void StartPolling(UsbDevice device, RedirPacket packet)
    {
        byte endpoint = EndEarlierPoll(packet);
        CancellationTokenSource cancel = new();
        lock (gate)
        {
            polls[endpoint] = cancel;
        }
        _ = Keep(GuardAsync(async () =>
        {
            await PollStatusAsync(packet, endpoint);
            await PollAsync(device, endpoint, cancel.Token);
        }));
    }

    // What the device has to say goes out unasked, under ids of its own that the host does not look at.
    private async Task PollAsync(UsbDevice device, byte endpoint, CancellationToken cancelled)
    {
        EndpointShape? shape = device.Active.SelectMany(i => i.Endpoints).FirstOrDefault(e => e.Address == endpoint);
        int length = shape?.MaxPacketAt(device.Shape.Speed) ?? 8;
        for (ulong id = 0; !cancelled.IsCancellationRequested; id++)
        {
            UsbAnswer answer = await device.InAsync(endpoint, length, cancelled);
            if (answer.Status == UsbStatus.Gone)
            {
                _ = Keep(GuardAsync(() => LeaveAsync(device)));
                return;
            }
            byte[] data = answer.Data.ToArray();
            await writer.WriteAsync(
                new RedirPacket(RedirType.InterruptPacket, id, new InterruptBody(endpoint, answer.Status, checked((ushort)data.Length), data).ToBytes()), cancelled);
            if (answer.Status != UsbStatus.Ok)
            {
                return;
            }
        }
    }

    private void StopPolling(RedirPacket packet)
    {
        byte endpoint = EndEarlierPoll(packet);
        _ = Keep(GuardAsync(() => PollStatusAsync(packet, endpoint)));
    }

    private byte EndEarlierPoll(RedirPacket packet)
    {
        byte endpoint = packet.Body.Length == 1 ? packet.Body[0] : throw new RigException($"usbredir: {packet.Type} of {packet.Body.Length} bytes");
        CancellationTokenSource? running;
        lock (gate)
        {
            polls.Remove(endpoint, out running);
        }
        running?.Cancel();
        return endpoint;
    }

    private Task PollStatusAsync(RedirPacket packet, byte endpoint)
        => writer.WriteAsync(new RedirPacket(RedirType.InterruptReceivingStatus, packet.Id, [(byte)UsbStatus.Ok, endpoint]), stop.Token);

    private Task Keep(Task task)
    {
        lock (gate)
        {
            work.RemoveAll(done => done.IsCompleted);
            work.Add(task);
        }
        return task;
    }

    // The end of everything that runs by itself: a connection that is gone is an end like any other, what is left over is a test's to see.
    private async Task GuardAsync(Func<Task> act)
    {
        try
        {
            await act();
        }
        catch (Exception end) when (end is IOException or OperationCanceledException or EndOfStreamException or ObjectDisposedException)
        {
            // QEMU has closed the connection, or this side did.
        }
        catch (Exception fault)
        {
            Fault ??= fault;
            await stop.CancelAsync();
        }
    }
}
