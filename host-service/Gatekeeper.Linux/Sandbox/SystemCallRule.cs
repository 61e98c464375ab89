using System.Collections.Immutable;

namespace Gatekeeper.Linux.Sandbox;

/// <summary>What an argument of a system call must be.</summary>
/// <param name="Argument">Its index, 0 to 5.</param>
/// <param name="Wide">Whether the kernel looks at all 64 bits of it (a pointer) or, as with every int, at the lower 32 only.</param>
/// <param name="Values">One of these.</param>
internal sealed record ArgumentRule(int Argument, bool Wide, ImmutableArray<uint> Values);

/// <summary>A system call that does not end the process.</summary>
/// <param name="Name">As in the kernel.</param>
/// <param name="X64">Number on x86-64, -1 where there is none.</param>
/// <param name="Arm64">Number on arm64, -1 where there is none.</param>
/// <param name="Why">Who needs it and for what.</param>
internal sealed record SystemCallRule(string Name, int X64, int Arm64, string Why)
{
    /// <summary>errno it fails with without having been made; 0 when it is made.</summary>
    public int Error { get; init; }

    /// <summary>A rule for an argument; a call that breaks it ends the process.</summary>
    public ArgumentRule? Only { get; init; }
}
