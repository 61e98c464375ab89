namespace Gatekeeper.Stick.FileSystems.Fat;

/// <summary>A FAT12, FAT16 or FAT32 volume: finds release files in its root directory and in <c>/gatekeeper</c>.</summary>
internal sealed class FatVolume : IVolume
{
    private readonly SectorCache cache;
    private readonly SectorRange volume;
    private readonly WalkBudget budget;
    private readonly FatBootSector boot;
    private readonly ClusterHeap heap;
    private readonly AllocationTable table;

    private FatVolume(SectorCache cache, SectorRange volume, WalkBudget budget, FatBootSector boot)
    {
        this.cache = cache;
        this.volume = volume;
        this.budget = budget;
        this.boot = boot;
        heap = new ClusterHeap(volume, boot.DataSector, boot.SectorsPerCluster, boot.Clusters, cache.SectorSize);
        table = new AllocationTable(cache, volume, boot.TableSector, boot.Kind, heap, budget);
    }

    /// <summary>Opens the volume, or returns null when the range does not start with a FAT boot sector.</summary>
    /// <exception cref="Gatekeeper.Release.RefusedException">It does, and the boot sector is damaged.</exception>
    public static FatVolume? TryOpen(SectorCache cache, SectorRange range, WalkBudget budget)
    {
        ReadOnlySpan<byte> sector = cache.Sector(range.At(0));
        return FatBootSector.IsFat(sector) ? new FatVolume(cache, range, budget, FatBootSector.Parse(sector, range.Count)) : null;
    }

    /// <inheritdoc/>
    public void Collect(ReleaseFiles files)
    {
        FatEntry? folder = Collect(RootSectors(), files, inFolder: false);
        if (folder is not null)
            Collect(ChainSectors(folder.Value.FirstCluster), files, inFolder: true);
    }

    /// <summary>Reads one directory; returns the entry of the release folder if it has one.</summary>
    private FatEntry? Collect(IEnumerable<Lba> sectors, ReleaseFiles files, bool inFolder)
    {
        FatEntry? folder = null;
        FatLongName longName = new();
        byte[] entry = new byte[FatBootSector.EntryBytes];
        foreach (Lba lba in sectors)
        {
            for (int at = 0; at < cache.SectorSize; at += entry.Length)
            {
                cache.Sector(lba).Slice(at, entry.Length).CopyTo(entry);
                if (FatEntry.IsEnd(entry))
                    return folder;
                budget.TakeDirectoryEntry();
                if (FatEntry.IsDeleted(entry))
                    longName.Reset();
                else if (FatEntry.IsLongName(entry))
                    longName.Add(entry);
                else
                    Take(FatEntry.Parse(entry, boot.Kind), longName.For(entry.AsSpan(0, 11)), files, inFolder, ref folder);
            }
        }

        return folder;
    }

    private void Take(FatEntry entry, string? longName, ReleaseFiles files, bool inFolder, ref FatEntry? folder)
    {
        string name = longName ?? entry.ShortName;
        if (entry.IsFile && ReleaseName.IsValid(name))
            files.Add(name, inFolder, () => new FilePlace(entry.Length, ClusterChain.Extents(heap, table, entry.FirstCluster, entry.Length, budget)));
        else if (entry.IsDirectory && folder is null && name.Equals(ReleaseName.Folder, StringComparison.OrdinalIgnoreCase))
            folder = entry;
    }

    private IEnumerable<Lba> RootSectors()
    {
        if (boot.Kind == TableKind.Fat32)
            return ChainSectors(boot.RootCluster);

        // fatgen103 "FAT Data Structure": the root directory of FAT12 and FAT16 is a fixed run of sectors behind the tables.
        return Enumerable.Range(0, (int)(boot.DataSector - boot.RootSector)).Select(i => volume.At(boot.RootSector + i));
    }

    /// <summary>The sectors of a directory. It has no length; its chain is bounded by the entries the walk may read.</summary>
    private IEnumerable<Lba> ChainSectors(uint firstCluster)
    {
        for (Cluster? cluster = heap.Check(firstCluster); cluster is not null; cluster = table.Next(cluster.Value))
        {
            for (int i = 0; i < heap.SectorsPerCluster; i++)
                yield return heap.SectorOf(cluster.Value, i);
        }
    }
}
