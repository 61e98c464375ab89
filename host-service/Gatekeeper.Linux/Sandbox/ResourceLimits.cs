using System.Runtime.InteropServices;
using Gatekeeper.Linux.Processes;
using Gatekeeper.Release;

namespace Gatekeeper.Linux.Sandbox;

/// <summary>What this process may use at most (setrlimit(2)); both limits at once, so that nothing without a capability raises them again.</summary>
internal static class ResourceLimits
{
    public const int RLIMIT_CPU = 0;
    public const int RLIMIT_FSIZE = 1;
    public const int RLIMIT_DATA = 2;
    public const int RLIMIT_CORE = 4;
    public const int RLIMIT_NPROC = 6;
    public const int RLIMIT_NOFILE = 7;

    /// <summary>Limits this process. RLIMIT_AS is not among them: the runtime reserves far more addresses than it ever uses.</summary>
    /// <param name="processorSeconds">Processor time since its start.</param>
    /// <exception cref="LinuxException">The kernel refused.</exception>
    public static void Apply(int processorSeconds)
    {
        Set(RLIMIT_CPU, (ulong)processorSeconds);
        Set(RLIMIT_FSIZE, 0);
        Set(RLIMIT_DATA, (ulong)Limits.ChildDataBytes);
        Set(RLIMIT_CORE, 0);
        Set(RLIMIT_NPROC, Limits.ChildThreads);
        Set(RLIMIT_NOFILE, Limits.ChildDescriptors);
    }

    private static unsafe void Set(int resource, ulong value)
    {
        var limit = new ResourceLimit { Current = value, Maximum = value };
        LinuxException.CheckZero(Libc.Syscall(SystemCalls.Prlimit, 0, resource, (nint)(&limit), 0), "prlimit");
    }
}

/// <summary><c>struct rlimit64</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct ResourceLimit
{
    public ulong Current;
    public ulong Maximum;
}
