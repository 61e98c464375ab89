using System.Runtime.InteropServices;

namespace Gatekeeper.Linux;

/// <summary><c>struct msghdr</c>, recvmsg(2), 64-bit glibc.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct MsgHdr
{
    public void* Name;
    public uint NameLength;
    public IoVec* Vectors;
    public nuint VectorCount;
    public void* Control;
    public nuint ControlLength;
    public int Flags;
}

/// <summary><c>struct iovec</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct IoVec
{
    public void* Base;
    public nuint Length;
}

/// <summary><c>struct cmsghdr</c> with one descriptor behind it, as SCM_RIGHTS carries it: CMSG_SPACE(4) is 24.</summary>
[StructLayout(LayoutKind.Sequential, Size = 24)]
internal struct CmsgFd
{
    public const nuint Length = 20; // CMSG_LEN(4)

    public nuint CmsgLength;
    public int Level;
    public int Type;
    public int Fd;
}
