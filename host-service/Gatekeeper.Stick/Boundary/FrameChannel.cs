using System.Buffers.Binary;
using Gatekeeper.Release;

namespace Gatekeeper.Stick.Boundary;

/// <summary>The messages between gatekeeperd and its two children. Which of them may come when is the business of the two ends.</summary>
public enum MessageType : byte
{
    /// <summary>To the pump, behind the device's descriptor: interface, endpoints, speed.</summary>
    Open = 1,

    /// <summary>To the walker: the stick's geometry.</summary>
    Begin = 2,

    /// <summary>To the pump from gatekeeperd, to gatekeeperd from the walker: first sector, sectors.</summary>
    Read = 3,

    /// <summary>From the pump: ready, the stick's geometry.</summary>
    Ready = 16,

    /// <summary>The bytes that a read asked for.</summary>
    Data = 17,

    /// <summary>From the walker: where release files lie.</summary>
    Files = 18,

    /// <summary>A refusal in place of an answer.</summary>
    Refused = 19,

    /// <summary>From the pump: the stick failed at larger data phases, and is read in parts of so many bytes from now on.</summary>
    Smaller = 20,
}

/// <summary>Head of a message.</summary>
/// <param name="Type">What it is.</param>
/// <param name="Tag">Which request it belongs to; 0 for those that answer none.</param>
/// <param name="Length">Bytes of the body that follows; inside the bounds of its type.</param>
public readonly record struct MessageHead(MessageType Type, uint Tag, int Length);

/// <summary>
/// Messages over a <see cref="IByteChannel"/>. The other end is one of our own programs that may have been taken over by what it reads, so its words are claims.
/// <code>
/// version[1] = 1   type[1]   zero[2]   tag[4]   length[4]   body[length]        little-endian
/// </code>
/// </summary>
public sealed class FrameChannel(IByteChannel channel)
{
    private const byte Version = 1;
    private const int HeadLength = 12;

    /// <summary>Sends one message.</summary>
    /// <exception cref="TimeoutException">The other end did not take it in time.</exception>
    /// <exception cref="EndOfStreamException">The other end is gone.</exception>
    public void Send(MessageType type, uint tag, ReadOnlySpan<byte> body, int timeoutMilliseconds)
    {
        Span<byte> head = stackalloc byte[HeadLength];
        head.Clear();
        head[0] = Version;
        head[1] = (byte)type;
        BinaryPrimitives.WriteUInt32LittleEndian(head[4..], tag);
        BinaryPrimitives.WriteInt32LittleEndian(head[8..], body.Length);
        channel.Send(head, timeoutMilliseconds);
        if (!body.IsEmpty)
        {
            channel.Send(body, timeoutMilliseconds);
        }
    }

    /// <summary>Receives the head of the next message; its body must be received next.</summary>
    /// <exception cref="InvalidDataException">Not a head, or a length outside the bounds of its type.</exception>
    /// <exception cref="TimeoutException">No head in time.</exception>
    /// <exception cref="EndOfStreamException">The other end is gone.</exception>
    public MessageHead ReceiveHead(int timeoutMilliseconds)
    {
        Span<byte> head = stackalloc byte[HeadLength];
        channel.Receive(head, timeoutMilliseconds);
        var type = (MessageType)head[1];
        uint length = BinaryPrimitives.ReadUInt32LittleEndian(head[8..]);
        if (head[0] != Version || head[2] != 0 || head[3] != 0)
        {
            throw new InvalidDataException("not a message of version 1");
        }

        return length <= MostBytes(type)
            ? new MessageHead(type, BinaryPrimitives.ReadUInt32LittleEndian(head[4..]), (int)length)
            : throw new InvalidDataException($"message {(byte)type} of {length} bytes");
    }

    /// <summary>Receives body bytes.</summary>
    public void ReceiveBody(Span<byte> body, int timeoutMilliseconds) => channel.Receive(body, timeoutMilliseconds);

    /// <summary>Receives a whole body of a message that is small by its type's bound.</summary>
    public byte[] ReceiveBody(MessageHead head, int timeoutMilliseconds)
    {
        byte[] body = new byte[head.Length];
        channel.Receive(body, timeoutMilliseconds);
        return body;
    }

    // A type that is not known has no bytes and is refused by whoever gets it.
    private static uint MostBytes(MessageType type) => type switch
    {
        MessageType.Open or MessageType.Begin or MessageType.Read or MessageType.Ready or MessageType.Smaller => 32,
        MessageType.Data => Limits.BoundaryReadBytes,
        MessageType.Files => FilesMessage.MostBytes,
        MessageType.Refused => RefusedMessage.MostBytes,
        _ => 0,
    };
}
