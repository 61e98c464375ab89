using System.Buffers;
using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using Gatekeeper.Linux.Processes;
using Gatekeeper.Release;

namespace Gatekeeper.Linux.Sandbox;

/// <summary>
/// The sandbox of DESIGN §6. The launcher's thread gave the child its user, no capability, no_new_privs and Landlock; the rest a child does to itself before
/// it reads the first byte of its socket, because it needs more for its start than for its work. From then on there is no way back.
/// </summary>
public static class Confinement
{
    internal const int PR_SET_PDEATHSIG = 1;

    /// <summary>What this machine's kernel lacks, one fixed sentence each; empty where the sandbox is whole.</summary>
    public static ImmutableArray<string> Missing() => Missing(Landlock.Abi(), SeccompFilter.IsAvailable());

    /// <summary>Confines a walker.</summary>
    /// <exception cref="IOException">It could not be confined and must end.</exception>
    internal static void EnterWalker() => Enter(SystemCallTable.Walker(Environment.ProcessId), Limits.WalkerProcessorSeconds);

    /// <summary>Confines a pump.</summary>
    /// <exception cref="IOException">It could not be confined and must end.</exception>
    internal static void EnterPump() => Enter(SystemCallTable.Pump(Environment.ProcessId), Limits.PumpProcessorSeconds);

    internal static ImmutableArray<string> Missing(int landlock, bool seccomp) =>
    [
        .. landlock > 0 ? ImmutableArray<string>.Empty : ["sandbox: the kernel has no Landlock"],
        .. seccomp ? ImmutableArray<string>.Empty : ["sandbox: the kernel has no seccomp filters, so no stick is read"],
    ];

    private static void Enter(ImmutableArray<SystemCallRule> table, int processorSeconds)
    {
        // A child does not outlive the launcher's thread, which lives as long as gatekeeperd.
        LinuxException.Check(Libc.Prctl(PR_SET_PDEATHSIG, ChildProcess.SIGKILL, 0, 0, 0), "prctl(PR_SET_PDEATHSIG)");
        LoadEverything();
        ResourceLimits.Apply(processorSeconds);
        SeccompFilter.Enter(table);
    }

    // The runtime opens an assembly when its first type is used, and nothing can be opened later: one type of each that a conversation uses.
    // Several of them stand in the runtime's core and are named through an assembly that only forwards; that one is opened too.
    private static void LoadEverything()
    {
        foreach (Type type in (ReadOnlySpan<Type>)
        [
            typeof(Refusal), typeof(PortGate.UsbSpeed), typeof(Stick.SectorBounds), typeof(ImmutableArray), typeof(Enumerable), typeof(SortedSet<int>), typeof(BlockingCollection<int>),
            typeof(ArrayBufferWriter<byte>), typeof(Marshal), typeof(Thread), typeof(Barrier), typeof(UTF8Encoding),
        ])
        {
            RuntimeHelpers.RunModuleConstructor(type.Module.ModuleHandle);
        }
    }
}
