using System.Buffers.Binary;

namespace Gatekeeper.Stick.FileSystems.ExFat;

/// <summary>
/// One file or directory: a File entry, its Stream Extension and its File Name entries, checked as a whole (exFAT 1.00 §6.3, §7.4, §7.6, §7.7).
/// </summary>
/// <param name="Name">The name; empty when it has a character outside ASCII.</param>
/// <param name="IsDirectory">FileAttributes says so.</param>
/// <param name="NoFatChain">The clusters are contiguous and the FAT says nothing about them.</param>
/// <param name="FirstCluster">As claimed; 0 for an empty file.</param>
/// <param name="ValidLength">Bytes that were written; the rest up to <paramref name="Length"/> was only reserved.</param>
/// <param name="Length">Bytes as claimed.</param>
internal sealed record ExFatEntrySet(string Name, bool IsDirectory, bool NoFatChain, uint FirstCluster, ulong ValidLength, ulong Length)
{
    /// <summary>Bytes of a directory entry.</summary>
    public const int EntryBytes = 32;

    /// <summary>§7.4: EntryType of a File entry in use, which starts a set.</summary>
    public const byte File = 0x85;

    private const byte Stream = 0xC0;
    private const byte FileName = 0xC1;
    private const int NameChars = 15;
    private const ushort DirectoryAttribute = 0x10;

    // File:    0 EntryType   1 SecondaryCount   2 SetChecksum u16   4 FileAttributes u16
    // Stream:  0 EntryType   1 flags (1 AllocationPossible, 2 NoFatChain)   3 NameLength u8   4 NameHash u16
    //          8 ValidDataLength u64   20 FirstCluster u32   24 DataLength u64
    // Name:    0 EntryType   1 flags   2 fifteen UTF-16 characters

    /// <summary>§7.4.2: the set has 2 to 18 secondary entries; more are left to later vendor entries, up to the field's 255.</summary>
    public static int SecondaryCount(ReadOnlySpan<byte> file)
    {
        Damage.Unless(file[1] >= 2, "SecondaryCount");
        return file[1];
    }

    /// <summary>Checks and decodes a set.</summary>
    /// <param name="set">All entries of the set, the File entry first.</param>
    /// <returns>Null when the set has a part that this reader does not know and must not ignore.</returns>
    /// <exception cref="Gatekeeper.Release.RefusedException">A rule is broken.</exception>
    public static ExFatEntrySet? Parse(ReadOnlySpan<byte> set)
    {
        // §6.3.3: "implementations shall verify the SetChecksum before using any other entry of the set".
        Damage.Unless(U16(set, 2) == Checksum(set), "SetChecksum");
        ReadOnlySpan<byte> stream = set.Slice(EntryBytes, EntryBytes);
        Damage.Unless(stream[0] == Stream, "the second entry of a set is no Stream Extension");

        int nameLength = stream[3];
        Damage.Unless(nameLength >= 1, "NameLength"); // §7.6.3
        int names = (nameLength + NameChars - 1) / NameChars;
        ReadOnlySpan<byte> rest = set[(2 * EntryBytes)..];
        Damage.Unless(rest.Length >= names * EntryBytes, "NameLength does not fit SecondaryCount");
        Span<char> name = stackalloc char[names * NameChars];
        for (int i = 0; i < names; i++)
            ReadName(rest.Slice(i * EntryBytes, EntryBytes), name.Slice(i * NameChars, NameChars));

        for (int at = names * EntryBytes; at < rest.Length; at += EntryBytes)
        {
            // §8.2: unknown benign secondary entries (TypeImportance 20h) may be ignored, unknown critical ones not.
            Damage.Unless((rest[at] & 0xC0) == 0xC0, "a set is cut off by another entry");
            if ((rest[at] & 0x20) == 0)
                return null;
        }

        name = name[..nameLength];
        bool ascii = name.IndexOfAnyExceptInRange(' ', '~') < 0;
        Damage.Unless(!ascii || U16(stream, 4) == NameHash(name), "NameHash");
        return Decode(set, stream, ascii ? name.ToString() : "");
    }

    private static ExFatEntrySet Decode(ReadOnlySpan<byte> set, ReadOnlySpan<byte> stream, string name)
    {
        ulong valid = BinaryPrimitives.ReadUInt64LittleEndian(stream[8..]);
        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(stream[24..]);
        uint firstCluster = BinaryPrimitives.ReadUInt32LittleEndian(stream[20..]);
        Damage.Unless((stream[1] & 1) != 0, "AllocationPossible"); // §7.6.2.1
        Damage.Unless(valid <= length, "ValidDataLength above DataLength"); // §7.6.5
        bool isDirectory = (U16(set, 4) & DirectoryAttribute) != 0;
        Damage.Unless(!isDirectory || valid == length, "ValidDataLength of a directory"); // §7.6.5
        return new ExFatEntrySet(name, isDirectory, (stream[1] & 2) != 0, firstCluster, valid, length);
    }

    private static void ReadName(ReadOnlySpan<byte> entry, Span<char> name)
    {
        Damage.Unless(entry[0] == FileName, "a File Name entry is missing"); // §7.7: they follow the Stream Extension at once
        for (int i = 0; i < NameChars; i++)
            name[i] = (char)U16(entry, 2 + (2 * i));
    }

    /// <summary>§6.3.3, figure 2: over all bytes of the set but the field itself.</summary>
    private static ushort Checksum(ReadOnlySpan<byte> set)
    {
        ushort sum = 0;
        for (int at = 0; at < set.Length; at++)
        {
            if (at is not (2 or 3))
                sum = unchecked((ushort)(ushort.RotateRight(sum, 1) + set[at]));
        }

        return sum;
    }

    /// <summary>§7.6.4, figure 4: over the up-cased name. Only for ASCII, where every volume's table must say the same (§7.2.5.1, the mandatory first 128 mappings).</summary>
    private static ushort NameHash(ReadOnlySpan<char> name)
    {
        ushort hash = 0;
        foreach (char c in name)
        {
            char upper = char.ToUpperInvariant(c);
            hash = unchecked((ushort)(ushort.RotateRight(hash, 1) + (upper & 0xFF)));
            hash = unchecked((ushort)(ushort.RotateRight(hash, 1) + (upper >> 8)));
        }

        return hash;
    }

    private static ushort U16(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt16LittleEndian(bytes[at..]);
}
