using System.Buffers.Binary;

namespace Gatekeeper.Rig.UsbRedir;

/// <summary>
/// The body of a bulk packet with 32-bit lengths (capability bit 6).
/// <code>endpoint  status  length-low[2]  stream[4]  length-high[2]  data[...]</code>
/// </summary>
/// <param name="Endpoint">bEndpointAddress.</param>
/// <param name="Status">Of an answer; 0 in a request.</param>
/// <param name="Length">Bytes wanted, or bytes that went over.</param>
/// <param name="Data">Follows a request to the device and an answer from it.</param>
public sealed record BulkBody(byte Endpoint, UsbStatus Status, int Length, byte[] Data)
{
    private const int HeaderBytes = 10;

    /// <summary>Reads a request of the host.</summary>
    /// <exception cref="RigException">Too short, too long, or its data is not what its length says.</exception>
    public static BulkBody ReadRequest(byte[] body)
    {
        BulkBody read = Read(body);
        int expected = (read.Endpoint & 0x80) != 0 ? 0 : read.Length;
        return read.Data.Length == expected
            ? read
            : throw new RigException($"usbredir: bulk request with {read.Data.Length} bytes of data, {expected} expected");
    }

    /// <summary>Reads a body without judging its data.</summary>
    /// <exception cref="RigException">Too short, or a length above <see cref="RedirPacket.MaxBody"/>.</exception>
    public static BulkBody Read(byte[] body)
    {
        if (body.Length < HeaderBytes)
        {
            throw new RigException($"usbredir: bulk packet of {body.Length} bytes");
        }
        ReadOnlySpan<byte> b = body;
        uint length = BinaryPrimitives.ReadUInt16LittleEndian(b[2..]) | ((uint)BinaryPrimitives.ReadUInt16LittleEndian(b[8..]) << 16);
        return length <= RedirPacket.MaxBody
            ? new BulkBody(b[0], (UsbStatus)b[1], (int)length, body[HeaderBytes..])
            : throw new RigException($"usbredir: bulk transfer of {length} bytes");
    }

    /// <summary>Header and data.</summary>
    public byte[] ToBytes()
    {
        byte[] body = new byte[HeaderBytes + Data.Length];
        body[0] = Endpoint;
        body[1] = (byte)Status;
        BinaryPrimitives.WriteUInt16LittleEndian(body.AsSpan(2), (ushort)(Length & 0xFFFF));
        BinaryPrimitives.WriteUInt16LittleEndian(body.AsSpan(8), (ushort)(Length >> 16));
        Data.CopyTo(body, HeaderBytes);
        return body;
    }
}
