using System.Threading.Channels;

namespace Gatekeeper.Rig.UsbRedir;

/// <summary>A HID boot keyboard (HID 1.11 appendix B.1): its interrupt endpoint sends the keys that a test presses.</summary>
public sealed class KeyboardFunction : IUsbFunction
{
    private const byte ClassHid = 3;
    private const byte DescriptorHid = 0x21;
    private const byte DescriptorReport = 0x22;
    private const byte GetReport = 1;
    private const byte GetIdle = 2;
    private const byte GetProtocol = 3;

    // HID 1.11 appendix E.6: modifiers, a reserved byte, five lights, six keys.
    private static readonly byte[] ReportDescriptor =
    [
        0x05, 0x01, 0x09, 0x06, 0xA1, 0x01, 0x05, 0x07, 0x19, 0xE0, 0x29, 0xE7, 0x15, 0x00, 0x25, 0x01, 0x75, 0x01, 0x95, 0x08, 0x81, 0x02,
        0x95, 0x01, 0x75, 0x08, 0x81, 0x01, 0x95, 0x05, 0x75, 0x01, 0x05, 0x08, 0x19, 0x01, 0x29, 0x05, 0x91, 0x02, 0x95, 0x01, 0x75, 0x03,
        0x91, 0x01, 0x95, 0x06, 0x75, 0x08, 0x15, 0x00, 0x25, 0x65, 0x05, 0x07, 0x19, 0x00, 0x29, 0x65, 0x81, 0x00, 0xC0,
    ];

    private readonly Channel<byte[]> reports = Channel.CreateUnbounded<byte[]>();
    private int polled;

    /// <summary>How often the host has asked for a report: 0 means that no driver listens.</summary>
    public int Polled => Volatile.Read(ref polled);

    private static byte[] HidDescriptor => [9, DescriptorHid, 0x11, 0x01, 0, 1, DescriptorReport, (byte)ReportDescriptor.Length, 0];

    /// <summary>Presses and releases a key.</summary>
    /// <param name="usage">Of HID usage page 7: 0x04 is "a", 0x28 is Enter.</param>
    /// <param name="modifiers">Bits of HID 1.11 §8.3: 1 is left Control, 2 left Shift, 4 left Alt.</param>
    public void Press(byte usage, byte modifiers = 0)
    {
        reports.Writer.TryWrite([modifiers, 0, usage, 0, 0, 0, 0, 0]);
        reports.Writer.TryWrite(new byte[8]);
    }

    /// <summary>Its interface.</summary>
    /// <param name="number">bInterfaceNumber.</param>
    /// <param name="endpoint">Its interrupt endpoint.</param>
    public InterfaceShape Interface(byte number = 0, byte endpoint = 0x83) => new()
    {
        Number = number,
        Class = ClassHid,
        Subclass = 1,
        Protocol = 1,
        Extra = HidDescriptor,
        Endpoints = [new EndpointShape(endpoint, EndpointType.Interrupt)],
        Function = this,
    };

    /// <inheritdoc/>
    public UsbAnswer? Control(ControlRequest request) => (request.RequestType, request.Request) switch
    {
        (0x81, ControlRequest.GetDescriptor) when request.DescriptorType == DescriptorReport => UsbAnswer.Ok(ReportDescriptor),
        (0x81, ControlRequest.GetDescriptor) when request.DescriptorType == DescriptorHid => UsbAnswer.Ok(HidDescriptor),
        (0xA1, GetReport) => UsbAnswer.Ok(new byte[8]),
        (0xA1, GetIdle or GetProtocol) => UsbAnswer.Ok(new byte[1]),
        (0x21, _) => UsbAnswer.Ok(), // SET_REPORT (lights), SET_IDLE, SET_PROTOCOL
        _ => null,
    };

    /// <inheritdoc/>
    public ValueTask<UsbAnswer> OutAsync(byte endpoint, ReadOnlyMemory<byte> data, CancellationToken cancelled) => ValueTask.FromResult(UsbAnswer.Stall);

    /// <inheritdoc/>
    public async ValueTask<UsbAnswer> InAsync(byte endpoint, int length, CancellationToken cancelled)
    {
        Interlocked.Increment(ref polled);
        return UsbAnswer.Ok(await reports.Reader.ReadAsync(cancelled));
    }

    /// <summary>Does nothing: a key that was pressed before the host listens is a key it gets.</summary>
    public void Reset()
    {
    }
}
