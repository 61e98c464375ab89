using System.Buffers.Binary;
using System.Text;

namespace Gatekeeper.Rig.UsbRedir;

/// <summary>What a side of the connection can (usbredir protocol 0.7, "usb_redir_hello"). Bit numbers are the protocol's.</summary>
[Flags]
public enum RedirCapabilities
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Bit 0, bulk streams: not offered here, it would lengthen the endpoint information.</summary>
    BulkStreams = 1 << 0,

    /// <summary>Bit 1, bcdDevice in the connect packet.</summary>
    ConnectDeviceVersion = 1 << 1,

    /// <summary>Bit 3, a disconnect is acknowledged.</summary>
    DeviceDisconnectAck = 1 << 3,

    /// <summary>Bit 4, packet sizes in the endpoint information.</summary>
    EndpointMaxPacketSize = 1 << 4,

    /// <summary>Bit 5, ids of 64 bits.</summary>
    Ids64Bits = 1 << 5,

    /// <summary>Bit 6, bulk lengths of 32 bits.</summary>
    BulkLength32Bits = 1 << 6,

    /// <summary>What the emulator offers: 0x7a. QEMU demands bits 4, 5 and 6 of a device behind an xHCI.</summary>
    Emulator = ConnectDeviceVersion | DeviceDisconnectAck | EndpointMaxPacketSize | Ids64Bits | BulkLength32Bits,
}

/// <summary>The body of a hello: 64 bytes of version, padded with zeros, and 32 bits of capabilities.</summary>
/// <param name="Version">Free text, at most 63 bytes of ASCII.</param>
/// <param name="Capabilities">What the side can.</param>
public sealed record HelloBody(string Version, RedirCapabilities Capabilities)
{
    private const int VersionBytes = 64;

    /// <summary>Reads a body; further capability words of a newer peer are left out.</summary>
    /// <exception cref="RigException">Fewer than 68 bytes.</exception>
    public static HelloBody Read(ReadOnlySpan<byte> body)
    {
        if (body.Length < VersionBytes + 4)
        {
            throw new RigException($"usbredir: hello of {body.Length} bytes");
        }
        string version = Encoding.ASCII.GetString(body[..VersionBytes]).TrimEnd('\0');
        return new HelloBody(version, (RedirCapabilities)BinaryPrimitives.ReadInt32LittleEndian(body[VersionBytes..]));
    }

    /// <summary>The body's 68 bytes.</summary>
    public byte[] ToBytes()
    {
        byte[] body = new byte[VersionBytes + 4];
        Encoding.ASCII.GetBytes(Version, body.AsSpan(0, VersionBytes - 1));
        BinaryPrimitives.WriteInt32LittleEndian(body.AsSpan(VersionBytes), (int)Capabilities);
        return body;
    }
}
