using System.Buffers.Binary;
using System.Text;

namespace Gatekeeper.Update;

/// <summary>
/// Reads the GUID partition table of the device's own disk (UEFI 2.10 §5.3). The primary table is used when it is whole, else the
/// backup in the last block: a write torn by a power cut can break one of them only.
/// </summary>
public static class GptTable
{
    private const int HeaderBytes = 92;
    private const int EntryBytes = 128;
    private const int NameOffset = 56;
    private const int MaxEntries = 128; // the least that UEFI demands, and what every tool writes

    /// <summary>The used entries in table order, or null when neither table is whole.</summary>
    /// <param name="disk">The whole disk.</param>
    /// <param name="blockSize">Its logical block size: 512 or 4096.</param>
    /// <exception cref="IOException">The disk cannot be read.</exception>
    public static IReadOnlyList<GptPartition>? Read(IBlockDevice disk, int blockSize)
    {
        ArgumentNullException.ThrowIfNull(disk);
        if (blockSize is not (512 or 4096))
        {
            throw new ArgumentOutOfRangeException(nameof(blockSize));
        }

        long blocks = disk.Length / blockSize;
        return blocks < 3 ? null : ReadTable(disk, blockSize, 1, blocks) ?? ReadTable(disk, blockSize, blocks - 1, blocks);
    }

    private static List<GptPartition>? ReadTable(IBlockDevice disk, int blockSize, long headerLba, long blocks)
    {
        Span<byte> header = stackalloc byte[HeaderBytes];
        disk.ReadAt(headerLba * blockSize, header);

        // Offsets: 0 signature, 8 revision, 12 header size, 16 header CRC, 24 own LBA, 40 first usable, 48 last usable,
        // 72 entry array LBA, 80 number of entries, 84 bytes of an entry, 88 CRC of the entry array.
        uint headerCrc = BinaryPrimitives.ReadUInt32LittleEndian(header[16..]);
        header[16..20].Clear();
        if (!header[..8].SequenceEqual("EFI PART"u8)
            || BinaryPrimitives.ReadUInt32LittleEndian(header[8..]) != 0x0001_0000
            || BinaryPrimitives.ReadUInt32LittleEndian(header[12..]) != HeaderBytes
            || Crc32.Of(header) != headerCrc
            || BinaryPrimitives.ReadInt64LittleEndian(header[24..]) != headerLba)
        {
            return null;
        }

        long firstUsable = BinaryPrimitives.ReadInt64LittleEndian(header[40..]);
        long lastUsable = BinaryPrimitives.ReadInt64LittleEndian(header[48..]);
        long arrayLba = BinaryPrimitives.ReadInt64LittleEndian(header[72..]);
        uint count = BinaryPrimitives.ReadUInt32LittleEndian(header[80..]);
        if (count is 0 or > MaxEntries || BinaryPrimitives.ReadUInt32LittleEndian(header[84..]) != EntryBytes
            || firstUsable < 2 || lastUsable < firstUsable || lastUsable >= blocks)
        {
            return null;
        }

        byte[] entries = new byte[count * EntryBytes];
        if (arrayLba < 2 || arrayLba > blocks - ((entries.Length + blockSize - 1) / blockSize))
        {
            return null;
        }

        disk.ReadAt(arrayLba * blockSize, entries);
        return Crc32.Of(entries) == BinaryPrimitives.ReadUInt32LittleEndian(header[88..]) ? Entries(entries, blockSize, firstUsable, lastUsable) : null;
    }

    private static List<GptPartition>? Entries(ReadOnlySpan<byte> entries, int blockSize, long firstUsable, long lastUsable)
    {
        var found = new List<GptPartition>();
        for (int i = 0; i < entries.Length / EntryBytes; i++)
        {
            // UEFI 2.10 table 5.6: 0 type GUID, 16 unique GUID, 32 first LBA, 40 last LBA (inclusive), 48 attributes, 56 name.
            ReadOnlySpan<byte> entry = entries.Slice(i * EntryBytes, EntryBytes);
            if (new Guid(entry[..16]) == Guid.Empty)
            {
                continue;
            }

            long first = BinaryPrimitives.ReadInt64LittleEndian(entry[32..]);
            long last = BinaryPrimitives.ReadInt64LittleEndian(entry[40..]);
            if (first < firstUsable || last < first || last > lastUsable || found.Any(p => first < p.FirstLba + p.Blocks && p.FirstLba <= last))
            {
                return null;
            }

            string name = Encoding.Unicode.GetString(entry[NameOffset..]);
            int end = name.IndexOf('\0', StringComparison.Ordinal);
            found.Add(new GptPartition(i + 1, end < 0 ? name : name[..end], new Guid(entry[16..32]), first, last - first + 1, blockSize));
        }

        return found;
    }
}
