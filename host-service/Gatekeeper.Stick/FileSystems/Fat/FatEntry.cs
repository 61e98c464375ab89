using System.Buffers.Binary;

namespace Gatekeeper.Stick.FileSystems.Fat;

/// <summary>One short directory entry (fatgen103 "FAT Directory Structure").</summary>
/// <param name="ShortName">The 8.3 name as text; empty when it has a byte that is not plain ASCII.</param>
/// <param name="Attributes">DIR_Attr.</param>
/// <param name="FirstCluster">As claimed; 0 for an empty file.</param>
/// <param name="Length">Bytes as claimed; 0 for a directory.</param>
internal readonly record struct FatEntry(string ShortName, byte Attributes, uint FirstCluster, uint Length)
{
    private const byte VolumeId = 0x08;
    private const byte Directory = 0x10;
    private const byte LongNameMask = 0x3F;
    private const byte LongName = 0x0F;

    // 0 name (11)   11 Attr   12 NTRes   20 FstClusHI u16   26 FstClusLO u16   28 FileSize u32

    /// <summary>A subdirectory.</summary>
    public bool IsDirectory => (Attributes & (Directory | VolumeId)) == Directory;

    /// <summary>A file: neither a directory nor a volume label.</summary>
    public bool IsFile => (Attributes & (Directory | VolumeId)) == 0;

    /// <summary>DIR_Name[0] = 00h: this entry and all after it are free.</summary>
    public static bool IsEnd(ReadOnlySpan<byte> entry) => entry[0] == 0;

    /// <summary>DIR_Name[0] = E5h: the entry is free.</summary>
    public static bool IsDeleted(ReadOnlySpan<byte> entry) => entry[0] == 0xE5;

    /// <summary>The entry is a part of a long name ("FAT Long Directory Entries": the mask comes first).</summary>
    public static bool IsLongName(ReadOnlySpan<byte> entry) => (entry[11] & LongNameMask) == LongName;

    /// <summary>Decodes a short entry.</summary>
    /// <param name="entry">32 bytes, in use and not part of a long name.</param>
    /// <param name="kind">FstClusHI counts on FAT32 only; older systems kept other things in these bytes.</param>
    public static FatEntry Parse(ReadOnlySpan<byte> entry, TableKind kind)
    {
        uint high = kind == TableKind.Fat32 ? BinaryPrimitives.ReadUInt16LittleEndian(entry[20..]) : 0u;
        return new FatEntry(
            NameOf(entry), entry[11], (high << 16) | BinaryPrimitives.ReadUInt16LittleEndian(entry[26..]), BinaryPrimitives.ReadUInt32LittleEndian(entry[28..]));
    }

    /// <summary>The checksum that ties a long name to its short one ("FAT Long Directory Entries", ChkSum).</summary>
    public static byte Checksum(ReadOnlySpan<byte> shortName)
    {
        byte sum = 0;
        foreach (byte b in shortName)
            sum = unchecked((byte)(((sum & 1) << 7) + (sum >> 1) + b));
        return sum;
    }

    /// <remarks>Windows keeps "the name is all lower case" in two bits of NTRes (08h the name, 10h the extension). They change nothing but the spelling.</remarks>
    private static string NameOf(ReadOnlySpan<byte> entry)
    {
        Span<char> text = stackalloc char[12];
        int length = Append(entry[..8], (entry[12] & 0x08) != 0, text);
        int extension = length < 0 ? -1 : Append(entry.Slice(8, 3), (entry[12] & 0x10) != 0, text[(length + 1)..]);
        if (extension < 0)
            return "";
        if (extension == 0)
            return text[..length].ToString();
        text[length] = '.';
        return text[..(length + 1 + extension)].ToString();
    }

    private static int Append(ReadOnlySpan<byte> padded, bool lower, Span<char> text)
    {
        ReadOnlySpan<byte> bytes = padded.TrimEnd((byte)' ');
        for (int i = 0; i < bytes.Length; i++)
        {
            if (bytes[i] is < 0x20 or > 0x7E)
                return -1;
            text[i] = lower ? char.ToLowerInvariant((char)bytes[i]) : (char)bytes[i];
        }

        return bytes.Length;
    }
}
