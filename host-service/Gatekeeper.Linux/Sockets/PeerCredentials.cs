using System.Runtime.InteropServices;

namespace Gatekeeper.Linux.Sockets;

/// <summary><c>struct ucred</c> (unix(7)): who connected, as the kernel saw it.</summary>
[StructLayout(LayoutKind.Sequential)]
public readonly record struct PeerCredentials
{
    /// <summary>Process id at the time of connecting; the process may be gone.</summary>
    public int ProcessId { get; init; }

    /// <summary>Effective user id.</summary>
    public uint UserId { get; init; }

    /// <summary>Effective group id.</summary>
    public uint GroupId { get; init; }

    /// <summary>Asks the kernel about a connected Unix socket.</summary>
    /// <exception cref="LinuxException">Not such a socket.</exception>
    public static unsafe PeerCredentials Of(SafeHandle socket)
    {
        PeerCredentials peer = default;
        uint length = (uint)sizeof(PeerCredentials);
        int done = Libc.GetSockOpt((int)socket.DangerousGetHandle(), SocketConstants.SOL_SOCKET, SocketConstants.SO_PEERCRED, &peer, &length);
        GC.KeepAlive(socket);
        LinuxException.Check(done, "getsockopt(SO_PEERCRED)");
        return peer;
    }
}
