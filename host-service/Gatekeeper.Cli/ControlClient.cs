using System.Net.Sockets;
using System.Text.Json;
using Gatekeeper.Update.Control;

namespace Gatekeeper.Cli;

/// <summary>The service could not be asked.</summary>
/// <param name="message">What failed, lower case.</param>
/// <param name="hint">The next step.</param>
public sealed class ControlException(string message, string hint) : Exception(message)
{
    /// <summary>The next step.</summary>
    public string Hint { get; } = hint;
}

/// <summary>Asks gatekeeperd one question over its control socket.</summary>
public static class ControlClient
{
    /// <summary>Where gatekeeperd listens.</summary>
    public const string SocketPath = "/run/gatekeeper/control.sock";

    /// <summary>Largest answer, bytes. Ours: a page of the audit log is under 200 KiB.</summary>
    private const int MaxAnswer = 4 * 1024 * 1024;

    /// <summary>Sends one request and waits for its one answer.</summary>
    /// <exception cref="ControlException">No service, no permission, or an answer that is none.</exception>
    public static ControlAnswer Ask(ControlRequest request)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Connect(new UnixDomainSocketEndPoint(SocketPath));
            byte[] line = JsonSerializer.SerializeToUtf8Bytes(request, ControlJson.Default.ControlRequest);
            socket.Send([.. line, (byte)'\n']);
            return JsonSerializer.Deserialize(ReadLine(socket), ControlJson.Default.ControlAnswer)
                ?? throw new ControlException("gatekeeperd gave no answer", "look at its log");
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.AccessDenied)
        {
            throw new ControlException("only root may ask gatekeeperd", "run the command as root");
        }
        catch (SocketException)
        {
            throw new ControlException("gatekeeperd does not answer", "the ports stay closed without it; see whether it is started");
        }
        catch (JsonException)
        {
            throw new ControlException("gatekeeperd gave an answer that is not understood", "use the gatekeeper program of the running image");
        }
    }

    private static byte[] ReadLine(Socket socket)
    {
        using var all = new MemoryStream();
        byte[] buffer = new byte[64 * 1024];
        while (all.Length <= MaxAnswer)
        {
            int got = socket.Receive(buffer);
            if (got == 0)
            {
                break;
            }

            all.Write(buffer, 0, got);
            if (buffer[got - 1] == (byte)'\n')
            {
                return all.ToArray();
            }
        }

        throw new ControlException("gatekeeperd closed the connection without an answer", "look at its log, then try again");
    }
}
