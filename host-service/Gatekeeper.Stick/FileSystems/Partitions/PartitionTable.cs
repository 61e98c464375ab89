using Gatekeeper.Release;

namespace Gatekeeper.Stick.FileSystems.Partitions;

/// <summary>The ranges of a device in which a file system may lie.</summary>
internal static class PartitionTable
{
    /// <summary>
    /// The partitions of the device in table order, and the whole device last. What a range holds, its first sector says, not the type byte of its entry.
    /// </summary>
    /// <remarks>
    /// A boot sector of a file system and an MBR both end in 55 AA, and real sticks have a sector 0 that is both: partitioned after it was formatted whole,
    /// or a boot loader's MBR with a BIOS parameter block in it. So neither excludes the other: partitions that a consistent table names are tried first,
    /// then the device as one volume. A boot sector's code is hardly ever a consistent table, because each entry's first byte must be 00 or 80.
    /// </remarks>
    /// <param name="cache">The device.</param>
    /// <param name="damaged">True when a table is there and cannot be used.</param>
    public static List<SectorRange> Find(SectorCache cache, out bool damaged)
    {
        damaged = false;
        List<SectorRange> found = [];
        Span<MbrEntry> entries = stackalloc MbrEntry[MbrTable.Entries];
        if (MbrTable.TryRead(cache.Sector(cache.Device.At(0)), entries))
        {
            // UEFI 2.10 §5.2.3: an entry of type EE protects a GPT. Other entries beside it (a "hybrid" table) say what the GPT says too.
            if (MbrTable.IsProtective(entries))
                damaged = !GptTable.TryRead(cache, found);
            else
                MbrTable.Collect(cache, entries, found, ref damaged);
        }

        found.Add(cache.Device);
        return found;
    }

    /// <summary>Keeps a claimed range if it is inside the device and the list is not full: only the first <see cref="Limits.MaxPartitions"/> are tried.</summary>
    internal static void Add(List<SectorRange> found, SectorCache cache, long first, long count)
    {
        if (found.Count < Limits.MaxPartitions && first > 0 && cache.Device.Clip(first, count) is SectorRange range)
            found.Add(range);
    }
}
