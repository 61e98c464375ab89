using System.Diagnostics;
using System.Runtime.InteropServices;
using Gatekeeper.Stick.Boundary;
using Microsoft.Win32.SafeHandles;

namespace Gatekeeper.Linux.Sockets;

/// <summary>One end of a Unix stream socket: between gatekeeperd and its own children. Not for use by two threads in one direction.</summary>
public sealed class UnixChannel : IByteChannel, IDisposable
{
    private readonly SafeFileHandle _socket;

    /// <summary>Takes over a connected socket.</summary>
    public UnixChannel(SafeFileHandle socket) => _socket = socket;

    /// <summary>Takes over a connected socket that was inherited, by its number.</summary>
    public UnixChannel(int fd)
        : this(new SafeFileHandle(fd, ownsHandle: true))
    {
    }

    /// <summary>The socket itself.</summary>
    public SafeFileHandle Handle => _socket;

    /// <summary>Makes a connected pair, closed in programs that are started.</summary>
    public static (UnixChannel Ours, UnixChannel Theirs) Pair()
    {
        int[] fds = new int[2];
        unsafe
        {
            fixed (int* first = fds)
            {
                LinuxException.Check(Libc.SocketPair(SocketConstants.AF_UNIX, SocketConstants.SOCK_STREAM | SocketConstants.SOCK_CLOEXEC, 0, first), "socketpair");
            }
        }

        return (new UnixChannel(fds[0]), new UnixChannel(fds[1]));
    }

    /// <summary>Asks the kernel to hold this many bytes that were sent and not yet received. The kernel may give less (net.core.wmem_max).</summary>
    public unsafe void SetSendBuffer(int bytes) =>
        LinuxException.Check(Libc.SetSockOpt(Fd, SocketConstants.SOL_SOCKET, SocketConstants.SO_SNDBUF, &bytes, sizeof(int)), "setsockopt(SO_SNDBUF)");

    /// <summary>The process at the other end, as the kernel saw it when the socket was connected (SO_PEERCRED).</summary>
    public PeerCredentials Peer => PeerCredentials.Of(_socket);

    /// <inheritdoc/>
    public unsafe void Send(ReadOnlySpan<byte> data, int timeoutMilliseconds)
    {
        long start = Stopwatch.GetTimestamp();
        fixed (byte* bytes = data)
        {
            int done = 0;
            while (done < data.Length)
            {
                nint sent = Libc.Send(Fd, bytes + done, (nuint)(data.Length - done), SocketConstants.MSG_DONTWAIT | SocketConstants.MSG_NOSIGNAL);
                if (sent >= 0)
                {
                    done += (int)sent;
                }
                else
                {
                    WaitAfter(Marshal.GetLastPInvokeError(), "send", PollFd.POLLOUT, start, timeoutMilliseconds);
                }
            }
        }
    }

    /// <inheritdoc/>
    public unsafe void Receive(Span<byte> buffer, int timeoutMilliseconds)
    {
        long start = Stopwatch.GetTimestamp();
        fixed (byte* bytes = buffer)
        {
            int done = 0;
            while (done < buffer.Length)
            {
                nint got = Libc.Recv(Fd, bytes + done, (nuint)(buffer.Length - done), SocketConstants.MSG_DONTWAIT);
                if (got > 0)
                {
                    done += (int)got;
                }
                else if (got == 0)
                {
                    throw new EndOfStreamException("the other end of the socket is closed");
                }
                else
                {
                    WaitAfter(Marshal.GetLastPInvokeError(), "recv", PollFd.POLLIN, start, timeoutMilliseconds);
                }
            }
        }
    }

    /// <summary>Sends one byte and a descriptor with it. The other end gets its own descriptor of the same open file.</summary>
    public unsafe void SendFd(SafeFileHandle handle, byte marker)
    {
        var vector = new IoVec { Base = &marker, Length = 1 };
        var control = new CmsgFd { CmsgLength = CmsgFd.Length, Level = SocketConstants.SOL_SOCKET, Type = SocketConstants.SCM_RIGHTS, Fd = (int)handle.DangerousGetHandle() };
        var message = new MsgHdr { Vectors = &vector, VectorCount = 1, Control = &control, ControlLength = (nuint)sizeof(CmsgFd) };
        nint sent = Libc.SendMsg(Fd, &message, SocketConstants.MSG_NOSIGNAL);
        GC.KeepAlive(handle);
        if (sent != 1)
        {
            throw Broken(Marshal.GetLastPInvokeError(), "sendmsg");
        }
    }

    /// <summary>Receives one byte and exactly one descriptor with it.</summary>
    /// <exception cref="InvalidDataException">The byte came without a descriptor, or with more than one.</exception>
    /// <exception cref="EndOfStreamException">The other end is gone.</exception>
    public unsafe SafeFileHandle ReceiveFd(out byte marker)
    {
        byte one = 0;
        var vector = new IoVec { Base = &one, Length = 1 };
        var control = default(CmsgFd);
        var message = new MsgHdr { Vectors = &vector, VectorCount = 1, Control = &control, ControlLength = (nuint)sizeof(CmsgFd) };
        nint got = Libc.RecvMsg(Fd, &message, SocketConstants.MSG_CMSG_CLOEXEC);
        if (got != 1)
        {
            throw got == 0 ? new EndOfStreamException("the other end of the socket is closed") : Broken(Marshal.GetLastPInvokeError(), "recvmsg");
        }

        marker = one;
        bool whole = (message.Flags & SocketConstants.MSG_CTRUNC) == 0
            && message.ControlLength >= CmsgFd.Length
            && control.CmsgLength == CmsgFd.Length
            && control.Level == SocketConstants.SOL_SOCKET
            && control.Type == SocketConstants.SCM_RIGHTS;
        return whole ? new SafeFileHandle(control.Fd, ownsHandle: true) : throw new InvalidDataException("no descriptor came with the byte");
    }

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();

    private int Fd => (int)_socket.DangerousGetHandle();

    private unsafe void WaitAfter(int error, string call, short events, long start, int timeoutMilliseconds)
    {
        if (error == Errno.EINTR)
        {
            return;
        }

        if (error != Errno.EAGAIN)
        {
            throw Broken(error, call);
        }

        int left = timeoutMilliseconds < 0 ? -1 : (int)Math.Max(0, timeoutMilliseconds - (long)Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        var poll = new PollFd { Fd = Fd, Events = events };
        int ready = Libc.Poll(&poll, 1, left);
        if (ready == 0)
        {
            throw new TimeoutException($"{call}: {timeoutMilliseconds} ms are over");
        }

        if (ready < 0 && Marshal.GetLastPInvokeError() is var why and not Errno.EINTR)
        {
            throw new LinuxException("poll", why);
        }
    }

    private static Exception Broken(int error, string call) =>
        error is Errno.EPIPE or Errno.ECONNRESET ? new EndOfStreamException($"{call}: the other end of the socket is closed") : new LinuxException(call, error);
}
