using System.Buffers.Binary;

namespace Gatekeeper.Rig.UsbRedir;

/// <summary>
/// The body of a control packet.
/// <code>endpoint  request  requesttype  status  value[2]  index[2]  length[2]  data[...]</code>
/// Data follows a request to the device and an answer from it. A request's endpoint has the direction in bit 7.
/// </summary>
/// <param name="Endpoint">0x00 out, 0x80 in.</param>
/// <param name="Request">bRequest.</param>
/// <param name="RequestType">bmRequestType.</param>
/// <param name="Status">Of an answer; 0 in a request.</param>
/// <param name="Value">wValue.</param>
/// <param name="Index">wIndex.</param>
/// <param name="Length">Bytes wanted, or bytes that went over.</param>
/// <param name="Data">The data, which for a request to the device has <paramref name="Length"/> bytes.</param>
public sealed record ControlBody(byte Endpoint, byte Request, byte RequestType, UsbStatus Status, ushort Value, ushort Index, ushort Length, byte[] Data)
{
    private const int HeaderBytes = 10;

    /// <summary>Reads a request of the host.</summary>
    /// <exception cref="RigException">Too short, or its data is not what its length says.</exception>
    public static ControlBody ReadRequest(byte[] body)
    {
        ControlBody read = Read(body);
        int expected = (read.RequestType & 0x80) != 0 ? 0 : read.Length;
        return read.Data.Length == expected
            ? read
            : throw new RigException($"usbredir: control request with {read.Data.Length} bytes of data, {expected} expected");
    }

    /// <summary>Reads a body without judging its data.</summary>
    /// <exception cref="RigException">Too short.</exception>
    public static ControlBody Read(byte[] body)
    {
        if (body.Length < HeaderBytes)
        {
            throw new RigException($"usbredir: control packet of {body.Length} bytes");
        }
        ReadOnlySpan<byte> b = body;
        return new ControlBody(
            b[0], b[1], b[2], (UsbStatus)b[3], BinaryPrimitives.ReadUInt16LittleEndian(b[4..]), BinaryPrimitives.ReadUInt16LittleEndian(b[6..]),
            BinaryPrimitives.ReadUInt16LittleEndian(b[8..]), body[HeaderBytes..]);
    }

    /// <summary>Header and data.</summary>
    public byte[] ToBytes()
    {
        byte[] body = new byte[HeaderBytes + Data.Length];
        body[0] = Endpoint;
        body[1] = Request;
        body[2] = RequestType;
        body[3] = (byte)Status;
        BinaryPrimitives.WriteUInt16LittleEndian(body.AsSpan(4), Value);
        BinaryPrimitives.WriteUInt16LittleEndian(body.AsSpan(6), Index);
        BinaryPrimitives.WriteUInt16LittleEndian(body.AsSpan(8), Length);
        Data.CopyTo(body, HeaderBytes);
        return body;
    }
}
