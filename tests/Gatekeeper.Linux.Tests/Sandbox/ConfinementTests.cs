using System.Runtime.InteropServices;
using Gatekeeper.Linux.Processes;
using Gatekeeper.Linux.Sandbox;
using Gatekeeper.Release;

namespace Gatekeeper.Linux.Tests.Sandbox;

/// <summary>What the kernel says about the real pump and the real walker, read from outside.</summary>
public sealed class ConfinementTests : IDisposable
{
    private readonly SandboxBench bench = new();

    public static TheoryData<string> Roles => [StickChild.PumpRole, StickChild.WalkerRole];

    public void Dispose() => bench.Dispose();

    [Theory]
    [MemberData(nameof(Roles))]
    public void I03_EveryThreadOfAChild_IsConfined(string role)
    {
        using StickChild child = bench.Start(role);
        Dictionary<string, string>[] threads = SandboxBench.ThreadsOnceConfined(child.Process.Id);
        Assert.InRange(threads.Length, 2, Limits.ChildThreads / 2);
        foreach (Dictionary<string, string> thread in threads)
        {
            Assert.Equal(("1", "2", "1"), (thread["NoNewPrivs"], thread["Seccomp"], thread["Seccomp_filters"]));
            Assert.Equal("64901 64901 64901 64901", thread["Uid"]);
            Assert.Equal("64901 64901 64901 64901", thread["Gid"]);
            Assert.Equal(string.Empty, thread["Groups"]);
            Assert.All(["CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"], set => Assert.Equal("0000000000000000", thread[set]));
        }
    }

    [Theory]
    [InlineData(StickChild.PumpRole, Limits.PumpProcessorSeconds)]
    [InlineData(StickChild.WalkerRole, Limits.WalkerProcessorSeconds)]
    public void I11_AChildsMemoryFilesAndTime_AreLimited(string role, int seconds)
    {
        using StickChild child = bench.Start(role);
        SandboxBench.ThreadsOnceConfined(child.Process.Id);
        string[] limits = File.ReadAllLines($"/proc/{child.Process.Id}/limits");
        Assert.All(
            [
                ("Max cpu time", seconds), ("Max file size", 0), ("Max data size", Limits.ChildDataBytes), ("Max core file size", 0),
                ("Max processes", Limits.ChildThreads), ("Max open files", (long)Limits.ChildDescriptors),
            ],
            limit =>
            {
                string[] words = limits.Single(l => l.StartsWith(limit.Item1, StringComparison.Ordinal))[26..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
                Assert.Equal(($"{limit.Item2}", $"{limit.Item2}"), (words[0], words[1]));
            });
    }

    [Fact]
    public void AKernelWithoutAPartOfTheSandbox_IsNamed()
    {
        Assert.Empty(Confinement.Missing(landlock: 1, seccomp: true));
        Assert.Equal("sandbox: the kernel has no Landlock", Assert.Single(Confinement.Missing(landlock: 0, seccomp: true)));
        Assert.Equal("sandbox: the kernel has no seccomp filters, so no stick is read", Assert.Single(Confinement.Missing(landlock: 3, seccomp: false)));
    }

    [Theory]
    [InlineData(1, 0x1fffUL, 0UL, 0UL)]
    [InlineData(2, 0x3fffUL, 0UL, 0UL)]
    [InlineData(3, 0x7fffUL, 0UL, 0UL)]
    [InlineData(4, 0x7fffUL, 3UL, 0UL)]
    [InlineData(5, 0xffffUL, 3UL, 0UL)]
    [InlineData(6, 0xffffUL, 3UL, 3UL)]
    [InlineData(99, 0xffffUL, 3UL, 3UL)]
    public void Landlock_TakesWhatTheKernelCanTake(int abi, ulong files, ulong network, ulong scoped)
    {
        LandlockRulesetAttr attr = Landlock.Handled(abi, signals: true);
        Assert.Equal((files, network, scoped), (attr.HandledAccessFs, attr.HandledAccessNet, attr.Scoped));
        Assert.Equal(scoped & Landlock.LANDLOCK_SCOPE_ABSTRACT_UNIX_SOCKET, Landlock.Handled(abi, signals: false).Scoped);
    }

    [Fact]
    public void LimitsAndStructs_AreThoseOfTheHeaders() =>
        new CHeader("sys/resource.h", "sys/prctl.h", "signal.h", "linux/seccomp.h", "linux/filter.h", "linux/audit.h", "linux/landlock.h", "fcntl.h")
            .Constant("RLIMIT_CPU", ResourceLimits.RLIMIT_CPU)
            .Constant("RLIMIT_FSIZE", ResourceLimits.RLIMIT_FSIZE)
            .Constant("RLIMIT_DATA", ResourceLimits.RLIMIT_DATA)
            .Constant("RLIMIT_CORE", ResourceLimits.RLIMIT_CORE)
            .Constant("RLIMIT_NPROC", ResourceLimits.RLIMIT_NPROC)
            .Constant("RLIMIT_NOFILE", ResourceLimits.RLIMIT_NOFILE)
            .Constant("sizeof(struct rlimit)", (ulong)Marshal.SizeOf<ResourceLimit>())
            .Constant("O_PATH", Libc.O_PATH)
            .Constant("PR_SET_PDEATHSIG", Confinement.PR_SET_PDEATHSIG)
            .Constant("PR_SET_NAME", SystemCallTable.PR_SET_NAME)
            .Constant("CLD_EXITED", ChildProcess.CLD_EXITED)
            .Constant("offsetof(siginfo_t, si_code)", ChildProcess.CodeOffset)
            .Constant("offsetof(siginfo_t, si_status)", ChildProcess.StatusOffset)
            .Constant("SECCOMP_SET_MODE_FILTER", SeccompFilter.SECCOMP_SET_MODE_FILTER)
            .Constant("SECCOMP_GET_ACTION_AVAIL", SeccompFilter.SECCOMP_GET_ACTION_AVAIL)
            .Constant("SECCOMP_FILTER_FLAG_TSYNC", SeccompFilter.SECCOMP_FILTER_FLAG_TSYNC)
            .Constant("SECCOMP_RET_KILL_PROCESS", SeccompFilter.SECCOMP_RET_KILL_PROCESS)
            .Constant("SECCOMP_RET_ERRNO", SeccompFilter.SECCOMP_RET_ERRNO)
            .Constant("SECCOMP_RET_ALLOW", SeccompFilter.SECCOMP_RET_ALLOW)
            .Constant("AUDIT_ARCH_X86_64", SeccompFilter.AUDIT_ARCH_X86_64)
            .Constant("AUDIT_ARCH_AARCH64", SeccompFilter.AUDIT_ARCH_AARCH64)
            .Constant("offsetof(struct seccomp_data, nr)", SeccompFilter.NumberOffset)
            .Constant("offsetof(struct seccomp_data, arch)", SeccompFilter.ArchitectureOffset)
            .Constant("offsetof(struct seccomp_data, args)", SeccompFilter.ArgumentsOffset)
            .Constant("sizeof(struct sock_filter)", (ulong)Marshal.SizeOf<BpfInstruction>())
            .Constant("sizeof(struct sock_fprog)", (ulong)Marshal.SizeOf<BpfProgram>())
            .Constant("offsetof(struct sock_fprog, filter)", (ulong)Marshal.OffsetOf<BpfProgram>(nameof(BpfProgram.Instructions)))
            .Constant("BPF_LD | BPF_W | BPF_ABS", BpfInstruction.BPF_LD_W_ABS)
            .Constant("BPF_JMP | BPF_JEQ | BPF_K", BpfInstruction.BPF_JMP_JEQ_K)
            .Constant("BPF_RET | BPF_K", BpfInstruction.BPF_RET_K)
            .Constant("LANDLOCK_ACCESS_FS_EXECUTE", Landlock.LANDLOCK_ACCESS_FS_EXECUTE)
            .Constant("LANDLOCK_ACCESS_FS_READ_FILE", Landlock.LANDLOCK_ACCESS_FS_READ_FILE)
            .Constant("LANDLOCK_ACCESS_FS_READ_DIR", Landlock.LANDLOCK_ACCESS_FS_READ_DIR)
            .Constant("LANDLOCK_ACCESS_FS_MAKE_SYM", Landlock.LANDLOCK_ACCESS_FS_MAKE_SYM)
            .Constant("LANDLOCK_ACCESS_FS_REFER", Landlock.LANDLOCK_ACCESS_FS_REFER)
            .Constant("LANDLOCK_CREATE_RULESET_VERSION", Landlock.LANDLOCK_CREATE_RULESET_VERSION)
            .Constant("LANDLOCK_RULE_PATH_BENEATH", Landlock.LANDLOCK_RULE_PATH_BENEATH)
            .Constant("sizeof(struct landlock_path_beneath_attr)", (ulong)Marshal.SizeOf<LandlockPathBeneathAttr>())
            .Constant("offsetof(struct landlock_path_beneath_attr, parent_fd)", (ulong)Marshal.OffsetOf<LandlockPathBeneathAttr>(nameof(LandlockPathBeneathAttr.ParentFd)))
            .Verify("-D_GNU_SOURCE");
}
