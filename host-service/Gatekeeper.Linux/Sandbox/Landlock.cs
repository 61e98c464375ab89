using System.Runtime.InteropServices;
using Gatekeeper.Linux.Processes;
using Microsoft.Win32.SafeHandles;

namespace Gatekeeper.Linux.Sandbox;

/// <summary>
/// Landlock (landlock(7), Documentation/userspace-api/landlock.rst): takes from one thread, and from what it starts, every access to files but reading and
/// executing below some folders, and what else the running kernel's Landlock can take: device ioctls, TCP, abstract sockets, signals to others.
/// </summary>
internal static class Landlock
{
    public const ulong LANDLOCK_ACCESS_FS_EXECUTE = 1;
    public const ulong LANDLOCK_ACCESS_FS_READ_FILE = 4;
    public const ulong LANDLOCK_ACCESS_FS_READ_DIR = 8;
    public const ulong LANDLOCK_ACCESS_FS_MAKE_SYM = 1 << 12;
    public const ulong LANDLOCK_ACCESS_FS_REFER = 1 << 13;
    public const ulong LANDLOCK_ACCESS_FS_TRUNCATE = 1 << 14;
    public const ulong LANDLOCK_ACCESS_FS_IOCTL_DEV = 1 << 15;
    public const ulong LANDLOCK_ACCESS_NET_BIND_TCP = 1;
    public const ulong LANDLOCK_ACCESS_NET_CONNECT_TCP = 2;
    public const ulong LANDLOCK_SCOPE_ABSTRACT_UNIX_SOCKET = 1;
    public const ulong LANDLOCK_SCOPE_SIGNAL = 2;
    public const uint LANDLOCK_CREATE_RULESET_VERSION = 1;
    public const uint LANDLOCK_CREATE_RULESET_ERRATA = 2;
    public const uint LANDLOCK_RULE_PATH_BENEATH = 1;

    // Second entry of the kernel's list: until then a thread in such a domain could not signal its own process, and the runtime does so to suspend threads.
    private const nint ErratumSignalsWithinProcess = 1 << 1;

    /// <summary>Version of the kernel's Landlock; 0 when it has none or was started without.</summary>
    public static int Abi() => (int)Math.Max(0, Libc.Syscall(SystemCalls.LandlockCreateRuleset, 0, 0, (nint)LANDLOCK_CREATE_RULESET_VERSION, 0));

    /// <summary>What the ruleset of a kernel takes away.</summary>
    /// <param name="abi">Version, 1 or more.</param>
    /// <param name="signals">Whether signals can be taken.</param>
    public static LandlockRulesetAttr Handled(int abi, bool signals) => new()
    {
        HandledAccessFs = ((LANDLOCK_ACCESS_FS_MAKE_SYM << 1) - 1)
            | (abi >= 2 ? LANDLOCK_ACCESS_FS_REFER : 0)
            | (abi >= 3 ? LANDLOCK_ACCESS_FS_TRUNCATE : 0)
            | (abi >= 5 ? LANDLOCK_ACCESS_FS_IOCTL_DEV : 0),
        HandledAccessNet = abi >= 4 ? LANDLOCK_ACCESS_NET_BIND_TCP | LANDLOCK_ACCESS_NET_CONNECT_TCP : 0,
        Scoped = abi >= 6 ? LANDLOCK_SCOPE_ABSTRACT_UNIX_SOCKET | (signals ? LANDLOCK_SCOPE_SIGNAL : 0) : 0,
    };

    /// <summary>Restricts the calling thread, which has no_new_privs. Does nothing on a kernel without Landlock: the status says so.</summary>
    /// <param name="folders">Folders whose files may be read and executed; those that are not there are left out.</param>
    /// <exception cref="LinuxException">The kernel has Landlock and refused.</exception>
    public static unsafe void RestrictThread(IEnumerable<string> folders)
    {
        int abi = Abi();
        if (abi == 0)
        {
            return;
        }

        nint errata = Libc.Syscall(SystemCalls.LandlockCreateRuleset, 0, 0, (nint)LANDLOCK_CREATE_RULESET_ERRATA, 0);
        LandlockRulesetAttr handled = Handled(abi, signals: errata > 0 && (errata & ErratumSignalsWithinProcess) != 0);

        // An older kernel refuses a struct with members it does not know, unless they are zero; then it takes the longer one too.
        nint made = Libc.Syscall(SystemCalls.LandlockCreateRuleset, (nint)(&handled), sizeof(LandlockRulesetAttr), 0, 0);
        using var ruleset = new SafeFileHandle(made >= 0 ? made : throw LinuxException.Last("landlock_create_ruleset"), ownsHandle: true);
        foreach (string folder in folders)
        {
            using SafeFileHandle handle = Libc.Open(folder, Libc.O_PATH | Libc.O_CLOEXEC);
            if (handle.IsInvalid)
            {
                if (Marshal.GetLastPInvokeError() is var error and not Errno.ENOENT)
                {
                    throw new LinuxException($"open {folder}", error);
                }

                continue;
            }

            var rule = new LandlockPathBeneathAttr
            {
                AllowedAccess = LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR,
                ParentFd = (int)handle.DangerousGetHandle(),
            };
            LinuxException.CheckZero(Libc.Syscall(SystemCalls.LandlockAddRule, made, (nint)LANDLOCK_RULE_PATH_BENEATH, (nint)(&rule), 0), "landlock_add_rule");
        }

        LinuxException.CheckZero(Libc.Syscall(SystemCalls.LandlockRestrictSelf, made, 0, 0, 0), "landlock_restrict_self");
    }
}

/// <summary><c>struct landlock_ruleset_attr</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct LandlockRulesetAttr
{
    public ulong HandledAccessFs;
    public ulong HandledAccessNet;
    public ulong Scoped;
}

/// <summary><c>struct landlock_path_beneath_attr</c>, packed.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
internal struct LandlockPathBeneathAttr
{
    public ulong AllowedAccess;
    public int ParentFd;
}
