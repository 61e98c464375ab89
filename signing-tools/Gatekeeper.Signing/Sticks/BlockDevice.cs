using System.Globalization;

namespace Gatekeeper.Signing.Sticks;

/// <summary>What Linux says of a disk. Read from sysfs and mountinfo under a root folder, so that a test can bring its own machine.</summary>
/// <param name="Name">Kernel name, for example <c>sdb</c>.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="SectorSize">Bytes of a logical sector.</param>
/// <param name="Model">Vendor and model, as the disk says; may be empty.</param>
/// <param name="Removable">Removable, or on USB.</param>
/// <param name="InUse">What uses it (a mount point, swap, a mapped device), or null.</param>
internal sealed record BlockDevice(string Name, long Bytes, int SectorSize, string Model, bool Removable, string? InUse)
{
    /// <summary>The disk behind a path, or null when the path is none of <c>/dev</c>: an image file.</summary>
    /// <param name="path">What the command line says; links such as <c>/dev/disk/by-id</c> are followed.</param>
    /// <param name="root">Prefix of <c>/sys</c> and <c>/proc</c>; empty for this machine's own.</param>
    /// <exception cref="ToolException">In <c>/dev</c>, but no disk that can be written whole.</exception>
    internal static BlockDevice? Find(string path, string root = "")
    {
        string target = File.Exists(path) ? File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? Path.GetFullPath(path) : Path.GetFullPath(path);
        if (!target.StartsWith("/dev/", StringComparison.Ordinal) || target.StartsWith("/dev/shm/", StringComparison.Ordinal))
        {
            return null;
        }

        string name = Path.GetFileName(target);
        string folder = $"{root}/sys/class/block/{name}";
        if (!Directory.Exists(folder))
        {
            throw new ToolException(ExitCode.Output, $"{path} is no disk", "lsblk shows the disks; plug the stick in first");
        }

        if (File.Exists(folder + "/partition"))
        {
            throw new ToolException(ExitCode.Output, $"{path} is a partition", "name the whole disk; --partition chooses what is put on it");
        }

        string real = Path.GetFullPath(new DirectoryInfo(folder).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? folder);
        bool removable = Read(folder + "/removable") == "1" || real.Contains("/usb", StringComparison.Ordinal);
        string model = (Read(folder + "/device/vendor") + " " + Read(folder + "/device/model")).Trim();
        long bytes = Number(Read(folder + "/size")) * 512; // sysfs counts in 512 bytes whatever the sector size is
        int sectorSize = (int)Number(Read(folder + "/queue/logical_block_size"));
        return new BlockDevice(name, bytes, sectorSize, model, removable, Usage(folder, name, root));
    }

    // Mounted or in use: the disk itself or one of its partitions.
    private static string? Usage(string folder, string name, string root)
    {
        IEnumerable<string> partitions = Directory.EnumerateDirectories(folder, name + "*").Where(d => File.Exists(d + "/partition"));
        string[] all = [folder, .. partitions];
        var numbers = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (string one in all)
        {
            numbers[Read(one + "/dev")] = Path.GetFileName(one);
            if (Directory.Exists(one + "/holders") && Directory.EnumerateFileSystemEntries(one + "/holders").FirstOrDefault() is { } holder)
            {
                return $"it is part of {Path.GetFileName(holder)}";
            }
        }

        // proc(5): field 3 of a mountinfo line is major:minor, field 5 the mount point
        string[]? mount = Lines(root + "/proc/self/mountinfo").Select(l => l.Split(' ')).FirstOrDefault(f => f.Length > 4 && numbers.ContainsKey(f[2]));
        if (mount is not null)
        {
            return $"it is mounted at {mount[4]}";
        }

        bool swap = Lines(root + "/proc/swaps").Select(l => Path.GetFileName(l.Split(' ', '\t')[0])).Any(numbers.ContainsValue);
        return swap ? "it is used as swap" : null;
    }

    private static string[] Lines(string file) => File.Exists(file) ? File.ReadAllLines(file) : [];

    private static string Read(string file) => File.Exists(file) ? File.ReadAllText(file).Trim() : string.Empty;

    private static long Number(string text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long value) ? value : 0;
}
