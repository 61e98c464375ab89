using System.Runtime.InteropServices;
using Gatekeeper.Linux.Processes;

namespace Gatekeeper.Linux.Sockets;

/// <summary>The process that connected to a Unix socket, by its pidfd: never another one that got its number (unix(7), SO_PEERPIDFD).</summary>
public static class PeerProcess
{
    // asm-generic/socket.h of Linux 6.5: not beside the others, because a test compares those with headers that may be older.
    private const int SO_PEERPIDFD = 77;

    /// <summary>Kills it (SIGKILL).</summary>
    /// <returns>False when it is gone already, or the kernel has no such thing (before 6.5): then closing the connection is all that can be done.</returns>
    /// <exception cref="LinuxException">It may not be killed.</exception>
    public static unsafe bool Kill(SafeHandle socket)
    {
        int fd = -1;
        uint length = sizeof(int);
        if (Libc.GetSockOpt((int)socket.DangerousGetHandle(), SocketConstants.SOL_SOCKET, SO_PEERPIDFD, &fd, &length) != 0)
        {
            return false;
        }

        GC.KeepAlive(socket);
        using var pidfd = new Microsoft.Win32.SafeHandles.SafeFileHandle(fd, ownsHandle: true);
        if (Libc.Syscall(SystemCalls.PidfdSendSignal, fd, ChildProcess.SIGKILL, 0, 0) == 0)
        {
            return true;
        }

        return Marshal.GetLastPInvokeError() is var error and not Errno.ESRCH ? throw new LinuxException("pidfd_send_signal", error) : false;
    }
}
