namespace Gatekeeper.Stick.FileSystems.ExFat;

/// <summary>An exFAT volume: finds release files in its root directory and in <c>/gatekeeper</c>.</summary>
/// <remarks>
/// VolumeDirty (exFAT 1.00 §3.1.13) is not a refusal: every stick that was pulled without being ejected has it, and the bytes are verified by hash.
/// The allocation bitmap, the up-case table and the label are not needed to read, so they are not read.
/// </remarks>
internal sealed class ExFatVolume : IVolume
{
    private const byte InUse = 0x80;
    private const byte Secondary = 0x40;
    private const byte Benign = 0x20;

    private readonly SectorCache cache;
    private readonly WalkBudget budget;
    private readonly ExFatBootSector boot;
    private readonly ClusterHeap heap;
    private readonly AllocationTable table;

    private ExFatVolume(SectorCache cache, SectorRange volume, WalkBudget budget, ExFatBootSector boot)
    {
        this.cache = cache;
        this.budget = budget;
        this.boot = boot;
        heap = new ClusterHeap(volume, boot.HeapSector, boot.SectorsPerCluster, boot.Clusters, cache.SectorSize);
        table = new AllocationTable(cache, volume, boot.TableSector, TableKind.ExFat, heap, budget);
    }

    /// <summary>Opens the volume, or returns null when the range does not start with an exFAT boot sector.</summary>
    /// <exception cref="Gatekeeper.Release.RefusedException">It does, and the boot region is damaged.</exception>
    public static ExFatVolume? TryOpen(SectorCache cache, SectorRange range, WalkBudget budget) =>
        ExFatBootSector.IsExFat(cache.Sector(range.At(0))) ? new ExFatVolume(cache, range, budget, ExFatBootRegion.Read(cache, range)) : null;

    /// <inheritdoc/>
    public void Collect(ReleaseFiles files)
    {
        // §7: the root directory is always a chain and has no length.
        ExFatEntrySet? folder = Collect(ChainSectors(boot.RootCluster), files, inFolder: false);
        if (folder is { Length: > 0 })
            Collect(FolderSectors(folder), files, inFolder: true);
    }

    /// <summary>Reads one directory; returns the entry set of the release folder if it has one.</summary>
    private ExFatEntrySet? Collect(IEnumerable<Lba> sectors, ReleaseFiles files, bool inFolder)
    {
        ExFatEntrySet? folder = null;
        byte[] set = new byte[ExFatEntrySet.EntryBytes * 256];
        int wanted = 0;
        int have = 0;
        foreach (Lba lba in sectors)
        {
            for (int at = 0; at < cache.SectorSize; at += ExFatEntrySet.EntryBytes)
            {
                ReadOnlySpan<byte> entry = cache.Sector(lba).Slice(at, ExFatEntrySet.EntryBytes);
                if (have == wanted)
                {
                    if (entry[0] == 0)
                        return folder; // §6.2.1: end of directory
                    budget.TakeDirectoryEntry();
                    if (!StartsSet(entry))
                        continue;
                    wanted = 1 + ExFatEntrySet.SecondaryCount(entry);
                    have = 0;
                }
                else
                {
                    budget.TakeDirectoryEntry();
                }

                entry.CopyTo(set.AsSpan(have++ * ExFatEntrySet.EntryBytes));
                if (have == wanted)
                    Take(ExFatEntrySet.Parse(set.AsSpan(0, have * ExFatEntrySet.EntryBytes)), files, inFolder, ref folder);
            }
        }

        Damage.Unless(have == wanted, "a directory ends inside a set");
        return folder;
    }

    /// <summary>True for a File entry; false for what may be passed over (§6.2.1, §7, §8.2).</summary>
    private static bool StartsSet(ReadOnlySpan<byte> entry)
    {
        byte type = entry[0];
        if ((type & InUse) == 0 || type is 0x81 or 0x82 or 0x83)
            return false; // free, allocation bitmap, up-case table, volume label
        if (type == ExFatEntrySet.File)
            return true;

        // A secondary entry here belongs to an unknown benign primary one; a secondary of a file is inside its set.
        Damage.Unless((type & (Benign | Secondary)) != 0, "an unknown critical directory entry");
        return false;
    }

    private void Take(ExFatEntrySet? entry, ReleaseFiles files, bool inFolder, ref ExFatEntrySet? folder)
    {
        if (entry is { IsDirectory: true })
        {
            if (folder is null && entry.Name.Equals(ReleaseName.Folder, StringComparison.OrdinalIgnoreCase))
                folder = entry;
            return;
        }

        if (entry is null || !ReleaseName.IsValid(entry.Name))
            return;

        files.Add(entry.Name, inFolder, () => Place(entry));
    }

    private FilePlace Place(ExFatEntrySet entry)
    {
        // §7.6.5: behind ValidDataLength a reader must see zeros. A release has no such tail: its copy was cut off.
        Damage.Unless(entry.ValidLength == entry.Length, "a release file was not written to its end");
        long length = Length(entry);
        return new FilePlace(length, ClusterChain.Extents(heap, entry.NoFatChain ? null : table, entry.FirstCluster, length, budget));
    }

    /// <summary>§6.2.3: DataLength is at most what the heap holds.</summary>
    private long Length(ExFatEntrySet entry)
    {
        Damage.Unless(entry.Length <= (ulong)(heap.Count * heap.ClusterBytes), "DataLength");
        return (long)entry.Length;
    }

    /// <summary>The sectors of a subdirectory: its length in whole clusters (§7.6.7), by FAT or without.</summary>
    private IEnumerable<Lba> FolderSectors(ExFatEntrySet folder)
    {
        long length = Length(folder);
        Damage.Unless(length % heap.ClusterBytes == 0, "DataLength of a directory");
        foreach (Extent extent in ClusterChain.Extents(heap, folder.NoFatChain ? null : table, folder.FirstCluster, length, budget))
        {
            for (long i = 0; i < extent.Length / cache.SectorSize; i++)
                yield return cache.Device.At(extent.Lba + i);
        }
    }

    private IEnumerable<Lba> ChainSectors(uint firstCluster)
    {
        for (Cluster? cluster = heap.Check(firstCluster); cluster is not null; cluster = table.Next(cluster.Value))
        {
            for (int i = 0; i < heap.SectorsPerCluster; i++)
                yield return heap.SectorOf(cluster.Value, i);
        }
    }
}
