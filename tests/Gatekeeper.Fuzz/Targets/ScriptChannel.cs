using System.Buffers.Binary;
using Gatekeeper.Stick.Boundary;

namespace Gatekeeper.Fuzz;

/// <summary>The other end of a socket: says the input, whatever it is told, then hangs up.</summary>
internal sealed class ScriptChannel(byte[] script) : IByteChannel
{
    private int next;

    public static byte[] Message(MessageType type, uint tag, byte[] body)
    {
        byte[] head = new byte[12];
        (head[0], head[1]) = (1, (byte)type);
        BinaryPrimitives.WriteUInt32LittleEndian(head.AsSpan(4), tag);
        BinaryPrimitives.WriteInt32LittleEndian(head.AsSpan(8), body.Length);
        return [.. head, .. body];
    }

    public void Send(ReadOnlySpan<byte> data, int timeoutMilliseconds)
    {
    }

    public void Receive(Span<byte> buffer, int timeoutMilliseconds)
    {
        if (buffer.Length > script.Length - next)
        {
            throw new EndOfStreamException();
        }

        script.AsSpan(next, buffer.Length).CopyTo(buffer);
        next += buffer.Length;
    }
}
