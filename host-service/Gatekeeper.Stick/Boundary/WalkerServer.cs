using Gatekeeper.Release;
using Gatekeeper.Stick.FileSystems;

namespace Gatekeeper.Stick.Boundary;

/// <summary>The walker's side: gets a geometry, asks for sectors, answers where release files lie. It holds no device.</summary>
public static class WalkerServer
{
    /// <summary>Walks one stick.</summary>
    /// <exception cref="EndOfStreamException">gatekeeperd closed the socket: the regular end of a walk that is not wanted any more.</exception>
    /// <exception cref="InvalidDataException">gatekeeperd sent what is no message; the walker is to end.</exception>
    public static void Serve(FrameChannel channel)
    {
        MessageHead first = channel.ReceiveHead(-1);
        if (first.Type != MessageType.Begin)
        {
            throw new InvalidDataException("not the message that comes now");
        }

        var sectors = new WalkerSectors(channel, GeometryMessage.Read(channel.ReceiveBody(first, -1)));
        try
        {
            IReadOnlyList<StickFile> files = StickWalker.Find(sectors);
            channel.Send(MessageType.Files, 0, FilesMessage.Write(files), -1);
        }
        catch (RefusedException refused)
        {
            channel.Send(MessageType.Refused, 0, RefusedMessage.Write(refused), -1);
        }
    }

    private sealed class WalkerSectors(FrameChannel channel, GeometryMessage stick) : ISectorSource
    {
        private uint _tag;

        public int SectorSize => stick.SectorSize;

        public long SectorCount => stick.SectorCount;

        public void Read(long lba, Span<byte> buffer)
        {
            SectorBounds.Check(this, lba, buffer.Length);
            while (!buffer.IsEmpty)
            {
                Span<byte> part = buffer[..Math.Min(buffer.Length, Limits.BoundaryReadBytes)];
                _tag = unchecked(_tag + 1);
                channel.Send(MessageType.Read, _tag, new ReadMessage(lba, part.Length / SectorSize).Write(), -1);
                MessageHead answer = channel.ReceiveHead(-1);
                if (answer.Type != MessageType.Data || answer.Tag != _tag || answer.Length != part.Length)
                {
                    throw new InvalidDataException("not the answer to this read");
                }

                channel.ReceiveBody(part, -1);
                buffer = buffer[part.Length..];
                lba += part.Length / SectorSize;
            }
        }
    }
}
