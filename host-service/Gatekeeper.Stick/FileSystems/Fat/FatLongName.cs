using System.Buffers.Binary;

namespace Gatekeeper.Stick.FileSystems.Fat;

/// <summary>
/// Puts a long name together from the entries before its short entry (fatgen103 "FAT Long Directory Entries").
/// A set that breaks a rule is an orphan, left by a system that knows no long names: it is dropped, and the short name counts.
/// </summary>
internal sealed class FatLongName
{
    // 0 Ord (40h = last part, comes first)   1 name (10)   11 Attr   12 Type, 0   13 ChkSum   14 name (12)   26 FstClusLO, 0   28 name (4)
    private const int PartChars = 13;
    private const int MaxParts = 20;
    private const int MaxChars = 255;
    private const byte LastPart = 0x40;

    private readonly char[] chars = new char[PartChars * MaxParts];
    private int parts;
    private int expected;
    private byte checksum;

    /// <summary>Forgets what was gathered: the next entry starts anew.</summary>
    public void Reset() => parts = 0;

    /// <summary>Takes the next part.</summary>
    /// <param name="entry">32 bytes; <see cref="FatEntry.IsLongName"/> said yes.</param>
    public void Add(ReadOnlySpan<byte> entry)
    {
        int order = entry[0] & ~LastPart;
        if ((entry[0] & LastPart) != 0)
        {
            parts = order is >= 1 and <= MaxParts ? order : 0;
            expected = order;
            checksum = entry[13];
        }

        if (parts == 0 || order != expected || entry[13] != checksum || entry[12] != 0 || BinaryPrimitives.ReadUInt16LittleEndian(entry[26..]) != 0)
        {
            Reset();
            return;
        }

        Span<char> part = chars.AsSpan((order - 1) * PartChars, PartChars);
        for (int i = 0; i < PartChars; i++)
            part[i] = (char)BinaryPrimitives.ReadUInt16LittleEndian(entry[(i < 5 ? 1 + (2 * i) : i < 11 ? 4 + (2 * i) : 6 + (2 * i))..]);
        expected = order - 1;
    }

    /// <summary>The long name of a short entry, or null when it has none.</summary>
    /// <param name="shortName">The 11 bytes of DIR_Name.</param>
    public string? For(ReadOnlySpan<byte> shortName)
    {
        bool complete = parts > 0 && expected == 0 && checksum == FatEntry.Checksum(shortName);
        int room = parts * PartChars;
        Reset();
        if (!complete)
            return null;

        // "Name limits": a name that does not fill its last part ends with one 0000h and is padded with FFFFh; it has at most 255 characters. Padding of
        // other bytes is passed over, as Linux, mtools and fsck.vfat do: a file must not have one name here and another one on a technician's computer.
        ReadOnlySpan<char> all = chars.AsSpan(0, room);
        int end = all.IndexOf('\0');
        int length = end < 0 ? room : end;
        return length is > 0 and <= MaxChars ? all[..length].ToString() : null;
    }
}
