using System.Net.Sockets;
using Gatekeeper.Update.Status;

namespace Gatekeeper.Kiosk;

/// <summary>One connection to the status socket. Not thread safe; one thread reads and writes.</summary>
internal sealed class StatusClient : IDisposable
{
    private readonly Socket _socket;
    private readonly LineBuffer _buffer = new();

    private StatusClient(Socket socket) => _socket = socket;

    /// <summary>Connects and says hello; null when nobody listens, which is normal while the service starts.</summary>
    internal static StatusClient? TryConnect(string path)
    {
        Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        StatusClient client = new(socket);
        try
        {
            socket.Connect(new UnixDomainSocketEndPoint(path));
            client.Send(new Hello(ClientRole.Kiosk));
            return client;
        }
        catch (SocketException)
        {
            client.Dispose();
            return null;
        }
    }

    /// <summary>Sends one line. Throws <see cref="SocketException"/> when the service is gone.</summary>
    internal void Send(ClientLine line)
    {
        ReadOnlySpan<byte> bytes = StatusProtocol.Write(line);
        while (bytes.Length > 0)
        {
            bytes = bytes[_socket.Send(bytes)..];
        }
    }

    /// <summary>
    /// Waits up to <paramref name="wait"/> and hands over each line that came; lines of a type this program does not know are skipped.
    /// False when the service closed the connection or sent something that is not format 1.
    /// </summary>
    internal bool Receive(TimeSpan wait, Action<ServiceLine> take)
    {
        if (!_socket.Poll(wait, SelectMode.SelectRead))
        {
            return true;
        }

        int count;
        try
        {
            count = _socket.Receive(_buffer.Free);
        }
        catch (SocketException)
        {
            return false;
        }

        if (count == 0)
        {
            return false;
        }

        _buffer.Received(count);
        while (_buffer.TryTakeLine(out ReadOnlySpan<byte> bytes))
        {
            switch (StatusProtocol.Read(bytes, out ServiceLine? line))
            {
                case LineResult.Ok:
                    take(line!);
                    break;
                case LineResult.UnknownType:
                    break;
                default:
                    return false;
            }
        }

        return !_buffer.IsOverlong;
    }

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();
}
