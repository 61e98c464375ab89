using System.Runtime.InteropServices;

namespace Gatekeeper.Linux.Processes;

/// <summary>System calls that glibc has no wrapper for, or whose wrapper changes every thread of the process where one is meant (the first three, nptl(7)).</summary>
internal static class SystemCalls
{
    public static nint Setgroups { get; } = Number(116, 159);

    public static nint Setresuid { get; } = Number(117, 147);

    public static nint Setresgid { get; } = Number(119, 149);

    public static nint PidfdSendSignal { get; } = 424;

    public static nint PidfdOpen { get; } = 434;

    public static nint LandlockCreateRuleset { get; } = 444;

    public static nint LandlockAddRule { get; } = 445;

    public static nint LandlockRestrictSelf { get; } = 446;

    public static nint Seccomp { get; } = Number(317, 277);

    public static nint Prlimit { get; } = Number(302, 261);

    public static nint SetPriority { get; } = Number(141, 140);

    public static nint IoPrioSet { get; } = Number(251, 30);

    private static nint Number(nint x64, nint arm64) => RuntimeInformation.ProcessArchitecture switch
    {
        Architecture.X64 => x64,
        Architecture.Arm64 => arm64,
        _ => throw new PlatformNotSupportedException("system call numbers of this machine are not known"),
    };
}
