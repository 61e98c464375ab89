using Gatekeeper.Rig.UsbRedir;
using Gatekeeper.Stick.Transport;

namespace Gatekeeper.Rig.Tests.Unit.UsbRedir;

/// <summary>The product's two pipes straight into an emulated device: what libusb, the guest's kernel and QEMU do, without them.</summary>
internal sealed class DevicePipe(UsbDevice device, ManualTime time) : IBulkPipe
{
    private const byte In = 0x81;
    private const byte Out = 0x02;
    private bool gone;

    /// <summary>How long a transfer really waits before it counts as timed out; then the whole limit passes on the manual clock.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromMilliseconds(150);

    public BulkResult Send(ReadOnlySpan<byte> data, int timeoutMilliseconds)
    {
        byte[] bytes = data.ToArray();
        UsbAnswer answer = Run(cancelled => device.OutAsync(Out, bytes, cancelled), timeoutMilliseconds);
        return new BulkResult(Status(answer), answer.Status == UsbStatus.Ok ? answer.Taken ?? bytes.Length : 0);
    }

    public BulkResult Receive(Span<byte> buffer, int timeoutMilliseconds)
    {
        int length = buffer.Length;
        UsbAnswer answer = Run(cancelled => device.InAsync(In, length, cancelled), timeoutMilliseconds);
        int moved = Math.Min(answer.Data.Length, length);
        answer.Data.Span[..moved].CopyTo(buffer);
        return new BulkResult(answer.Data.Length > length ? BulkStatus.Babble : Status(answer), moved);
    }

    public BulkStatus ClearHaltIn() => Control(0x02, ControlRequest.ClearFeature, In, 0, out _);

    public BulkStatus ClearHaltOut() => Control(0x02, ControlRequest.ClearFeature, Out, 0, out _);

    public BulkStatus MassStorageReset() => Control(0x21, 0xFF, 0, 0, out _);

    public BulkStatus GetMaxLun(out byte maxLun)
    {
        BulkStatus status = Control(0xA1, 0xFE, 0, 1, out ReadOnlyMemory<byte> data);
        maxLun = data.IsEmpty ? (byte)0 : data.Span[0];
        return status;
    }

    /// <summary>Any control request without data to the device.</summary>
    public BulkStatus Control(byte type, byte request, ushort index, ushort length, out ReadOnlyMemory<byte> data, ushort value = 0)
    {
        ControlRequest ask = new(DateTimeOffset.UtcNow, type, request, value, index, length, []);
        UsbAnswer answer = Run(cancelled => device.ControlAsync(ask, cancelled), 2000);
        data = answer.Data;
        return Status(answer);
    }

    private UsbAnswer Run(Func<CancellationToken, ValueTask<UsbAnswer>> transfer, int limit)
    {
        if (gone)
        {
            return UsbAnswer.Gone;
        }
        using CancellationTokenSource late = new(Patience);
        try
        {
            UsbAnswer answer = Task.Run(() => transfer(late.Token).AsTask()).GetAwaiter().GetResult();
            gone = answer.Status == UsbStatus.Gone;
            return answer;
        }
        catch (OperationCanceledException)
        {
            time.Wait(limit);
            return new UsbAnswer(UsbStatus.Timeout);
        }
    }

    private static BulkStatus Status(UsbAnswer answer) => answer.Status switch
    {
        UsbStatus.Ok => BulkStatus.Ok,
        UsbStatus.Stall => BulkStatus.Stall,
        UsbStatus.Timeout => BulkStatus.Timeout,
        UsbStatus.Babble => BulkStatus.Babble,
        UsbStatus.Gone => BulkStatus.Gone,
        _ => BulkStatus.Failed,
    };
}
