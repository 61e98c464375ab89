using System.Net.Sockets;
using Gatekeeper.Linux.Sockets;

namespace Gatekeeper.Service;

/// <summary>The sockets that others reach the service by, and who is at their other end.</summary>
internal static class ServiceSockets
{
    /// <summary>A socket at this path, whatever was there before.</summary>
    /// <param name="path">Below <see cref="Paths.RunDirectory"/>.</param>
    /// <param name="everybody">Whether other users than root may connect.</param>
    internal static Socket Listen(string path, bool everybody)
    {
        Directory.CreateDirectory(Paths.RunDirectory);
        File.Delete(path);
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(path));
        UnixFileMode owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        File.SetUnixFileMode(path, everybody ? owner | UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite : owner);
        socket.Listen(16);
        return socket;
    }

    /// <summary>The user at the other end, as the kernel says; null when it does not know.</summary>
    internal static int? PeerUid(Socket socket)
    {
        try
        {
            return (int)PeerCredentials.Of(socket.SafeHandle).UserId;
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>Ends the process at the other end.</summary>
    internal static void KillPeer(Socket socket) => PeerProcess.Kill(socket.SafeHandle);
}
