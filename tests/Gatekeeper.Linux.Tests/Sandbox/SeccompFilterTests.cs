using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Gatekeeper.Linux.Sandbox;
using Gatekeeper.Linux.Usb;

namespace Gatekeeper.Linux.Tests.Sandbox;

/// <summary>The filters of both machines, run by a small interpreter of BPF: what this machine's kernel cannot show.</summary>
public sealed class SeccompFilterTests
{
    private const int Process = 4711;
    private static readonly ImmutableArray<SystemCallRule> Pump = SystemCallTable.Pump(Process);

    [Theory]
    [InlineData("sys/syscall.h", false)]
    [InlineData("asm-generic/unistd.h", true)]
    public void Numbers_AreThoseOfTheHeaders(string header, bool arm)
    {
        var claims = new CHeader(header);
        foreach (SystemCallRule rule in Pump.Where(r => (arm ? r.Arm64 : r.X64) >= 0))
        {
            claims.Constant($"__NR_{rule.Name}", (ulong)(arm ? rule.Arm64 : rule.X64));
        }

        claims.Verify("-D_GNU_SOURCE", "-D__ARCH_WANT_NEW_STAT", "-D__ARCH_WANT_SYS_CLONE3");
    }

    [Fact]
    public void EachCall_IsNamedOnceAndHasAReason()
    {
        Assert.Equal(Pump.Length, Pump.Select(r => r.Name).Distinct().Count());
        Assert.All(Pump, r => Assert.NotEmpty(r.Why));
        Assert.DoesNotContain(Pump, r => r.Name is "execve" or "socket" or "ptrace" or "fork" or "kill" or "openat2");
    }

    [Theory]
    [InlineData(Architecture.X64, SeccompFilter.AUDIT_ARCH_X86_64)]
    [InlineData(Architecture.Arm64, SeccompFilter.AUDIT_ARCH_AARCH64)]
    public void I03_WhatIsNotInTheTable_EndsTheProcess(Architecture machine, uint audit)
    {
        HashSet<int> named = [.. Pump.Select(r => machine == Architecture.Arm64 ? r.Arm64 : r.X64)];
        for (int number = 0; number < 600; number++)
        {
            uint verdict = Run(machine, audit, (uint)number);
            if (!named.Contains(number))
            {
                Assert.Equal(SeccompFilter.SECCOMP_RET_KILL_PROCESS, verdict);
            }
        }
    }

    [Theory]
    [InlineData(Architecture.X64, SeccompFilter.AUDIT_ARCH_AARCH64)]
    [InlineData(Architecture.X64, 0x40000003u)] // 32-bit x86: other numbers for the same calls
    [InlineData(Architecture.Arm64, SeccompFilter.AUDIT_ARCH_X86_64)]
    [InlineData(Architecture.Arm64, 0x40000028u)] // 32-bit arm
    public void I03_AnotherMachinesNumbering_EndsTheProcess(Architecture machine, uint audit)
    {
        for (uint number = 0; number < 600; number++)
        {
            Assert.Equal(SeccompFilter.SECCOMP_RET_KILL_PROCESS, Run(machine, audit, number));
        }
    }

    [Theory]
    [InlineData(Architecture.X64, SeccompFilter.AUDIT_ARCH_X86_64)]
    [InlineData(Architecture.Arm64, SeccompFilter.AUDIT_ARCH_AARCH64)]
    public void ArgumentsAreCompared(Architecture machine, uint audit)
    {
        foreach (SystemCallRule rule in Pump.Where(r => (machine == Architecture.Arm64 ? r.Arm64 : r.X64) >= 0))
        {
            uint number = (uint)(machine == Architecture.Arm64 ? rule.Arm64 : rule.X64);
            uint good = rule.Error == 0 ? SeccompFilter.SECCOMP_RET_ALLOW : SeccompFilter.SECCOMP_RET_ERRNO | (uint)rule.Error;
            if (rule.Only is not { } only)
            {
                Assert.Equal(good, Run(machine, audit, number));
                continue;
            }

            foreach (uint value in only.Values)
            {
                Assert.Equal(good, Run(machine, audit, number, (only.Argument, value)));
                Assert.Equal(only.Wide ? SeccompFilter.SECCOMP_RET_KILL_PROCESS : good, Run(machine, audit, number, (only.Argument, value | (1UL << 32))));
            }

            foreach (ulong wrong in (ulong[])[0xdeadbeef, only.Values[0] ^ 1, only.Values[^1] ^ 0x80000000, Usbfs.USBDEVFS_SETINTERFACE])
            {
                Assert.Equal(SeccompFilter.SECCOMP_RET_KILL_PROCESS, Run(machine, audit, number, (only.Argument, wrong)));
            }
        }
    }

    private static uint Run(Architecture machine, uint audit, uint number, (int Index, ulong Value) argument = default)
    {
        byte[] data = new byte[64];
        BitConverter.TryWriteBytes(data, number);
        BitConverter.TryWriteBytes(data.AsSpan(SeccompFilter.ArchitectureOffset), audit);
        BitConverter.TryWriteBytes(data.AsSpan(SeccompFilter.ArgumentsOffset + (8 * argument.Index)), argument.Value);
        ImmutableArray<BpfInstruction> program = SeccompFilter.Compile(Pump, machine);
        uint loaded = 0;
        for (int at = 0; ; at++)
        {
            BpfInstruction now = program[at];
            switch (now.Code)
            {
                case BpfInstruction.BPF_LD_W_ABS:
                    loaded = BitConverter.ToUInt32(data, (int)now.Operand);
                    break;
                case BpfInstruction.BPF_JMP_JEQ_K:
                    at += loaded == now.Operand ? now.True : now.False;
                    break;
                default:
                    return now.Operand;
            }
        }
    }
}
