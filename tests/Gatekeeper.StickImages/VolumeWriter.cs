namespace Gatekeeper.StickImages;

/// <summary>Puts files and folders on a volume. FAT and exFAT differ in the entries and in how a free cluster is known.</summary>
public abstract class VolumeWriter
{
    /// <summary>Bytes of a directory entry, in both families.</summary>
    protected const int EntryBytes = 32;

    private uint next = 2;

    /// <summary>The volume's bytes.</summary>
    protected Image Image { get; }

    private protected VolumeWriter(Image image) => Image = image;

    /// <summary>Bytes of a cluster.</summary>
    public int ClusterBytes { get; private protected init; }

    /// <summary>Clusters of the volume; their numbers start with 2.</summary>
    public uint Clusters { get; private protected init; }

    /// <summary>The root directory.</summary>
    public Folder Root { get; private protected init; } = null!;

    /// <summary>Offset of cluster 2.</summary>
    protected long HeapAt { get; private protected init; }

    /// <summary>Opens a formatted volume, whoever formatted it.</summary>
    public static VolumeWriter Open(Image image) =>
        image.Bytes(3, 8).AsSpan().SequenceEqual("EXFAT   "u8) ? new ExFatWriter(image) : new FatWriter(image);

    /// <summary>Puts a file into a folder.</summary>
    public void AddFile(Folder folder, string name, Stream content, EntryStyle? style = null)
    {
        style ??= new EntryStyle();
        List<uint> clusters = Allocate((int)((content.Length + ClusterBytes - 1) / ClusterBytes), style.Placement);
        byte[] block = new byte[ClusterBytes];
        foreach (uint cluster in clusters)
        {
            int count = content.ReadAtLeast(block, block.Length, throwOnEndOfStream: false);
            Image.Write(OffsetOf(cluster), block.AsSpan(0, count));
        }

        AppendFile(folder, name, clusters, content.Length, style);
    }

    /// <summary>The same with the bytes at hand.</summary>
    public void AddFile(Folder folder, string name, byte[] content, EntryStyle? style = null)
    {
        using MemoryStream stream = new(content);
        AddFile(folder, name, stream, style);
    }

    /// <summary>Makes a folder of one cluster; it grows as it is filled.</summary>
    public abstract Folder AddFolder(Folder parent, string name, EntryStyle? style = null);

    /// <summary>Deletes a file: its entries are marked, its clusters are free, its bytes stay, as every system does it.</summary>
    public void Remove(Folder folder, string name)
    {
        (int first, int count, List<uint> clusters) = folder.Sets[name];
        folder.Sets.Remove(name);
        for (int i = 0; i < count; i++)
        {
            long at = AddressOf(folder, first + i);
            Image.Set8(at, Deleted(Image.U8(at)));
        }

        foreach (uint cluster in clusters)
        {
            Free(cluster);
        }
    }

    /// <summary>What is written from now on lies behind this part of the volume, 0 to 1.</summary>
    public void SkipTo(double part) => next = 2 + (uint)(Clusters * part);

    private protected abstract byte Deleted(byte type);

    private protected abstract bool IsFree(uint cluster);

    private protected abstract void Free(uint cluster);

    /// <summary>Marks the clusters as used and links them.</summary>
    private protected abstract void Occupy(IReadOnlyList<uint> clusters, bool linked);

    private protected abstract void AppendFile(Folder folder, string name, List<uint> clusters, long length, EntryStyle style);

    /// <summary>A folder has one cluster more; its last one is linked to it where needed.</summary>
    private protected abstract void Grown(Folder folder);

    private protected long OffsetOf(uint cluster) => HeapAt + ((cluster - 2L) * ClusterBytes);

    private protected long AddressOf(Folder folder, int entry)
    {
        long at = (long)entry * EntryBytes;
        return folder.Fixed is { } root ? root.At + at : OffsetOf(folder.Clusters[(int)(at / ClusterBytes)]) + (at % ClusterBytes);
    }

    /// <summary>Writes entries behind the last ones. Returns the number of the first.</summary>
    private protected int Append(Folder folder, ReadOnlySpan<byte> entries)
    {
        int first = folder.Used;
        for (; entries.Length > 0; entries = entries[EntryBytes..])
        {
            if (folder.Fixed is { } root)
            {
                ArgumentOutOfRangeException.ThrowIfEqual(folder.Used, root.Entries);
            }
            else if ((long)folder.Used * EntryBytes == (long)folder.Clusters.Count * ClusterBytes)
            {
                folder.Clusters.Add(Cleared());
                Grown(folder);
            }

            Image.Write(AddressOf(folder, folder.Used++), entries[..EntryBytes]);
        }

        return first;
    }

    /// <summary>A new cluster without a byte of what was there before.</summary>
    private protected uint Cleared()
    {
        uint cluster = Allocate(1, Placement.FirstFit)[0];
        byte[] zeros = new byte[Math.Min(ClusterBytes, 1 << 16)];
        for (int at = 0; at < ClusterBytes; at += zeros.Length)
        {
            Image.Write(OffsetOf(cluster) + at, zeros);
        }

        return cluster;
    }

    private List<uint> Allocate(int count, Placement placement)
    {
        List<uint> found = [];
        bool oneRun = placement is Placement.Contiguous or Placement.Chained or Placement.Backward;
        uint from = placement == Placement.FirstFit ? 2 : next;
        for (uint at = from; found.Count < count; at++)
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThan(at, Clusters + 1);
            if (IsFree(at) && (placement != Placement.Fragmented || found.Count == 0 || at > found[^1] + 1))
            {
                found.Add(at);
            }
            else if (oneRun)
            {
                found.Clear();
            }
        }

        if (count > 0 && placement != Placement.FirstFit)
        {
            next = found[^1] + 1;
        }

        if (placement == Placement.Backward)
        {
            found.Reverse();
        }

        Occupy(found, linked: placement != Placement.Contiguous);
        return found;
    }
}
