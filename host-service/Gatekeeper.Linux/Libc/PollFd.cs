using System.Runtime.InteropServices;

namespace Gatekeeper.Linux;

/// <summary><c>struct pollfd</c>, poll(2).</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct PollFd
{
    public const short POLLIN = 1;
    public const short POLLOUT = 4;

    public int Fd;
    public short Events;
    public short Revents;
}
