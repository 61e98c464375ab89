using System.Net.Sockets;
using System.Threading.Channels;
using Gatekeeper.Release;
using Gatekeeper.Update.Status;

namespace Gatekeeper.Service.Status;

/// <summary>One connection: a bounded queue out, whole lines in.</summary>
/// <param name="socket">The connection.</param>
/// <param name="uid">Its user, as the kernel says.</param>
/// <param name="kill">Ends the process behind a connection.</param>
internal sealed class StatusPeer(Socket socket, int uid, Action<Socket> kill)
{
    /// <summary>Takes one whole line; false ends the connection.</summary>
    internal delegate bool LineHandler(ReadOnlySpan<byte> line);

    private const int MaxQueuedLines = 64;
    private readonly Channel<byte[]> queue = Channel.CreateBounded<byte[]>(new BoundedChannelOptions(MaxQueuedLines) { SingleReader = true });

    internal int Uid { get; } = uid;

    internal void Queue(ServiceLine line)
    {
        if (!queue.Writer.TryWrite(StatusProtocol.Write(line)))
        {
            Drop();
        }
    }

    /// <summary>Ends the process and the connection. For one that holds what it was told to give back.</summary>
    internal void End()
    {
        kill(socket);
        Drop();
    }

    internal void Drop()
    {
        queue.Writer.TryComplete();
        socket.Dispose();
    }

    internal async Task Send()
    {
        try
        {
            await foreach (byte[] line in queue.Reader.ReadAllAsync().ConfigureAwait(false))
            {
                for (int sent = 0; sent < line.Length;)
                {
                    sent += await socket.SendAsync(line.AsMemory(sent)).ConfigureAwait(false);
                }
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            Drop();
        }
    }

    internal async Task Receive(LineHandler handle)
    {
        byte[] buffer = new byte[Limits.MaxStatusLineBytes];
        int filled = 0;
        try
        {
            while (filled < buffer.Length)
            {
                int got = await socket.ReceiveAsync(buffer.AsMemory(filled)).ConfigureAwait(false);
                if (got == 0)
                {
                    return;
                }

                filled += got;
                int end;
                while ((end = buffer.AsSpan(0, filled).IndexOf((byte)'\n')) >= 0)
                {
                    if (!handle(buffer.AsSpan(0, end)))
                    {
                        return;
                    }

                    buffer.AsSpan(end + 1, filled - end - 1).CopyTo(buffer);
                    filled -= end + 1;
                }
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            return;
        }
    }
}
