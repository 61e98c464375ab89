namespace Gatekeeper.Linux;

/// <summary>errno values that are told apart here (asm-generic/errno-base.h, errno.h; the same on x86-64 and arm64).</summary>
internal static class Errno
{
    public const int ENOENT = 2;
    public const int ESRCH = 3;
    public const int EINTR = 4;
    public const int EAGAIN = 11;
    public const int EACCES = 13;
    public const int ENODEV = 19;
    public const int EPIPE = 32;
    public const int ENOSYS = 38;
    public const int ENODATA = 61;
    public const int ECONNRESET = 104;
    public const int ENOBUFS = 105;
}
