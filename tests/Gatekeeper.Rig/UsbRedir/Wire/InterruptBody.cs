using System.Buffers.Binary;

namespace Gatekeeper.Rig.UsbRedir;

/// <summary>The body of an interrupt packet: endpoint, status, length[2], data.</summary>
/// <param name="Endpoint">bEndpointAddress.</param>
/// <param name="Status">0 in a request.</param>
/// <param name="Length">Bytes that go or went over.</param>
/// <param name="Data">The report.</param>
public sealed record InterruptBody(byte Endpoint, UsbStatus Status, ushort Length, byte[] Data)
{
    private const int HeaderBytes = 4;

    /// <summary>Reads a body.</summary>
    /// <exception cref="RigException">Too short.</exception>
    public static InterruptBody Read(byte[] body)
        => body.Length >= HeaderBytes
            ? new InterruptBody(body[0], (UsbStatus)body[1], BinaryPrimitives.ReadUInt16LittleEndian(body.AsSpan(2)), body[HeaderBytes..])
            : throw new RigException($"usbredir: interrupt packet of {body.Length} bytes");

    /// <summary>Header and data.</summary>
    public byte[] ToBytes()
    {
        byte[] body = new byte[HeaderBytes + Data.Length];
        body[0] = Endpoint;
        body[1] = (byte)Status;
        BinaryPrimitives.WriteUInt16LittleEndian(body.AsSpan(2), Length);
        Data.CopyTo(body, HeaderBytes);
        return body;
    }
}
