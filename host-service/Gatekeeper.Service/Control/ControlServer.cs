using System.Net.Sockets;
using System.Text.Json;
using Gatekeeper.Update.Control;

namespace Gatekeeper.Service.Control;

/// <summary>A request of the administrator cannot be done.</summary>
/// <param name="message">The fact, lower case, no full stop.</param>
/// <param name="hint">The next step.</param>
internal sealed class RequestRefusedException(string message, string hint) : Exception(message)
{
    internal string Hint { get; } = hint;
}

/// <summary>
/// <c>/run/gatekeeper/control.sock</c>: one request, one answer, one connection. The kernel says who asks; only root is heard.
/// Requests are answered one after another, so that no two of them change the device at once.
/// </summary>
/// <param name="listener">Bound and listening.</param>
/// <param name="peerUid">Asks the kernel for a peer's user (SO_PEERCRED); null when it is not known.</param>
/// <param name="answer">Does what is asked.</param>
internal sealed class ControlServer(Socket listener, Func<Socket, int?> peerUid, Func<ControlRequest, ControlAnswer> answer) : IDisposable
{
    /// <summary>Largest request, bytes: a device.json of 64 KiB, escaped.</summary>
    private const int MaxRequest = 256 * 1024;

    /// <summary>How long a peer may take to send its request or take its answer.</summary>
    private const int PeerTimeoutMs = 5000;

    /// <summary>Answers until the listener is closed. Blocks; run it on a thread of its own.</summary>
    internal void Run()
    {
        while (true)
        {
            Socket socket;
            try
            {
                socket = listener.Accept();
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                return;
            }

            using (socket)
            {
                if (peerUid(socket) == 0)
                {
                    Serve(socket);
                }
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => listener.Dispose();

    private void Serve(Socket socket)
    {
        socket.ReceiveTimeout = PeerTimeoutMs;
        socket.SendTimeout = PeerTimeoutMs;
        try
        {
            ControlAnswer result = ReadLine(socket) is { } line ? Answer(line) : new ControlAnswer { Error = "the request is not one line", Hint = "use the gatekeeper program" };
            byte[] bytes = [.. JsonSerializer.SerializeToUtf8Bytes(result, ControlJson.Default.ControlAnswer), (byte)'\n'];
            for (int sent = 0; sent < bytes.Length;)
            {
                sent += socket.Send(bytes.AsSpan(sent));
            }
        }
        catch (SocketException)
        {
            // The administrator's program is gone; whatever it asked for has been done and is in the audit log.
        }
    }

    private ControlAnswer Answer(byte[] line)
    {
        try
        {
            ControlRequest? request = JsonSerializer.Deserialize(line, ControlJson.Default.ControlRequest);
            return request is { Format: 1 } ? answer(request) : new ControlAnswer { Error = "the request is not of format 1", Hint = "use the gatekeeper program of the running image" };
        }
        catch (JsonException)
        {
            return new ControlAnswer { Error = "the request is not understood", Hint = "use the gatekeeper program of the running image" };
        }
        catch (RequestRefusedException e)
        {
            return new ControlAnswer { Error = e.Message, Hint = e.Hint };
        }
    }

    private static byte[]? ReadLine(Socket socket)
    {
        byte[] buffer = new byte[4096];
        using var all = new MemoryStream();
        while (all.Length <= MaxRequest)
        {
            int got = socket.Receive(buffer);
            if (got == 0)
            {
                return null;
            }

            all.Write(buffer, 0, got);
            if (buffer[got - 1] == (byte)'\n')
            {
                return all.ToArray();
            }
        }

        return null;
    }
}
