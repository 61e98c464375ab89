using System.Globalization;
using Gatekeeper.Release;
using Gatekeeper.Update;

namespace Gatekeeper.Linux.Storage;

/// <summary>The device's disk and its partitions: GUIDs and names from the partition table itself, nodes from sysfs.</summary>
public sealed class DeviceDisk
{
    private const int SysfsSector = 512; // sysfs counts in these whatever the device has
    private readonly string sys;
    private readonly string dev;

    private DeviceDisk(string sys, string dev, SlotLayout layout)
    {
        this.sys = sys;
        this.dev = dev;
        Layout = layout;
    }

    /// <summary>Where the partitions lie.</summary>
    public SlotLayout Layout { get; }

    /// <summary>
    /// Reads the table of every disk that is built in. Loop, RAM and mapped devices have no hardware behind them and are left out;
    /// a disk that cannot be read or has no whole table is no candidate.
    /// </summary>
    /// <param name="sys">The class directory of block devices.</param>
    /// <param name="dev">The directory of device nodes.</param>
    /// <exception cref="RefusedException"><see cref="Refusal.State"/>: no disk, or more than one, or not the partitions there must be.</exception>
    public static DeviceDisk Find(string sys = "/sys/class/block", string dev = "/dev")
    {
        var disks = new List<(string, IReadOnlyList<GptPartition>)>();
        foreach (string path in Directory.EnumerateFileSystemEntries(sys).Order(StringComparer.Ordinal))
        {
            if (!File.Exists(Path.Combine(path, "partition")) && Path.Exists(Path.Combine(path, "device")) && Number(path, "removable") == 0
                && ReadTable(path, Path.Combine(dev, Path.GetFileName(path))) is { } table)
            {
                disks.Add((Path.GetFileName(path), table));
            }
        }

        return new DeviceDisk(sys, dev, SlotLayout.Choose(disks));
    }

    /// <summary>Opens a partition of <see cref="Layout"/>.</summary>
    /// <exception cref="RefusedException"><see cref="Refusal.State"/>: the kernel sees it elsewhere than the table says.</exception>
    /// <exception cref="IOException">It cannot be opened.</exception>
    public LinuxBlockDevice Open(GptPartition partition, bool writable = true)
    {
        ArgumentNullException.ThrowIfNull(partition);
        foreach (string path in Directory.EnumerateDirectories(Path.Combine(sys, Layout.Disk)))
        {
            if (!File.Exists(Path.Combine(path, "partition")) || Number(path, "partition") != partition.Number)
            {
                continue;
            }

            if (Number(path, "start") * SysfsSector != partition.FirstLba * partition.BlockSize || Number(path, "size") * SysfsSector != partition.Length)
            {
                throw new RefusedException(Refusal.State, $"the kernel has another place for partition {partition.Number} than the table");
            }

            return LinuxBlockDevice.Open(Path.Combine(dev, Path.GetFileName(path)), writable);
        }

        throw new RefusedException(Refusal.State, $"the kernel has no partition {partition.Number}");
    }

    /// <summary>Opens the four slot partitions.</summary>
    /// <exception cref="RefusedException"><see cref="Refusal.State"/>.</exception>
    /// <exception cref="IOException">One cannot be opened.</exception>
    public SlotDevices OpenSlots() => new((set, part) => Open(Layout[set, part]));

    private static IReadOnlyList<GptPartition>? ReadTable(string path, string node)
    {
        try
        {
            long blockSize = Number(Path.Combine(path, "queue"), "logical_block_size");
            using LinuxBlockDevice disk = LinuxBlockDevice.Open(node, writable: false);
            return blockSize is 512 or 4096 ? GptTable.Read(disk, (int)blockSize) : null;
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static long Number(string directory, string attribute) =>
        long.TryParse(File.ReadAllText(Path.Combine(directory, attribute)).AsSpan().TrimEnd('\n'), NumberStyles.None, CultureInfo.InvariantCulture, out long value)
            ? value
            : throw new IOException($"{attribute} is not a number");
}
