using System.Buffers.Binary;
using Gatekeeper.Release;

namespace Gatekeeper.Stick.FileSystems.Partitions;

/// <summary>The GUID partition table (UEFI 2.10 §5.3).</summary>
internal static class GptTable
{
    private const int MinHeaderBytes = 92;
    private const int MinEntryBytes = 128;

    /// <summary>Adds the used entries in order: from the header in sector 1, or from the backup in the last sector when the first is not valid.</summary>
    /// <returns>False when neither is valid.</returns>
    public static bool TryRead(SectorCache cache, List<SectorRange> found)
    {
        foreach (long lba in (ReadOnlySpan<long>)[1, cache.Device.Count - 1])
        {
            if (lba < cache.Device.Count && Header.TryRead(cache, lba) is Header header && header.EntriesMatch(cache))
            {
                header.Collect(cache, found);
                return true;
            }
        }

        return false;
    }

    // The header, little-endian (UEFI 2.10 §5.3.2, table 5.5):
    //    0 "EFI PART"   8 revision (u32)   12 header bytes (u32)   16 CRC32 of the header with this field 0   20 reserved, 0
    //   24 own LBA (u64)   32 the other header's LBA   40 first usable LBA   48 last usable LBA   56 disk GUID (16)
    //   72 first LBA of the entries   80 number of entries (u32)   84 bytes of an entry (u32)   88 CRC32 of the entries
    private sealed record Header(long FirstUsable, long LastUsable, long EntriesLba, int EntryCount, int EntryBytes, uint EntriesCrc)
    {
        /// <summary>The header in this sector, or null when a rule of UEFI 2.10 §5.3.2 is broken.</summary>
        public static Header? TryRead(SectorCache cache, long lba)
        {
            ReadOnlySpan<byte> sector = cache.Sector(cache.Device.At(lba));
            uint headerBytes = U32(sector, 12);
            if (!sector.StartsWith("EFI PART"u8) || U32(sector, 8) != 0x00010000 || U32(sector, 20) != 0
                || headerBytes < MinHeaderBytes || headerBytes > (uint)sector.Length
                || U64(sector, 24) != (ulong)lba || HeaderCrc(sector[..(int)headerBytes]) != U32(sector, 16))
                return null;

            ulong first = U64(sector, 40);
            ulong last = U64(sector, 48);
            ulong entries = U64(sector, 72);
            uint count = U32(sector, 80);
            uint bytes = U32(sector, 84);
            ulong sectors = (ulong)cache.Device.Count;

            // §5.3.2: an entry has 128 * 2^n bytes. §5.3.1: the entries lie between a header and the usable blocks, so never in sector 0 or 1.
            if (last < first || last >= sectors || entries < 2 || entries >= sectors
                || bytes < MinEntryBytes || bytes > (uint)sector.Length || !uint.IsPow2(bytes)
                || count == 0 || (ulong)count * bytes > Limits.MaxGptEntryBytes)
                return null;
            return new Header((long)first, (long)last, (long)entries, (int)count, (int)bytes, U32(sector, 88));
        }

        /// <summary>True when the entries have the CRC the header states. They are read again one by one afterwards; the walker's result is a claim either way.</summary>
        public bool EntriesMatch(SectorCache cache)
        {
            long left = (long)EntryCount * EntryBytes;
            if (EntriesLba + ((left - 1) / cache.SectorSize) >= cache.Device.Count)
                return false;
            Crc32 crc = default;
            for (long lba = EntriesLba; left > 0; lba++, left -= cache.SectorSize)
                crc.Append(cache.Sector(cache.Device.At(lba))[..(int)Math.Min(left, cache.SectorSize)]);
            return crc.Value == EntriesCrc;
        }

        /// <summary>Adds what the used entries name (§5.3.3: 0 type GUID, 16 own GUID, 32 first LBA, 40 last LBA, inclusive).</summary>
        public void Collect(SectorCache cache, List<SectorRange> found)
        {
            for (int i = 0; i < EntryCount; i++)
            {
                long at = (long)i * EntryBytes;
                ReadOnlySpan<byte> entry = cache.Sector(cache.Device.At(EntriesLba + (at / cache.SectorSize))).Slice((int)(at % cache.SectorSize), EntryBytes);
                ulong first = U64(entry, 32);
                ulong last = U64(entry, 40);
                if (entry[..16].IndexOfAnyExcept((byte)0) >= 0 && first >= (ulong)FirstUsable && last >= first && last <= (ulong)LastUsable)
                    PartitionTable.Add(found, cache, (long)first, (long)(last - first + 1));
            }
        }

        private static uint HeaderCrc(ReadOnlySpan<byte> header)
        {
            Crc32 crc = default;
            crc.Append(header[..16]);
            crc.Append([0, 0, 0, 0]);
            crc.Append(header[20..]);
            return crc.Value;
        }

        private static uint U32(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]);

        private static ulong U64(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt64LittleEndian(bytes[at..]);
    }
}
