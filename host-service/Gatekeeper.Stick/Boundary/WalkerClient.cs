using System.Collections.Immutable;
using Gatekeeper.Release;
using Gatekeeper.Stick.FileSystems;

namespace Gatekeeper.Stick.Boundary;

/// <summary>
/// gatekeeperd's side of the walker: passes its reads, range-checked and counted, on to the stick, and checks its answer again.
/// A walker that was taken over by what it read can name wrong sectors, no more: what lies there fails its hash.
/// </summary>
public static class WalkerClient
{
    // What a walker may say about a stick.
    private static readonly Refusal[] May = [Refusal.NoFileSystem, Refusal.FileSystemDamaged, Refusal.NoRelease, Refusal.StickGeometry];

    /// <summary>Has the walker find the release files.</summary>
    /// <param name="socket">To a walker that has not walked yet.</param>
    /// <param name="stick">The stick's sectors; what it refuses passes through.</param>
    /// <exception cref="RefusedException">No release file, or the walker or the stick failed. The walker is to be killed then.</exception>
    public static ImmutableArray<StickFile> Find(IByteChannel socket, ISectorSource stick)
    {
        var channel = new FrameChannel(socket);
        var geometry = new GeometryMessage(stick.SectorSize, stick.SectorCount);
        try
        {
            channel.Send(MessageType.Begin, 0, geometry.Write(), Limits.WalkerThinkMilliseconds);
            return Serve(channel, stick, geometry);
        }
        catch (TimeoutException)
        {
            throw new RefusedException(Refusal.FileSystemDamaged, "no word from the walker in time");
        }
        catch (InvalidDataException e)
        {
            throw new RefusedException(Refusal.FileSystemDamaged, $"walker broke its protocol: {e.Message}");
        }
        catch (IOException)
        {
            throw new RefusedException(Refusal.FileSystemDamaged, "the walker is gone");
        }
    }

    private static ImmutableArray<StickFile> Serve(FrameChannel channel, ISectorSource stick, GeometryMessage geometry)
    {
        byte[] buffer = new byte[Limits.WalkLineBytes];
        long bytes = 0;
        for (int reads = 0; reads <= Limits.WalkerReads; reads++)
        {
            MessageHead head = channel.ReceiveHead(Limits.WalkerThinkMilliseconds);
            byte[] body = channel.ReceiveBody(head, Limits.WalkerThinkMilliseconds);
            switch (head.Type)
            {
                case MessageType.Files:
                    return FilesMessage.Read(body, geometry);
                case MessageType.Refused:
                    throw RefusedMessage.Read(body, "walker", May);
                case MessageType.Read:
                    break;
                default:
                    throw new InvalidDataException("not the message that comes now");
            }

            var read = ReadMessage.Read(body, geometry, buffer.Length);
            int length = read.Sectors * geometry.SectorSize;
            bytes += length;
            if (bytes > Limits.WalkerBytes)
            {
                break;
            }

            stick.Read(read.Lba, buffer.AsSpan(0, length));
            channel.Send(MessageType.Data, head.Tag, buffer.AsSpan(0, length), Limits.WalkerThinkMilliseconds);
        }

        throw new InvalidDataException("more reads than a walk needs");
    }
}
