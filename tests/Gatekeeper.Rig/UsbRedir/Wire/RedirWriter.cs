using System.Buffers.Binary;

namespace Gatekeeper.Rig.UsbRedir;

/// <summary>Writes usbredir packets, whole and one after the other, whoever calls. The form is that of <see cref="RedirReader"/>.</summary>
public sealed class RedirWriter(Stream stream) : IDisposable
{
    private readonly SemaphoreSlim onePacket = new(1, 1);

    /// <summary>Sends one packet.</summary>
    /// <exception cref="ArgumentException">A body above <see cref="RedirPacket.MaxBody"/>.</exception>
    /// <exception cref="IOException">The connection is gone.</exception>
    public async Task WriteAsync(RedirPacket packet, CancellationToken stop = default)
    {
        byte[] bytes = Frame(packet);
        await onePacket.WaitAsync(stop);
        try
        {
            await stream.WriteAsync(bytes, stop);
            await stream.FlushAsync(stop);
        }
        finally
        {
            onePacket.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => onePacket.Dispose();

    private static byte[] Frame(RedirPacket packet)
    {
        if (packet.Body.Length > RedirPacket.MaxBody)
        {
            throw new ArgumentException($"a body of {packet.Body.Length} bytes", nameof(packet));
        }
        bool hello = packet.Type == RedirType.Hello;
        int header = hello ? RedirPacket.HelloHeaderBytes : RedirPacket.HeaderBytes;
        byte[] bytes = new byte[header + packet.Body.Length];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, (int)packet.Type);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(4), packet.Body.Length);
        if (hello)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(8), checked((uint)packet.Id));
        }
        else
        {
            BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(8), packet.Id);
        }
        packet.Body.CopyTo(bytes, header);
        return bytes;
    }
}
