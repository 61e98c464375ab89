namespace Gatekeeper.StickImages;

/// <summary>Where the clusters of a file are taken.</summary>
public enum Placement
{
    /// <summary>One run behind what was written last. exFAT: without a chain, as Windows and Linux write where there is room.</summary>
    Contiguous,

    /// <summary>One run with a chain in the allocation table.</summary>
    Chained,

    /// <summary>Every second cluster.</summary>
    Fragmented,

    /// <summary>One run from its last cluster to its first.</summary>
    Backward,

    /// <summary>The lowest free clusters: what was deleted before is filled first, piece by piece.</summary>
    FirstFit,
}

/// <summary>How an entry is written.</summary>
/// <param name="Attributes">Bits of fatgen103 "FAT Directory Structure" and exFAT 1.00 §7.4.4: 01 read-only, 02 hidden, 04 system, 10 directory, 20 archive.</param>
/// <param name="Placement">Where its clusters are taken.</param>
/// <param name="NtFlags">FAT: an 8.3 name of one case is kept in two bits of NTRes and gets no long name, as Windows NT does it; else it gets one.</param>
public sealed record EntryStyle(int Attributes = 0x20, Placement Placement = Placement.Contiguous, bool NtFlags = false);

/// <summary>A directory that is being filled.</summary>
public sealed class Folder
{
    internal List<uint> Clusters { get; } = [];

    /// <summary>The fixed root directory of FAT12 and FAT16: its offset and its entries.</summary>
    internal (long At, int Entries)? Fixed { get; init; }

    /// <summary>Entries that were used so far, deleted ones among them.</summary>
    internal int Used { get; set; }

    /// <summary>First entry and number of entries of what lies in it, by name.</summary>
    internal Dictionary<string, (int First, int Count, List<uint> Clusters)> Sets { get; } = new(StringComparer.OrdinalIgnoreCase);

    internal HashSet<string> ShortNames { get; } = [];

    /// <summary>exFAT keeps the length of a directory in its parent's entry: where that is.</summary>
    internal (Folder Parent, int First, int Count)? Entry { get; set; }

    /// <summary>exFAT: the clusters are linked in the table.</summary>
    internal bool IsChained { get; set; } = true;
}
