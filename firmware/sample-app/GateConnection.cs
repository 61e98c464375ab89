using System.Net.Sockets;
using Gatekeeper.Update.Status;

namespace Gatekeeper.SampleApp;

/// <summary>The connection to Gatekeeper's status socket. One JSON object a line in both directions; any language can do this.</summary>
internal sealed class GateConnection : IDisposable
{
    /// <summary>How long one round waits for lines.</summary>
    internal static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(200);

    private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly LineBuffer _buffer = new();

    private GateConnection()
    {
    }

    /// <summary>Connects and says who we are. That we may hold the lease is decided by our user id, not by this line.</summary>
    internal static GateConnection? TryConnect(string path)
    {
        GateConnection gate = new();
        try
        {
            gate._socket.Connect(new UnixDomainSocketEndPoint(path));
            gate.Send(new Hello(ClientRole.App));
            return gate;
        }
        catch (SocketException)
        {
            gate.Dispose();
            return null;
        }
    }

    internal void Send(ClientLine line)
    {
        ReadOnlySpan<byte> bytes = StatusProtocol.Write(line);
        while (bytes.Length > 0)
        {
            bytes = bytes[_socket.Send(bytes)..];
        }
    }

    /// <summary>One round: take what came within <see cref="Pace"/>, then say what is due. False when the connection is gone.</summary>
    internal bool Exchange(Action<ServiceLine> take, Action say)
    {
        try
        {
            if (_socket.Poll(Pace, SelectMode.SelectRead) && !Receive(take))
            {
                return false;
            }

            say();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    public void Dispose() => _socket.Dispose();

    private bool Receive(Action<ServiceLine> take)
    {
        int count = _socket.Receive(_buffer.Free);
        _buffer.Received(count);
        while (_buffer.TryTakeLine(out ReadOnlySpan<byte> bytes))
        {
            LineResult result = StatusProtocol.Read(bytes, out ServiceLine? line);
            if (result == LineResult.Malformed)
            {
                return false;
            }

            if (result == LineResult.Ok)
            {
                take(line!);
            }
        }

        return count > 0 && !_buffer.IsOverlong;
    }
}
