namespace Gatekeeper.Rig.UsbRedir;

/// <summary>One packet of usbredir protocol 0.7.</summary>
/// <param name="Type">What it is; a number outside the enumeration is possible from a peer.</param>
/// <param name="Id">Chosen by the host; an answer carries the request's. 32 bits on the wire for the hello, 64 for the rest.</param>
/// <param name="Body">Type header and data, without the packet header.</param>
public sealed record RedirPacket(RedirType Type, ulong Id, byte[] Body)
{
    /// <summary>
    /// The most bytes a body may have: 4 MiB of data is four times the largest transfer that anything here asks for, and a length
    /// above it is a framing error and not a wish for memory.
    /// </summary>
    public const int MaxBody = (4 << 20) + 64;

    /// <summary>Bytes of the packet header of a hello: type, length, 32-bit id.</summary>
    public const int HelloHeaderBytes = 12;

    /// <summary>Bytes of the packet header of all others: type, length, 64-bit id.</summary>
    public const int HeaderBytes = 16;
}
