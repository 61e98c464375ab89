using System.Buffers.Binary;
using Gatekeeper.Release;

namespace Gatekeeper.Stick.Boundary;

/// <summary>
/// The pump's side: opens the stick it is given and answers reads, in order, until its socket ends. While one answer goes over the socket the next read
/// is on the bus already, so that the bus does not wait for gatekeeperd.
/// </summary>
public static class PumpServer
{
    /// <summary>Serves one stick.</summary>
    /// <param name="channel">To gatekeeperd.</param>
    /// <param name="open">Opens the stick; may refuse.</param>
    /// <exception cref="EndOfStreamException">gatekeeperd closed the socket: the regular end.</exception>
    /// <exception cref="InvalidDataException">gatekeeperd sent what is no message; the pump is to end.</exception>
    public static void Serve(FrameChannel channel, Func<OpenMessage, ISectorSource> open)
    {
        MessageHead first = channel.ReceiveHead(-1);
        Expect(first.Type == MessageType.Open);
        var message = OpenMessage.Read(channel.ReceiveBody(first, -1));
        ISectorSource stick;
        try
        {
            stick = open(message);
        }
        catch (RefusedException refused)
        {
            channel.Send(MessageType.Refused, 0, RefusedMessage.Write(refused), -1);
            return;
        }

        var geometry = new GeometryMessage(stick.SectorSize, stick.SectorCount);
        channel.Send(MessageType.Ready, 0, geometry.Write(), -1);
        using var sender = new PumpSender(channel);
        int part = PartOf(stick);
        while (true)
        {
            MessageHead head = channel.ReceiveHead(-1);
            Expect(head.Type == MessageType.Read);
            var read = ReadMessage.Read(channel.ReceiveBody(head, -1), geometry, Limits.BoundaryReadBytes);
            byte[] buffer = sender.TakeBuffer();
            int length = read.Sectors * geometry.SectorSize;
            try
            {
                stick.Read(read.Lba, buffer.AsSpan(0, length));
                if (PartOf(stick) != part)
                {
                    part = PartOf(stick);
                    byte[] smaller = sender.TakeBuffer();
                    BinaryPrimitives.WriteInt32LittleEndian(smaller, part);
                    sender.Send(MessageType.Smaller, 0, smaller, sizeof(int));
                }

                sender.Send(MessageType.Data, head.Tag, buffer, length);
            }
            catch (RefusedException refused)
            {
                byte[] body = RefusedMessage.Write(refused);
                body.CopyTo(buffer, 0);
                sender.Send(MessageType.Refused, head.Tag, buffer, body.Length);
            }
        }
    }

    private static int PartOf(ISectorSource stick) => (stick as IPartedSource)?.PartBytes ?? 0;

    private static void Expect(bool expected)
    {
        if (!expected)
        {
            throw new InvalidDataException("not the message that comes now");
        }
    }
}
