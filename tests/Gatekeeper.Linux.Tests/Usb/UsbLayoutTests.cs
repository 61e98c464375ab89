using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Gatekeeper.Linux.Processes;
using Gatekeeper.Linux.Sockets;
using Gatekeeper.Linux.Usb;

namespace Gatekeeper.Linux.Tests.Usb;

/// <summary>Every number and layout that the USB, socket and process parts share with C, judged by the C compiler.</summary>
public sealed class UsbLayoutTests
{
    [Fact]
    public void UsbfsRequests_AreThoseOfTheHeader()
    {
        CHeader header = new("sys/ioctl.h", "linux/usbdevice_fs.h");
        foreach (FieldInfo field in typeof(Usbfs).GetFields())
        {
            header.Constant(field.Name, (uint)field.GetRawConstantValue()!);
        }

        header
            .Constant("sizeof(struct usbdevfs_setinterface)", (ulong)Unsafe.SizeOf<UsbfsSetInterface>())
            .Constant("offsetof(struct usbdevfs_setinterface, altsetting)", Offset<UsbfsSetInterface>(nameof(UsbfsSetInterface.Setting)))
            .Constant("sizeof(struct usbdevfs_getdriver)", (ulong)Unsafe.SizeOf<UsbfsGetDriver>())
            .Constant("offsetof(struct usbdevfs_getdriver, interface)", Offset<UsbfsGetDriver>(nameof(UsbfsGetDriver.Interface)))
            .Constant("sizeof(struct usbdevfs_connectinfo)", (ulong)Unsafe.SizeOf<UsbfsConnectInfo>())
            .Constant("offsetof(struct usbdevfs_connectinfo, devnum)", Offset<UsbfsConnectInfo>(nameof(UsbfsConnectInfo.DeviceNumber)))
            .Verify();
    }

    [Fact]
    public void SocketStructs_AreLaidOutAsInTheHeaders() =>
        new CHeader("sys/socket.h", "sys/un.h", "sys/uio.h", "poll.h", "linux/netlink.h")
            .Constant("sizeof(struct pollfd)", (ulong)Unsafe.SizeOf<PollFd>())
            .Constant("offsetof(struct pollfd, events)", Offset<PollFd>(nameof(PollFd.Events)))
            .Constant("offsetof(struct pollfd, revents)", Offset<PollFd>(nameof(PollFd.Revents)))
            .Constant("sizeof(struct iovec)", (ulong)Unsafe.SizeOf<IoVec>())
            .Constant("offsetof(struct iovec, iov_len)", Offset<IoVec>(nameof(IoVec.Length)))
            .Constant("sizeof(struct msghdr)", (ulong)Unsafe.SizeOf<MsgHdr>())
            .Constant("offsetof(struct msghdr, msg_iov)", Offset<MsgHdr>(nameof(MsgHdr.Vectors)))
            .Constant("offsetof(struct msghdr, msg_iovlen)", Offset<MsgHdr>(nameof(MsgHdr.VectorCount)))
            .Constant("offsetof(struct msghdr, msg_control)", Offset<MsgHdr>(nameof(MsgHdr.Control)))
            .Constant("offsetof(struct msghdr, msg_controllen)", Offset<MsgHdr>(nameof(MsgHdr.ControlLength)))
            .Constant("offsetof(struct msghdr, msg_flags)", Offset<MsgHdr>(nameof(MsgHdr.Flags)))
            .Constant("CMSG_SPACE(sizeof(int))", (ulong)Unsafe.SizeOf<CmsgFd>())
            .Constant("CMSG_LEN(sizeof(int))", CmsgFd.Length)
            .Constant("offsetof(struct cmsghdr, cmsg_level)", Offset<CmsgFd>(nameof(CmsgFd.Level)))
            .Constant("offsetof(struct cmsghdr, cmsg_type)", Offset<CmsgFd>(nameof(CmsgFd.Type)))
            .Constant("CMSG_LEN(0)", Offset<CmsgFd>(nameof(CmsgFd.Fd)))
            .Constant("sizeof(struct ucred)", (ulong)Unsafe.SizeOf<PeerCredentials>())
            .Constant("sizeof(struct sockaddr_nl)", (ulong)Unsafe.SizeOf<UeventSocket.SockAddrNl>())
            .Constant("offsetof(struct sockaddr_nl, nl_groups)", Offset<UeventSocket.SockAddrNl>(nameof(UeventSocket.SockAddrNl.Groups)))
            .Verify("-D_GNU_SOURCE");

    [Fact]
    public void SocketConstants_AreThoseOfTheHeaders()
    {
        CHeader header = new("sys/socket.h", "poll.h", "errno.h", "linux/netlink.h");
        foreach (FieldInfo field in typeof(SocketConstants).GetFields().Concat(typeof(Errno).GetFields()).Concat(typeof(PollFd).GetFields().Where(f => f.IsLiteral)))
        {
            header.Constant(field.Name, Convert.ToUInt64(field.GetRawConstantValue(), System.Globalization.CultureInfo.InvariantCulture));
        }

        header.Verify("-D_GNU_SOURCE");
    }

    [Fact]
    public void SpawnSizesAndCallNumbers_AreThoseOfTheHeaders() =>
        new CHeader("spawn.h", "signal.h", "fcntl.h", "sys/syscall.h", "sys/wait.h", "sys/prctl.h")
            .Constant("sizeof(posix_spawn_file_actions_t)", NativeSizes.SpawnFileActions)
            .Constant("sizeof(posix_spawnattr_t)", NativeSizes.SpawnAttributes)
            .Constant("sizeof(sigset_t)", NativeSizes.SignalSet)
            .Constant("sizeof(siginfo_t)", NativeSizes.SignalInfo)
            .Constant("POSIX_SPAWN_SETSIGDEF", (ulong)NativeSizes.POSIX_SPAWN_SETSIGDEF)
            .Constant("POSIX_SPAWN_SETSIGMASK", (ulong)NativeSizes.POSIX_SPAWN_SETSIGMASK)
            .Constant("POSIX_SPAWN_SETSID", (ulong)NativeSizes.POSIX_SPAWN_SETSID)
            .Constant("SYS_setgroups", (ulong)SystemCalls.Setgroups)
            .Constant("SYS_setresuid", (ulong)SystemCalls.Setresuid)
            .Constant("SYS_setresgid", (ulong)SystemCalls.Setresgid)
            .Constant("SYS_pidfd_open", (ulong)SystemCalls.PidfdOpen)
            .Constant("SYS_pidfd_send_signal", (ulong)SystemCalls.PidfdSendSignal)
            .Constant("PR_CAPBSET_DROP", ChildLauncher.PR_CAPBSET_DROP)
            .Constant("PR_SET_NO_NEW_PRIVS", ChildLauncher.PR_SET_NO_NEW_PRIVS)
            .Constant("SYS_landlock_create_ruleset", (ulong)SystemCalls.LandlockCreateRuleset)
            .Constant("SYS_landlock_add_rule", (ulong)SystemCalls.LandlockAddRule)
            .Constant("SYS_landlock_restrict_self", (ulong)SystemCalls.LandlockRestrictSelf)
            .Constant("SYS_seccomp", (ulong)SystemCalls.Seccomp)
            .Constant("SYS_prlimit64", (ulong)SystemCalls.Prlimit)
            .Constant("P_PIDFD", ChildProcess.P_PIDFD)
            .Constant("WEXITED", ChildProcess.WEXITED)
            .Constant("SIGKILL", ChildProcess.SIGKILL)
            .Verify("-D_GNU_SOURCE");

    private static ulong Offset<T>(string field) => (ulong)Marshal.OffsetOf<T>(field);
}
