using System.Net.Sockets;
using Gatekeeper.Update.Status;

namespace Gatekeeper.Service.Tests.Status;

/// <summary>One connection to the status socket.</summary>
internal sealed class StatusClient : IDisposable
{
    private readonly Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly StreamReader reader;

    internal StatusClient(string path)
    {
        socket.ReceiveTimeout = 10_000;
        socket.Connect(new UnixDomainSocketEndPoint(path));
        reader = new StreamReader(new NetworkStream(socket));
    }

    internal void Say(ClientLine line) => socket.Send(StatusProtocol.Write(line));

    internal void Say(string text) => socket.Send(System.Text.Encoding.UTF8.GetBytes(text));

    /// <summary>The next line, or null when the server has ended the connection.</summary>
    internal ServiceLine? Next()
    {
        string? text;
        try
        {
            text = reader.ReadLine();
        }
        catch (IOException e) when (e.InnerException is SocketException { SocketErrorCode: SocketError.ConnectionReset })
        {
            return null;
        }

        if (text is null)
        {
            return null;
        }

        Assert.Equal(LineResult.Ok, StatusProtocol.Read(System.Text.Encoding.UTF8.GetBytes(text), out ServiceLine? line));
        return line;
    }

    /// <summary>Lines up to the first of a type.</summary>
    internal T Until<T>(Func<T, bool>? condition = null)
        where T : ServiceLine
    {
        while (true)
        {
            ServiceLine? line = Next();
            Assert.NotNull(line);
            if (line is T wanted && (condition is null || condition(wanted)))
            {
                return wanted;
            }
        }
    }

    public void Dispose()
    {
        reader.Dispose();
        socket.Dispose();
    }
}
