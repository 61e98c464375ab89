using System.Buffers.Binary;
using Gatekeeper.Release;

namespace Gatekeeper.Stick.FileSystems.Partitions;

/// <summary>One entry of an MBR or EBR (UEFI 2.10 §5.2.1, table 5.2).</summary>
/// <param name="Boot">00h, or 80h for the partition to boot.</param>
/// <param name="Type">00h for an unused entry.</param>
/// <param name="First">First sector.</param>
/// <param name="Count">Sectors.</param>
internal readonly record struct MbrEntry(byte Boot, byte Type, uint First, uint Count)
{
    /// <summary>The entry names sectors.</summary>
    public bool IsUsed => Type != 0 && Count != 0;

    /// <summary>The entry holds a chain of logical partitions.</summary>
    public bool IsExtended => IsUsed && Type is 0x05 or 0x0F or 0x85;
}

/// <summary>The classic partition table: four entries in sector 0, and a chain of sectors with one more each.</summary>
internal static class MbrTable
{
    /// <summary>Entries in one sector.</summary>
    public const int Entries = 4;

    private const int FirstEntry = 446;
    private const int EntryBytes = 16;
    private const byte Protective = 0xEE;

    // 16 bytes, little-endian (UEFI 2.10 §5.2.1):
    //   0 boot indicator   1 first CHS (3)   4 type   5 last CHS (3)   8 first sector (u32)   12 sectors (u32)
    // CHS is not looked at: nothing that is made today can be addressed by it.

    /// <summary>Reads the four entries. False when the sector is no MBR.</summary>
    public static bool TryRead(ReadOnlySpan<byte> sector, Span<MbrEntry> entries)
    {
        if (sector[510] != 0x55 || sector[511] != 0xAA)
            return false;
        bool used = false;
        for (int i = 0; i < Entries; i++)
        {
            ReadOnlySpan<byte> entry = sector.Slice(FirstEntry + (i * EntryBytes), EntryBytes);
            entries[i] = new MbrEntry(
                entry[0], entry[4], BinaryPrimitives.ReadUInt32LittleEndian(entry[8..]), BinaryPrimitives.ReadUInt32LittleEndian(entry[12..]));
            if (entries[i].Boot is not (0 or 0x80))
                return false;
            used |= entries[i].IsUsed;
        }

        return used;
    }

    /// <summary>True when the table stands before a GPT.</summary>
    public static bool IsProtective(ReadOnlySpan<MbrEntry> entries)
    {
        foreach (MbrEntry entry in entries)
        {
            if (entry.IsUsed && entry.Type == Protective)
                return true;
        }

        return false;
    }

    /// <summary>Adds the primary partitions in order, each extended one replaced by its logical ones.</summary>
    public static void Collect(SectorCache cache, ReadOnlySpan<MbrEntry> entries, List<SectorRange> found, ref bool damaged)
    {
        foreach (MbrEntry entry in entries)
        {
            if (entry.IsExtended)
                damaged |= !CollectLogical(cache, entry, found);
            else if (entry.IsUsed)
                PartitionTable.Add(found, cache, entry.First, entry.Count);
        }
    }

    /// <summary>
    /// Follows the chain of an extended partition: entry 0 of each link is a logical partition, counted from the link;
    /// entry 1 is the next link, counted from the extended partition. The chain is bounded by the number of partitions, so a loop ends.
    /// </summary>
    private static bool CollectLogical(SectorCache cache, MbrEntry extended, List<SectorRange> found)
    {
        Span<MbrEntry> link = stackalloc MbrEntry[Entries];
        long at = extended.First;
        for (int links = 0; links < Limits.MaxPartitions; links++)
        {
            if (at <= 0 || at >= cache.Device.Count || !TryRead(cache.Sector(cache.Device.At(at)), link))
                return links > 0 && at > 0 && at < cache.Device.Count && IsEmptyLink(cache, at);
            if (link[0].IsUsed && !link[0].IsExtended)
                PartitionTable.Add(found, cache, at + link[0].First, link[0].Count);
            if (!link[1].IsExtended)
                return true;
            at = (long)extended.First + link[1].First;
        }

        return false;
    }

    /// <summary>A link whose entries are all unused ends the chain too: some tools leave one when the last logical partition is deleted.</summary>
    private static bool IsEmptyLink(SectorCache cache, long at) =>
        cache.Sector(cache.Device.At(at)).Slice(FirstEntry, Entries * EntryBytes).IndexOfAnyExcept((byte)0) < 0;
}
