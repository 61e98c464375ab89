using System.Diagnostics.CodeAnalysis;

namespace Gatekeeper.InstallBench;

/// <summary>What is installed, and where.</summary>
/// <param name="Release">The release file.</param>
/// <param name="Root">The root that is trusted: <c>1.root.json</c>.</param>
/// <param name="Efi">File or device of the idle set's EFI partition.</param>
/// <param name="System">File or device of its system partition.</param>
/// <param name="State">A file that becomes the state partition; made anew.</param>
/// <param name="RunningEfi">The running set's EFI partition, or null: a running set of two blank MiB, without a record.</param>
/// <param name="RunningSystem">Its system partition: what chunks may be taken from instead of the release file.</param>
internal sealed record Arguments(string Release, string Root, string Efi, string System, string State, string? RunningEfi, string? RunningSystem)
{
    /// <summary>Reads the command line.</summary>
    public static bool TryParse(string[] args, [NotNullWhen(true)] out Arguments? parsed)
    {
        parsed = args switch
        {
            [var release, var root, var efi, var system, var state] => new Arguments(release, root, efi, system, state, null, null),
            [var release, var root, var efi, var system, var state, var runningEfi, var running] => new Arguments(release, root, efi, system, state, runningEfi, running),
            _ => null,
        };
        return parsed is not null;
    }
}
