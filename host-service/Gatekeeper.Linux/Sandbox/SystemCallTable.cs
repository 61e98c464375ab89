using System.Collections.Immutable;
using Gatekeeper.Linux.Usb;

namespace Gatekeeper.Linux.Sandbox;

/// <summary>
/// Every system call that pump and walker may make once they are confined, each with its reason. Any other one ends the process.
/// What the two need was found by tracing whole conversations of the published program, and of the same code under the shared runtime.
/// Numbers: arch/x86/entry/syscalls/syscall_64.tbl, include/uapi/asm-generic/unistd.h (arm64); a test compares them with the headers.
/// </summary>
internal static class SystemCallTable
{
    /// <summary>Flags with which glibc makes a thread: shares everything, no new namespace, no signal to the parent (clone(2), pthread_create).</summary>
    public const uint ThreadFlags = 0x003d0f00;

    public const uint PR_SET_NAME = 15;

    /// <summary>For both children.</summary>
    /// <param name="processId">The process that is confined.</param>
    public static ImmutableArray<SystemCallRule> Walker(int processId) =>
    [
        new("recvfrom", 45, 207, "requests and sectors from gatekeeperd"),
        new("sendto", 44, 206, "answers to gatekeeperd, on the connected socket: without an address") { Only = new ArgumentRule(4, true, [0]) },
        new("poll", 7, -1, "waits for the socket; libusb waits for its transfers"),
        new("ppoll", 271, 73, "poll on arm64"),
        new("read", 0, 63, "libusb's timer and event descriptors, the runtime's signal pipe"),
        new("write", 1, 64, "the same; every descriptor there is was open before the first byte of a stick"),
        new("pread64", 17, 67, "the loader's look into its own, already open program file"),
        new("lseek", 8, 62, "libusb reads the descriptors of the stick's node from their start"),
        new("fstat", 5, 80, "libc before it reads an open file"),
        new("close", 3, 57, "the end"),

        new("mmap", 9, 222, "heap, stacks and compiled code; no new file can be opened to be mapped"),
        new("munmap", 11, 215, "heap and stacks"),
        new("mprotect", 10, 226, "the runtime commits memory with it, and makes compiled code executable"),
        new("mremap", 25, 216, "realloc"),
        new("madvise", 28, 233, "memory given back after a collection"),
        new("brk", 12, 214, "malloc"),

        new("futex", 202, 98, "locks"),
        new("clone", 56, 220, "threads and nothing else") { Only = new ArgumentRule(0, false, [ThreadFlags]) },
        new("clone3", 435, 435, "its flags lie in memory where no filter sees them: libc falls back to clone") { Error = Errno.ENOSYS },
        new("pipe2", 293, 59, "the runtime makes one at a thread's start, from itself to itself"),
        new("set_robust_list", 273, 99, "a thread's start"),
        new("rseq", 334, 293, "a thread's start"),
        new("sigaltstack", 131, 132, "a thread's start and end"),
        new("prctl", 157, 167, "a thread's name") { Only = new ArgumentRule(0, false, [PR_SET_NAME]) },
        new("gettid", 186, 178, "a thread's start"),
        new("getpid", 39, 172, "raise and abort"),
        new("exit", 60, 93, "a thread's end"),
        new("exit_group", 231, 94, "the process's end"),
        new("sched_yield", 24, 124, "spinning locks"),
        new("sched_getaffinity", 204, 123, "how many processors there are"),
        new("sched_setaffinity", 203, 122, "a thread's start"),
        new("sched_getparam", 143, 121, "a thread's priority"),
        new("sched_getscheduler", 145, 120, "a thread's priority"),
        new("sched_setscheduler", 144, 119, "a thread's priority; raising it needs a capability"),
        new("sched_get_priority_max", 146, 125, "a thread's priority"),
        new("sched_get_priority_min", 147, 126, "a thread's priority"),
        new("getcpu", 309, 168, "the heap of this processor"),
        new("membarrier", 324, 283, "suspending threads for a collection"),

        new("rt_sigaction", 13, 134, "the runtime's handlers"),
        new("rt_sigprocmask", 14, 135, "a thread's start, abort"),
        new("rt_sigreturn", 15, 139, "the end of a handler"),
        new("tgkill", 234, 131, "suspending its own threads, abort: its own process only") { Only = new ArgumentRule(0, false, [(uint)processId]) },
        new("restart_syscall", 219, 128, "a wait that a signal interrupted"),

        new("clock_gettime", 228, 113, "time, where the kernel's page for it cannot be used"),
        new("clock_getres", 229, 114, "the same"),
        new("gettimeofday", 96, 169, "the same"),
        new("nanosleep", 35, 101, "pauses between two questions to a stick"),
        new("clock_nanosleep", 230, 115, "the same"),
        new("getrandom", 318, 278, "seeds of hash tables"),
        new("getrusage", 98, 165, "the runtime's own counters"),
        new("prlimit64", 302, 261, "the runtime asks for its own limits at a collection; asks, and sets none") { Only = new ArgumentRule(2, true, [0]) },
        new("sysinfo", 99, 179, "how much memory there is, asked at each collection"),

        // Nothing is opened or looked at by name. An error and not the end, because the runtime asks again and again and gets on without an answer:
        // for memory limits at each collection, for messages in the user's language, for a library that is loaded already.
        new("open", 2, -1, "denied") { Error = Errno.EACCES },
        new("openat", 257, 56, "denied") { Error = Errno.EACCES },
        new("access", 21, -1, "denied") { Error = Errno.EACCES },
        new("faccessat", 269, 48, "denied") { Error = Errno.EACCES },
        new("faccessat2", 439, 439, "denied") { Error = Errno.EACCES },
        new("stat", 4, -1, "denied") { Error = Errno.EACCES },
        new("lstat", 6, -1, "denied") { Error = Errno.EACCES },
        new("newfstatat", 262, 79, "denied") { Error = Errno.EACCES },
        new("statx", 332, 291, "denied") { Error = Errno.EACCES },
        new("readlink", 89, -1, "denied") { Error = Errno.EACCES },
        new("readlinkat", 267, 78, "denied") { Error = Errno.EACCES },
    ];

    /// <summary>For the pump: the same and what libusb needs for the one node it is handed.</summary>
    /// <param name="processId">The process that is confined.</param>
    public static ImmutableArray<SystemCallRule> Pump(int processId) =>
    [
        .. Walker(processId),
        new("recvmsg", 47, 212, "the stick's descriptor from gatekeeperd"),
        new("timerfd_settime", 286, 86, "libusb's timeouts; the timer was made before"),
        new("ioctl", 16, 29, "the stick: transfers on its endpoints, no reset, no driver")
        {
            Only = new ArgumentRule(1, false,
            [
                Usbfs.USBDEVFS_SUBMITURB, Usbfs.USBDEVFS_REAPURBNDELAY, Usbfs.USBDEVFS_DISCARDURB, Usbfs.USBDEVFS_CLEAR_HALT, Usbfs.USBDEVFS_GET_CAPABILITIES,
                Usbfs.USBDEVFS_CONTROL, Usbfs.USBDEVFS_CONNECTINFO, Usbfs.USBDEVFS_GET_SPEED, Usbfs.USBDEVFS_CLAIMINTERFACE, Usbfs.USBDEVFS_RELEASEINTERFACE,
            ]),
        },
    ];
}
