using System.Buffers.Binary;

namespace Gatekeeper.Rig.UsbRedir;

/// <summary>
/// Reads usbredir packets, little-endian and packed. The first one must be the hello.
/// <code>
/// hello   type[4]  length[4]  id[4]   body[length]
/// others  type[4]  length[4]  id[8]   body[length]
/// </code>
/// </summary>
public sealed class RedirReader(Stream stream)
{
    private bool helloSeen;

    /// <summary>The next packet, or null when the peer has closed the connection between two packets.</summary>
    /// <exception cref="RigException">A body above <see cref="RedirPacket.MaxBody"/>, or no hello where it must be.</exception>
    /// <exception cref="EndOfStreamException">The connection was closed inside a packet.</exception>
    public async Task<RedirPacket?> ReadAsync(CancellationToken stop = default)
    {
        byte[] head = new byte[helloSeen ? RedirPacket.HeaderBytes : RedirPacket.HelloHeaderBytes];
        int first = await stream.ReadAsync(head, stop);
        if (first == 0)
        {
            return null;
        }
        await stream.ReadExactlyAsync(head.AsMemory(first), stop);
        uint type = BinaryPrimitives.ReadUInt32LittleEndian(head);
        uint length = BinaryPrimitives.ReadUInt32LittleEndian(head.AsSpan(4));
        ulong id = helloSeen ? BinaryPrimitives.ReadUInt64LittleEndian(head.AsSpan(8)) : BinaryPrimitives.ReadUInt32LittleEndian(head.AsSpan(8));
        if ((type == (uint)RedirType.Hello) == helloSeen)
        {
            throw new RigException($"usbredir: packet type {type} {(helloSeen ? "again" : "instead of hello")}");
        }
        if (type > int.MaxValue || length > RedirPacket.MaxBody)
        {
            throw new RigException($"usbredir: packet type {type} of {length} bytes, at most {RedirPacket.MaxBody} are read");
        }
        helloSeen = true;
        byte[] body = new byte[length];
        await stream.ReadExactlyAsync(body, stop);
        return new RedirPacket((RedirType)type, id, body);
    }
}
