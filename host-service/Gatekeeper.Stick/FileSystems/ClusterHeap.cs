namespace Gatekeeper.Stick.FileSystems;

/// <summary>A cluster number that is known to lie in its heap. Only <see cref="ClusterHeap.Check"/> makes one.</summary>
internal readonly record struct Cluster
{
    internal Cluster(uint number) => Number = number;

    /// <summary>As it stands in the allocation table: the first cluster is 2.</summary>
    public uint Number { get; }
}

/// <summary>
/// Where the clusters of a volume lie. FAT and exFAT number them alike: 2 is the first
/// (fatgen103 "FAT Data Structure"; exFAT 1.00 §5.1).
/// </summary>
internal sealed class ClusterHeap
{
    private readonly SectorRange volume;
    private readonly long firstSector;

    /// <param name="volume">The volume's sectors.</param>
    /// <param name="firstSector">Where cluster 2 starts, in sectors of the volume.</param>
    /// <param name="sectorsPerCluster">At least 1.</param>
    /// <param name="count">Clusters, at least 1.</param>
    /// <param name="sectorSize">Bytes of a sector.</param>
    /// <exception cref="Gatekeeper.Release.RefusedException">The last cluster would end behind the volume.</exception>
    public ClusterHeap(SectorRange volume, long firstSector, int sectorsPerCluster, uint count, int sectorSize)
    {
        Damage.Unless(count > 0, "no clusters");
        Damage.Unless(firstSector > 0 && firstSector + ((long)count * sectorsPerCluster) <= volume.Count, "clusters behind the end of the volume");
        this.volume = volume;
        this.firstSector = firstSector;
        SectorsPerCluster = sectorsPerCluster;
        Count = count;
        ClusterBytes = (long)sectorsPerCluster * sectorSize;
    }

    /// <summary>Clusters in the heap; their numbers are 2 to Count + 1.</summary>
    public uint Count { get; }

    /// <summary>Sectors of one cluster.</summary>
    public int SectorsPerCluster { get; }

    /// <summary>Bytes of one cluster.</summary>
    public long ClusterBytes { get; }

    /// <summary>The one place where a claimed cluster number becomes a <see cref="Cluster"/>.</summary>
    /// <exception cref="Gatekeeper.Release.RefusedException">It is not in the heap.</exception>
    public Cluster Check(long number)
    {
        Damage.Unless(number >= 2 && number <= (long)Count + 1, "a cluster number outside the heap");
        return new Cluster((uint)number);
    }

    /// <summary>The sector at an offset inside a cluster.</summary>
    /// <param name="cluster">The cluster.</param>
    /// <param name="sector">0 to <see cref="SectorsPerCluster"/> - 1.</param>
    public Lba SectorOf(Cluster cluster, int sector = 0) =>
        volume.At(firstSector + ((cluster.Number - 2L) * SectorsPerCluster) + sector);
}
