using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace Gatekeeper.Signing.Sticks;

/// <summary>The root directory of an exFAT volume: label, allocation bitmap, up-case table, and per file its entry set (§7).</summary>
internal static class ExFatDirectory
{
    private const int EntrySize = 32;
    private const int CharactersPerEntry = 15;

    /// <summary>Entries needed.</summary>
    internal static int EntryCount(IReadOnlyList<StickFile> files) => 3 + files.Sum(f => 2 + NameEntries(f.Name));

    /// <summary>Fills the zeroed directory.</summary>
    internal static void Write(Span<byte> directory, VolumePlan plan, IReadOnlyList<long> firstClusters, long bitmapBytes, uint upcaseCluster)
    {
        directory[0] = 0x83; // §7.3 volume label
        directory[1] = (byte)VolumePlan.Label.Length;
        Encoding.Unicode.GetBytes(VolumePlan.Label, directory[2..]);
        Span<byte> bitmap = directory[EntrySize..];
        bitmap[0] = 0x81; // §7.1 allocation bitmap
        Extent(bitmap, 2, bitmapBytes);
        Span<byte> upcase = directory[(2 * EntrySize)..];
        upcase[0] = 0x82; // §7.2 up-case table
        BinaryPrimitives.WriteUInt32LittleEndian(upcase[4..], UpcaseTable.Checksum);
        Extent(upcase, upcaseCluster, UpcaseTable.Bytes.Length);
        int at = 3 * EntrySize;
        for (int i = 0; i < plan.Files.Count; i++)
        {
            int length = (2 + NameEntries(plan.Files[i].Name)) * EntrySize;
            WriteFile(directory.Slice(at, length), plan.Files[i], plan.Time, (uint)firstClusters[i]);
            at += length;
        }
    }

    /// <summary>The checksum of the up-case table and the boot region: rotate right and add.</summary>
    internal static uint Sum32(ReadOnlySpan<byte> bytes)
    {
        uint sum = 0;
        foreach (byte b in bytes)
        {
            sum = unchecked(BitOperations.RotateRight(sum, 1) + b);
        }

        return sum;
    }

    private static int NameEntries(string name) => (name.Length + CharactersPerEntry - 1) / CharactersPerEntry;

    private static void Extent(Span<byte> entry, uint firstCluster, long bytes)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(entry[20..], firstCluster);
        BinaryPrimitives.WriteUInt64LittleEndian(entry[24..], (ulong)bytes);
    }

    private static void WriteFile(Span<byte> set, StickFile file, DateTimeOffset moment, uint firstCluster)
    {
        (ushort date, ushort time) = DosTime.Of(moment);
        uint stamp = ((uint)date << 16) | time;
        set[0] = 0x85; // §7.4 file
        set[1] = (byte)((set.Length / EntrySize) - 1);
        BinaryPrimitives.WriteUInt16LittleEndian(set[4..], 0x20); // archive
        BinaryPrimitives.WriteUInt32LittleEndian(set[8..], stamp);
        BinaryPrimitives.WriteUInt32LittleEndian(set[12..], stamp);
        BinaryPrimitives.WriteUInt32LittleEndian(set[16..], stamp);
        set[22..25].Fill(0x80); // §7.4.10: the three times are UTC

        Span<byte> stream = set[EntrySize..];
        stream[0] = 0xC0; // §7.6 stream extension
        stream[1] = (byte)(file.Length == 0 ? 1 : 3); // AllocationPossible, NoFatChain
        stream[3] = (byte)file.Name.Length;
        BinaryPrimitives.WriteUInt16LittleEndian(stream[4..], NameHash(file.Name));
        BinaryPrimitives.WriteUInt64LittleEndian(stream[8..], (ulong)file.Length); // ValidDataLength
        Extent(stream, file.Length == 0 ? 0 : firstCluster, file.Length);
        for (int n = 0; n < NameEntries(file.Name); n++)
        {
            Span<byte> name = set[((2 + n) * EntrySize)..];
            name[0] = 0xC1; // §7.7 file name
            int from = n * CharactersPerEntry;
            Encoding.Unicode.GetBytes(file.Name.AsSpan(from, Math.Min(CharactersPerEntry, file.Name.Length - from)), name[2..]);
        }

        BinaryPrimitives.WriteUInt16LittleEndian(set[2..], SetChecksum(set));
    }

    // §6.3.3: over the whole set but the checksum itself.
    private static ushort SetChecksum(ReadOnlySpan<byte> set)
    {
        uint sum = 0;
        for (int i = 0; i < set.Length; i++)
        {
            sum = i is 2 or 3 ? sum : Add16(sum, set[i]);
        }

        return (ushort)sum;
    }

    // §7.6.4: over the up-cased name's bytes.
    private static ushort NameHash(string name)
    {
        uint hash = 0;
        foreach (byte b in Encoding.Unicode.GetBytes(name.ToUpperInvariant()))
        {
            hash = Add16(hash, b);
        }

        return (ushort)hash;
    }

    private static uint Add16(uint sum, byte b) => ((sum << 15) + (sum >> 1) + b) & 0xFFFF;
}
