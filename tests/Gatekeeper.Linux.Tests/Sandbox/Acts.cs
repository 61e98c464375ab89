using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace Gatekeeper.Linux.Tests.Sandbox;

/// <summary>Something a captive tries.</summary>
/// <param name="Name">What, for the test's name.</param>
/// <param name="Do">Does it; a negative errno when it failed.</param>
/// <param name="Walker">How it ends for a walker.</param>
/// <param name="Pump">How it ends for a pump.</param>
internal sealed record Act(string Name, Func<nint> Do, string Walker, string Pump);

/// <summary>Everything the captives try, by the numbers of x86-64.</summary>
internal static unsafe class Acts
{
    public const string Killed = "signal 31"; // SIGSYS
    public const string Denied = "errno 13"; // EACCES
    private const int AT_FDCWD = -100;

    public static ImmutableArray<Act> All { get; } =
    [
        Both("open a file", Denied, () => Open("/etc/hostname", 0)),
        Both("open its own program", Denied, () => Open(typeof(Acts).Assembly.Location, 0)),
        Both("open another device", Denied, () => Open("/dev/bus/usb/001/001", 2)),
        Both("open a disk to write a slot", Denied, () => Open("/dev/vda", 2)),
        Both("open the memory of another process", Denied, () => Open("/proc/1/mem", 0)),
        Both("create a file", Denied, () => Open("/tmp/gk-captive", 0x42)),
        Both("open by the newer call", Killed, () => Call(437, AT_FDCWD, Text("/etc/hostname"), 0, 0)),
        Both("open by a handle", Killed, () => Call(304, AT_FDCWD, 0, 0, 0)),
        Both("look at a file", Denied, () => Call(4, Text("/etc/hostname"), Text(new string(' ', 200)), 0, 0)),
        Both("list a folder", Killed, () => Call(217, 3, 0, 0, 0)),
        Both("socket for the network", Killed, () => Call(41, 2, 1, 0, 0)),
        Both("socket to another process", Killed, () => Call(41, 1, 1, 0, 0)),
        Both("netlink socket", Killed, () => Call(41, 16, 3, 15, 0)),
        Both("pair of sockets", Killed, () => Call(53, 1, 1, 0, Text(new string(' ', 8)))),
        Both("connect", Killed, () => Call(42, 3, 0, 0, 0)),
        Both("send a descriptor", Killed, () => Call(46, 3, 0, 0, 0)),
        Both("send to an address", Killed, () => Call(44, 3, 0, 0, 0, 1)),
        Both("run a program", Killed, () => Call(59, Text("/bin/true"), 0, 0, 0)),
        Both("run a program by descriptor", Killed, () => Call(322, AT_FDCWD, Text("/bin/true"), 0, 0)),
        Both("fork", Killed, () => Call(57, 0, 0, 0, 0)),
        Both("vfork by clone", Killed, () => Call(56, 0x4111, 0, 0, 0)),
        Both("clone into a new user namespace", Killed, () => Call(56, 0x003d0f00 | 0x10000000, 0, 0, 0)),
        Both("clone3", "errno 38", () => Call(435, 0, 0, 0, 0)),
        Both("ptrace", Killed, () => Call(101, 16, 1, 0, 0)),
        Both("read another process's memory", Killed, () => Call(310, 1, 0, 0, 0)),
        Both("take another process's descriptor", Killed, () => Call(438, 3, 0, 0, 0)),
        Both("signal another process", Killed, () => Call(62, 1, 0, 0, 0)),
        Both("signal a thread of another process", Killed, () => Call(234, 1, 1, 0, 0)),
        Both("wish to outlive gatekeeperd", Killed, () => Call(157, 1, 0, 0, 0)),
        Both("become dumpable", Killed, () => Call(157, 4, 1, 0, 0)),
        Both("raise a limit", Killed, () => Call(302, 0, 7, Text(new string(' ', 16)), 0)),
        Both("another filter", Killed, () => Call(317, 1, 0, 0, 0)),
        Both("become root", Killed, () => Call(105, 0, 0, 0, 0)),
        Both("unshare", Killed, () => Call(272, 0x10000000, 0, 0, 0)),
        Both("mount", Killed, () => Call(165, 0, 0, 0, 0)),
        Both("remove a file", Killed, () => Call(87, Text("/tmp/gk-captive"), 0, 0, 0)),
        Both("rename a file", Killed, () => Call(82, Text("/tmp/a"), Text("/tmp/b"), 0, 0)),
        Both("lengthen a file", Killed, () => Call(77, 3, 1, 0, 0)),
        Both("io_uring", Killed, () => Call(425, 1, 0, 0, 0)),
        Both("BPF", Killed, () => Call(321, 0, 0, 0, 0)),
        Both("file in memory", Killed, () => Call(319, Text("x"), 0, 0, 0)),
        Both("key ring", Killed, () => Call(250, 0, 0, 0, 0)),
        Both("numbering of x32", Killed, () => Call(0x40000000 | 39, 0, 0, 0, 0)),
        Both("number that is none", Killed, () => Call(9999, 0, 0, 0, 0)),
        Both("memory without end", "errno 12", () => Map(1L << 30)), // ENOMEM: RLIMIT_DATA
        new("receive a descriptor", () => Call(47, 3, 0, 0x40, 0), Killed, "errno 14"), // EFAULT: made, with no place to receive to
        new("reset a stick", () => Call(16, 3, 0x5514, 0, 0), Killed, Killed),
        new("choose a stick's configuration", () => Call(16, 3, unchecked((nint)0x80045505), 0, 0), Killed, Killed),
        new("have a driver bind", () => Call(16, 3, unchecked((nint)0xc0105512), 0, 0), Killed, Killed),
        new("transfer to a stick", () => Call(16, 3, unchecked((nint)0x8038550a), 0, 0), Killed, "errno 25"), // ENOTTY: made, on what is no stick

        // What it must be able to do.
        Both("start threads", "done", StartThreads),
        Both("collect its garbage", "done", Collect),
        Both("fail and go on", "done", Fail),
        Both("its own number", "done", () => Call(39, 0, 0, 0, 0)),
    ];

    /// <summary>A system call.</summary>
    public static nint Call(nint number, nint a, nint b, nint c, nint d, nint e = 0)
    {
        nint result = Syscall(number, a, b, c, d, e, 0);
        return result < 0 ? -Marshal.GetLastPInvokeError() : result;
    }

    /// <summary>Opens a file by name, with flags of open(2).</summary>
    public static nint Open(string path, int flags) => Call(257, AT_FDCWD, Text(path), flags, 0x1b6);

    private static nint Map(long bytes) => Syscall(9, 0, (nint)bytes, 3, 0x22, -1, 0) < 0 ? -Marshal.GetLastPInvokeError() : 0;

    private static Act Both(string name, string end, Func<nint> act) => new(name, act, end, end);

    private static nint StartThreads()
    {
        Thread[] threads = [.. Enumerable.Range(0, 4).Select(i => new Thread(() => Thread.Sleep(10)) { Name = $"thread {i}" })];
        Array.ForEach(threads, t => t.Start());
        Array.ForEach(threads, t => t.Join());
        return 0;
    }

    private static nint Collect()
    {
        for (int i = 0; i < 200; i++)
        {
            _ = new byte[1 << 20].Length;
        }

        GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        return 0;
    }

    private static nint Fail()
    {
        try
        {
            throw new Release.RefusedException(Release.Refusal.NoRelease, "nothing there");
        }
        catch (Release.RefusedException refused)
        {
            return refused.Message.Length > 0 && refused.StackTrace is not null ? 0 : -1;
        }
    }

    // Stays allocated: the process does not live long.
    private static nint Text(string text) => Marshal.StringToCoTaskMemUTF8(text);

    [DllImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static extern nint Syscall(nint number, nint a, nint b, nint c, nint d, nint e, nint f);
}
