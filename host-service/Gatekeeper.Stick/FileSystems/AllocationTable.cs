using System.Buffers.Binary;
using Gatekeeper.Release;

namespace Gatekeeper.Stick.FileSystems;

/// <summary>How wide an entry of the allocation table is.</summary>
internal enum TableKind
{
    /// <summary>12 bits, packed; an entry may lie across two sectors.</summary>
    Fat12,

    /// <summary>16 bits.</summary>
    Fat16,

    /// <summary>32 bits, of which the upper 4 are reserved and not looked at.</summary>
    Fat32,

    /// <summary>32 bits.</summary>
    ExFat,
}

/// <summary>The chains of a volume: one table, read sector by sector.</summary>
/// <param name="cache">The device.</param>
/// <param name="volume">The volume's sectors.</param>
/// <param name="firstSector">Where the table starts, in sectors of the volume.</param>
/// <param name="kind">Width of an entry.</param>
/// <param name="heap">The clusters the entries speak of. The caller has checked that the table holds an entry for each.</param>
/// <param name="budget">What the whole walk may still cost.</param>
internal sealed class AllocationTable(
    SectorCache cache, SectorRange volume, long firstSector, TableKind kind, ClusterHeap heap, WalkBudget budget)
{
    /// <summary>The cluster after this one, or null at the end of its chain.</summary>
    /// <exception cref="RefusedException">The entry is free, bad, reserved or outside the heap, or the walk took too many steps.</exception>
    public Cluster? Next(Cluster cluster)
    {
        budget.TakeStep();
        uint entry = Entry(cluster.Number);

        // fatgen103 "FAT Data Structure": a value at or above ..8 ends a chain, ..7 is a bad cluster, 0 is free, 1 is never used.
        // exFAT 1.00 §4.1.3: FFFFFFFFh ends a chain, FFFFFFF7h is bad, the rest above the last cluster is not valid.
        (uint end, uint bad) = kind switch
        {
            TableKind.Fat12 => (0xFF8u, 0xFF7u),
            TableKind.Fat16 => (0xFFF8u, 0xFFF7u),
            TableKind.Fat32 => (0x0FFFFFF8u, 0x0FFFFFF7u),
            _ => (0xFFFFFFFFu, 0xFFFFFFF7u),
        };
        if (entry >= end)
            return null;
        Damage.Unless(entry != bad, "a bad cluster in a chain");
        Damage.Unless(entry >= 2, "a free cluster in a chain");
        return heap.Check(entry);
    }

    private uint Entry(uint number)
    {
        switch (kind)
        {
            case TableKind.Fat12:
                // fatgen103 "FAT Data Structure": entry n starts at byte n * 1.5; odd entries are the upper 12 bits.
                long at = number + (number / 2L);
                int pair = ByteAt(at) | (ByteAt(at + 1) << 8);
                return (uint)((number & 1) != 0 ? pair >> 4 : pair & 0xFFF);
            case TableKind.Fat16:
                return BinaryPrimitives.ReadUInt16LittleEndian(BytesAt(number * 2L));
            case TableKind.Fat32:
                return BinaryPrimitives.ReadUInt32LittleEndian(BytesAt(number * 4L)) & 0x0FFFFFFF;
            default:
                return BinaryPrimitives.ReadUInt32LittleEndian(BytesAt(number * 4L));
        }
    }

    private byte ByteAt(long offset) => BytesAt(offset)[0];

    private ReadOnlySpan<byte> BytesAt(long offset) =>
        cache.Sector(volume.At(firstSector + (offset / cache.SectorSize)))[(int)(offset % cache.SectorSize)..];
}
