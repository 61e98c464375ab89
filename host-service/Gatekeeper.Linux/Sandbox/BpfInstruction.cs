using System.Runtime.InteropServices;

namespace Gatekeeper.Linux.Sandbox;

/// <summary><c>struct sock_filter</c>: one instruction of a classic BPF program (linux/filter.h).</summary>
/// <param name="Code">Operation.</param>
/// <param name="True">Instructions to skip when a comparison holds.</param>
/// <param name="False">Instructions to skip when it does not.</param>
/// <param name="Operand">Number to load from, compare with or return.</param>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct BpfInstruction(ushort Code, byte True, byte False, uint Operand)
{
    public const ushort BPF_LD_W_ABS = 0x20;
    public const ushort BPF_JMP_JEQ_K = 0x15;
    public const ushort BPF_RET_K = 0x06;

    /// <summary>Loads four bytes of <c>struct seccomp_data</c>.</summary>
    public static BpfInstruction Load(int offset) => new(BPF_LD_W_ABS, 0, 0, (uint)offset);

    /// <summary>Skips <paramref name="otherwise"/> instructions unless what was loaded is <paramref name="value"/>, else <paramref name="then"/>.</summary>
    public static BpfInstruction IfEqual(uint value, int then, int otherwise) => new(BPF_JMP_JEQ_K, checked((byte)then), checked((byte)otherwise), value);

    /// <summary>Ends with a verdict.</summary>
    public static BpfInstruction Return(uint action) => new(BPF_RET_K, 0, 0, action);
}

/// <summary><c>struct sock_fprog</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct BpfProgram
{
    public ushort Length;
    public BpfInstruction* Instructions;
}
