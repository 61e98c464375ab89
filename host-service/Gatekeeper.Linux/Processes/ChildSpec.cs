using System.Collections.Immutable;
using Gatekeeper.Linux.Sockets;

namespace Gatekeeper.Linux.Processes;

/// <summary>An unprivileged child to start.</summary>
public sealed record ChildSpec
{
    internal const string ThisProgram = "/proc/self/exe";

    /// <summary>The program; by default this one again, whatever its file is called by now.</summary>
    public string Path { get; init; } = ThisProgram;

    /// <summary>All arguments, the program's own name first.</summary>
    public required ImmutableArray<string> Arguments { get; init; }

    /// <summary>Environment, <c>NAME=value</c>. Nothing of ours is inherited.</summary>
    public ImmutableArray<string> Environment { get; init; } =
    [
        "DOTNET_EnableDiagnostics=0", "DOTNET_gcConcurrent=0", "DOTNET_GCgen0size=100000", "DOTNET_GCgen0MaxBudget=100000", "DOTNET_TieredCompilation=0", "LANG=C.UTF-8",
    ];

    /// <summary>The child's end of the socket: its descriptor 3. 0, 1 and 2 are /dev/null, and there is no other.</summary>
    public required UnixChannel Socket { get; init; }
}
