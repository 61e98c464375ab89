using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Gatekeeper.Linux.Processes;

namespace Gatekeeper.Linux.Sandbox;

/// <summary>A table of system calls as a seccomp filter for every thread of this process (seccomp(2), Documentation/userspace-api/seccomp_filter.rst).</summary>
internal static class SeccompFilter
{
    public const uint SECCOMP_SET_MODE_FILTER = 1;
    public const uint SECCOMP_GET_ACTION_AVAIL = 2;
    public const uint SECCOMP_FILTER_FLAG_TSYNC = 1;
    public const uint SECCOMP_RET_KILL_PROCESS = 0x80000000;
    public const uint SECCOMP_RET_ERRNO = 0x00050000;
    public const uint SECCOMP_RET_ALLOW = 0x7fff0000;
    public const uint AUDIT_ARCH_X86_64 = 0xc000003e;
    public const uint AUDIT_ARCH_AARCH64 = 0xc00000b7;

    // struct seccomp_data { int nr; __u32 arch; __u64 instruction_pointer; __u64 args[6]; }, on two little-endian machines
    public const int NumberOffset = 0;
    public const int ArchitectureOffset = 4;
    public const int ArgumentsOffset = 16;

    /// <summary>The program for one machine. A call of another machine's numbering ends the process; x32's numbers are in no table.</summary>
    public static ImmutableArray<BpfInstruction> Compile(ImmutableArray<SystemCallRule> table, Architecture machine)
    {
        bool arm = machine == Architecture.Arm64;
        ImmutableArray<BpfInstruction>.Builder program = ImmutableArray.CreateBuilder<BpfInstruction>();
        program.Add(BpfInstruction.Load(ArchitectureOffset));
        program.Add(BpfInstruction.IfEqual(arm ? AUDIT_ARCH_AARCH64 : AUDIT_ARCH_X86_64, then: 1, otherwise: 0));
        program.Add(BpfInstruction.Return(SECCOMP_RET_KILL_PROCESS));
        foreach (SystemCallRule rule in table)
        {
            int number = arm ? rule.Arm64 : rule.X64;
            if (number >= 0)
            {
                BpfInstruction[] check = rule.Only is null ? [] : Check(rule.Only);
                program.Add(BpfInstruction.Load(NumberOffset));
                program.Add(BpfInstruction.IfEqual((uint)number, then: 0, otherwise: check.Length + 1));
                program.AddRange(check);
                program.Add(BpfInstruction.Return(rule.Error == 0 ? SECCOMP_RET_ALLOW : SECCOMP_RET_ERRNO | (uint)rule.Error));
            }
        }

        program.Add(BpfInstruction.Return(SECCOMP_RET_KILL_PROCESS));
        return program.ToImmutable();
    }

    /// <summary>Confines every thread of this process, those that run and those to come. Cannot be taken back.</summary>
    /// <exception cref="LinuxException">The kernel refused, or a thread could not be confined; none is then.</exception>
    public static unsafe void Enter(ImmutableArray<SystemCallRule> table)
    {
        BpfInstruction[] instructions = [.. Compile(table, RuntimeInformation.ProcessArchitecture)];
        fixed (BpfInstruction* first = instructions)
        {
            var program = new BpfProgram { Length = checked((ushort)instructions.Length), Instructions = first };
            nint result = Libc.Syscall(SystemCalls.Seccomp, (nint)SECCOMP_SET_MODE_FILTER, (nint)SECCOMP_FILTER_FLAG_TSYNC, (nint)(&program), 0);
            if (result != 0)
            {
                // Positive: the thread that has a filter of its own.
                throw result < 0 ? LinuxException.Last("seccomp") : new LinuxException("seccomp", Errno.ESRCH);
            }
        }
    }

    /// <summary>Whether the kernel has filters that end a process (Linux 4.14).</summary>
    public static unsafe bool IsAvailable()
    {
        uint action = SECCOMP_RET_KILL_PROCESS;
        return Libc.Syscall(SystemCalls.Seccomp, (nint)SECCOMP_GET_ACTION_AVAIL, 0, (nint)(&action), 0) == 0;
    }

    // Goes on behind itself when the argument is one of the values, else ends the process.
    private static BpfInstruction[] Check(ArgumentRule rule)
    {
        int low = ArgumentsOffset + (8 * rule.Argument);
        int size = rule.Wide ? 4 : 2;
        var check = new List<BpfInstruction>();
        for (int i = 0; i < rule.Values.Length; i++)
        {
            int found = (size * (rule.Values.Length - 1 - i)) + 1;
            check.Add(BpfInstruction.Load(low));
            if (rule.Wide)
            {
                check.Add(BpfInstruction.IfEqual(rule.Values[i], then: 0, otherwise: 2));
                check.Add(BpfInstruction.Load(low + 4));
                check.Add(BpfInstruction.IfEqual(0, then: found, otherwise: 0));
            }
            else
            {
                check.Add(BpfInstruction.IfEqual(rule.Values[i], then: found, otherwise: 0));
            }
        }

        check.Add(BpfInstruction.Return(SECCOMP_RET_KILL_PROCESS));
        return [.. check];
    }
}
