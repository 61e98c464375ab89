namespace Gatekeeper.Rig.UsbRedir;

/// <summary>What stands behind an interface: a stick, a keyboard. Transfers of one endpoint come one after the other, those of two endpoints at once.</summary>
public interface IUsbFunction
{
    /// <summary>A request to its interface that <see cref="UsbDevice"/> does not answer itself: class requests, HID's descriptors. Null stalls.</summary>
    UsbAnswer? Control(ControlRequest request);

    /// <summary>The host sends to an endpoint.</summary>
    ValueTask<UsbAnswer> OutAsync(byte endpoint, ReadOnlyMemory<byte> data, CancellationToken cancelled);

    /// <summary>The host asks an endpoint for up to <paramref name="length"/> bytes; waits until there is something to say, as NAK does.</summary>
    ValueTask<UsbAnswer> InAsync(byte endpoint, int length, CancellationToken cancelled);

    /// <summary>The bus was reset, the device configured or pulled out: what was under way is forgotten.</summary>
    void Reset();
}
