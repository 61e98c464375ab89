using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Gatekeeper.Linux.Processes;

/// <summary>A child by its pidfd: it can be waited for and killed without ever meeting another process that got its number.</summary>
public sealed class ChildProcess : IDisposable
{
    internal const int P_PIDFD = 3;
    internal const int WEXITED = 4;
    internal const int SIGKILL = 9;
    internal const int CLD_EXITED = 1;

    // siginfo_t: where si_code and si_status lie, on 64-bit machines.
    internal const int CodeOffset = 8;
    internal const int StatusOffset = 24;

    private readonly SafeFileHandle _pidfd;
    private bool _reaped;

    private ChildProcess(int pid, SafeFileHandle pidfd)
    {
        Id = pid;
        _pidfd = pidfd;
    }

    /// <summary>Process id, for logs.</summary>
    public int Id { get; }

    /// <summary>How it ended, for logs: "exit code N" or "signal N"; null while it runs or before it was waited for.</summary>
    public string? End { get; private set; }

    /// <summary>Waits for the child's end and takes it from the process table.</summary>
    /// <param name="timeoutMilliseconds">0 only asks; negative waits without end.</param>
    /// <returns>True when it has ended.</returns>
    public unsafe bool WaitForEnd(int timeoutMilliseconds)
    {
        if (_reaped)
        {
            return true;
        }

        var poll = new PollFd { Fd = Fd, Events = PollFd.POLLIN };
        int ready = Libc.Poll(&poll, 1, timeoutMilliseconds);
        if (ready < 0 && Marshal.GetLastPInvokeError() is var error and not Errno.EINTR)
        {
            throw new LinuxException("poll", error);
        }

        if (ready <= 0)
        {
            return false;
        }

        byte* info = stackalloc byte[NativeSizes.SignalInfo];
        LinuxException.Check(Libc.WaitId(P_PIDFD, (uint)Fd, info, WEXITED), "waitid");
        string how = *(int*)(info + CodeOffset) == CLD_EXITED ? "exit code" : "signal";
        End = string.Create(CultureInfo.InvariantCulture, $"{how} {*(int*)(info + StatusOffset)}");
        _reaped = true;
        return true;
    }

    /// <summary>Kills the child (SIGKILL) and waits for its end. Does nothing when it has ended.</summary>
    public void Kill()
    {
        if (!_reaped)
        {
            // ESRCH: ended already and only waits to be taken from the table.
            if (Libc.Syscall(SystemCalls.PidfdSendSignal, Fd, SIGKILL, 0, 0) < 0 && Marshal.GetLastPInvokeError() is var error and not Errno.ESRCH)
            {
                throw new LinuxException("pidfd_send_signal", error);
            }

            while (!WaitForEnd(-1))
            {
            }
        }
    }

    /// <summary>Kills the child if it still runs.</summary>
    public void Dispose()
    {
        if (!_pidfd.IsClosed)
        {
            Kill();
            _pidfd.Dispose();
        }
    }

    internal static ChildProcess Watch(int pid)
    {
        // The child cannot vanish before this: nobody else waits for it.
        nint fd = Libc.Syscall(SystemCalls.PidfdOpen, pid, 0, 0, 0);
        return fd >= 0 ? new ChildProcess(pid, new SafeFileHandle(fd, ownsHandle: true)) : throw LinuxException.Last("pidfd_open");
    }

    private int Fd => (int)_pidfd.DangerousGetHandle();
}
