using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Gatekeeper.Linux.Usb;

/// <summary>Why <see cref="UeventSocket.Wait"/> came back. All of them mean the same to a reader of the whole tree: read it.</summary>
public enum Wake
{
    /// <summary>The time is over.</summary>
    Time,

    /// <summary>At least one event; they are all thrown away.</summary>
    Event,

    /// <summary>The kernel had more events than room for them: what happened between is lost, the state is not.</summary>
    Overflow,
}

/// <summary>The kernel's uevents (netlink(7), NETLINK_KOBJECT_UEVENT). They only wake: nothing in them is read, so nothing in them can lie.</summary>
public sealed class UeventSocket : IDisposable
{
    private const uint KernelGroup = 1;
    private const int MostAtOnce = 4096;

    private readonly SafeFileHandle _socket;

    private UeventSocket(SafeFileHandle socket) => _socket = socket;

    /// <summary>Starts to listen.</summary>
    /// <exception cref="LinuxException">The kernel refused.</exception>
    public static unsafe UeventSocket Open()
    {
        int fd = LinuxException.Check(
            Libc.Socket(SocketConstants.AF_NETLINK, SocketConstants.SOCK_DGRAM | SocketConstants.SOCK_CLOEXEC, SocketConstants.NETLINK_KOBJECT_UEVENT), "socket");
        var handle = new SafeFileHandle(fd, ownsHandle: true);
        var address = new SockAddrNl { Family = SocketConstants.AF_NETLINK, Groups = KernelGroup };
        if (Libc.Bind(fd, &address, (uint)sizeof(SockAddrNl)) < 0)
        {
            LinuxException failed = LinuxException.Last("bind");
            handle.Dispose();
            throw failed;
        }

        return new UeventSocket(handle);
    }

    /// <summary>Waits for events and throws away all that are there.</summary>
    /// <param name="timeoutMilliseconds">Negative waits without end.</param>
    public unsafe Wake Wait(int timeoutMilliseconds)
    {
        int fd = (int)_socket.DangerousGetHandle();
        var poll = new PollFd { Fd = fd, Events = PollFd.POLLIN };
        if (Libc.Poll(&poll, 1, timeoutMilliseconds) <= 0)
        {
            return Wake.Time;
        }

        // A message that is longer than the buffer is cut, which is as good here.
        byte* scratch = stackalloc byte[64];
        for (int i = 0; i < MostAtOnce; i++)
        {
            if (Libc.Recv(fd, scratch, 64, SocketConstants.MSG_DONTWAIT) < 0)
            {
                switch (Marshal.GetLastPInvokeError())
                {
                    case Errno.EAGAIN:
                        return Wake.Event;
                    case Errno.ENOBUFS:
                        return Wake.Overflow;
                    case Errno.EINTR:
                        break;
                    case var error:
                        throw new LinuxException("recv", error);
                }
            }
        }

        return Wake.Event;
    }

    /// <summary>Ends listening.</summary>
    public void Dispose() => _socket.Dispose();

    /// <summary><c>struct sockaddr_nl</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct SockAddrNl
    {
        public ushort Family;
        public ushort Pad;
        public uint ProcessId;
        public uint Groups;
    }
}
