using System.Globalization;

namespace Gatekeeper.Linux.Processes;

/// <summary>
/// The control group (cgroup v2) this process was started in, and the one beside it for its children. Who starts the service decides
/// the limits (init of the reference image, a unit of systemd); without groups everything runs unlimited and <see cref="Missing"/> says so.
/// </summary>
/// <param name="root">Where the hierarchy is mounted.</param>
/// <param name="own">What <c>/proc/self/cgroup</c> holds.</param>
public sealed class ControlGroup(string root, string own)
{
    /// <summary>Name of the group for pumps and walkers, beside the service's own.</summary>
    public const string Sticks = "sticks";

    private const string Unified = "0::/"; // cgroups(7): the line of version 2

    private static readonly string[] Needed = ["memory.max", "pids.max"];
    private static readonly string[] Told = ["cpu.weight", "memory.high", "memory.max", "pids.max", "io.max"];

    private string? failed;

    /// <summary>Of this process.</summary>
    public static ControlGroup Own { get; } = new("/sys/fs/cgroup", Read("/proc/self/cgroup") ?? string.Empty);

    private string? Folder => own.Split('\n').FirstOrDefault(line => line.StartsWith(Unified, StringComparison.Ordinal)) is { } line && line.Length > Unified.Length
        ? Path.Combine(root, line[Unified.Length..])
        : null;

    /// <summary>What is not limited, in words; null when memory, processor and threads are.</summary>
    public string? Missing()
    {
        if (Folder is not { } folder)
        {
            return "gatekeeperd is in no control group";
        }

        string[] open = [.. Needed.Where(file => Read(Path.Combine(folder, file)) is null or "max")];
        return failed ?? (open.Length > 0 ? $"no {string.Join(", no ", open)}" : Directory.Exists(SticksFolder(folder)) ? null : "no group for the processes that read sticks");
    }

    /// <summary>The limits, for people.</summary>
    public string Describe() => Folder is not { } folder
        ? "none"
        : string.Join(", ", Told
            .Select(file => (file, value: Read(Path.Combine(folder, file)))).Where(f => f.value is { Length: > 0 })
            .Select(f => string.Create(CultureInfo.InvariantCulture, $"{f.file} {f.value}")));

    /// <summary>
    /// Puts a child that has just been started into the group beside ours. Called before it is given anything to do. A child that
    /// cannot go there stays in ours, under our limits, and <see cref="Missing"/> says so.
    /// </summary>
    /// <param name="processId">It.</param>
    /// <returns>True when it is there.</returns>
    public bool Enter(int processId)
    {
        if (Folder is not { } folder || !Directory.Exists(SticksFolder(folder)))
        {
            return false;
        }

        try
        {
            File.WriteAllText(Path.Combine(SticksFolder(folder), "cgroup.procs"), processId.ToString(CultureInfo.InvariantCulture));
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            failed = $"a process that reads sticks could not enter its group: {e.Message}";
            return false;
        }
    }

    private static string SticksFolder(string folder) => Path.Combine(Path.GetDirectoryName(folder)!, Sticks);

    private static string? Read(string file)
    {
        try
        {
            return File.ReadAllText(file).TrimEnd('\n');
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
