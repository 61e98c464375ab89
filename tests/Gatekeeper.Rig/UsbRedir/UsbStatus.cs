namespace Gatekeeper.Rig.UsbRedir;

/// <summary>How a transfer ended, in the numbers of usbredir protocol 0.7.</summary>
public enum UsbStatus : byte
{
    /// <summary>Done.</summary>
    Ok = 0,

    /// <summary>The host did not want it any more.</summary>
    Cancelled = 1,

    /// <summary>The request makes no sense to the device.</summary>
    Invalid = 2,

    /// <summary>The wire failed.</summary>
    IoError = 3,

    /// <summary>STALL.</summary>
    Stall = 4,

    /// <summary>No answer.</summary>
    Timeout = 5,

    /// <summary>The device sent more than was asked for.</summary>
    Babble = 6,

    /// <summary>Not on the wire: the device is pulled out instead of an answer.</summary>
    Gone = 0xFF,
}

/// <summary>What a device answers to one transfer.</summary>
/// <param name="Status">How it ended.</param>
/// <param name="Data">To the host. More than was asked for goes out as it is: the host calls that babble.</param>
public readonly record struct UsbAnswer(UsbStatus Status, ReadOnlyMemory<byte> Data = default)
{
    /// <summary>Bytes taken of a transfer to the device; null means all of them.</summary>
    public int? Taken { get; init; }

    /// <summary>STALL.</summary>
    public static UsbAnswer Stall => new(UsbStatus.Stall);

    /// <summary>The device is pulled out now; the transfer gets no answer.</summary>
    public static UsbAnswer Gone => new(UsbStatus.Gone);

    /// <summary>Done, with data to the host or without.</summary>
    public static UsbAnswer Ok(ReadOnlyMemory<byte> data = default) => new(UsbStatus.Ok, data);

    /// <summary>No answer until the host gives the transfer up.</summary>
    public static async ValueTask<UsbAnswer> NeverAsync(CancellationToken cancelled)
    {
        await Task.Delay(Timeout.Infinite, cancelled);
        return new UsbAnswer(UsbStatus.Cancelled);
    }
}
