using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Gatekeeper.Signing.Sticks;

/// <summary>The root directory of a FAT32 volume: a label, and per file its long name (§7) and its short entry (§6).</summary>
internal static class FatDirectory
{
    private const int EntrySize = 32;
    private const int CharactersPerEntry = 13;

    /// <summary>Entries needed, with the label.</summary>
    internal static int EntryCount(IReadOnlyList<StickFile> files) => 1 + files.Sum(f => LongEntries(f.Name) + 1);

    /// <summary>Fills the zeroed directory.</summary>
    internal static void Write(Span<byte> directory, VolumePlan plan, IReadOnlyList<long> firstClusters)
    {
        (ushort date, ushort time) = DosTime.Of(plan.Time);
        Encoding.ASCII.GetBytes(VolumePlan.Label.PadRight(11), directory);
        directory[11] = 0x08; // ATTR_VOLUME_ID
        BinaryPrimitives.WriteUInt16LittleEndian(directory[22..], time);
        BinaryPrimitives.WriteUInt16LittleEndian(directory[24..], date);
        int at = EntrySize;
        for (int i = 0; i < plan.Files.Count; i++)
        {
            StickFile file = plan.Files[i];
            byte[] shortName = ShortName(file.Name, i + 1);
            at += WriteLongName(directory[at..], file.Name, Checksum(shortName));
            Span<byte> entry = directory.Slice(at, EntrySize);
            shortName.CopyTo(entry);
            entry[11] = 0x20; // ATTR_ARCHIVE
            BinaryPrimitives.WriteUInt16LittleEndian(entry[14..], time);
            BinaryPrimitives.WriteUInt16LittleEndian(entry[16..], date);
            BinaryPrimitives.WriteUInt16LittleEndian(entry[18..], date);
            BinaryPrimitives.WriteUInt16LittleEndian(entry[22..], time);
            BinaryPrimitives.WriteUInt16LittleEndian(entry[24..], date);
            uint first = file.Length == 0 ? 0 : (uint)firstClusters[i]; // §6.1: an empty file has no cluster
            BinaryPrimitives.WriteUInt16LittleEndian(entry[20..], (ushort)(first >> 16));
            BinaryPrimitives.WriteUInt16LittleEndian(entry[26..], (ushort)(first & 0xFFFF));
            BinaryPrimitives.WriteUInt32LittleEndian(entry[28..], (uint)file.Length);
            at += EntrySize;
        }
    }

    private static int LongEntries(string name) => (name.Length + CharactersPerEntry - 1) / CharactersPerEntry;

    // §7.2: the last part comes first; after the name one 0x0000, then 0xFFFF.
    private static int WriteLongName(Span<byte> directory, string name, byte checksum)
    {
        int count = LongEntries(name);
        for (int n = count; n >= 1; n--)
        {
            Span<byte> entry = directory.Slice((count - n) * EntrySize, EntrySize);
            entry[0] = (byte)(n == count ? n | 0x40 : n);
            entry[11] = 0x0F; // ATTR_LONG_NAME
            entry[13] = checksum;
            for (int c = 0; c < CharactersPerEntry; c++)
            {
                int index = ((n - 1) * CharactersPerEntry) + c;
                ushort character = index < name.Length ? name[index] : index == name.Length ? (ushort)0 : (ushort)0xFFFF;
                int place = c < 5 ? 1 + (c * 2) : c < 11 ? 14 + ((c - 5) * 2) : 28 + ((c - 11) * 2);
                BinaryPrimitives.WriteUInt16LittleEndian(entry[place..], character);
            }
        }

        return count * EntrySize;
    }

    // §7.3: a basis of up to six characters, ~ and a number that makes it unique.
    private static byte[] ShortName(string name, int number)
    {
        int dot = name.LastIndexOf('.');
        string tail = "~" + number.ToString(CultureInfo.InvariantCulture);
        string basis = Plain(dot < 0 ? name : name[..dot], 8 - tail.Length);
        string extension = dot < 0 ? string.Empty : Plain(name[(dot + 1)..], 3);
        return Encoding.ASCII.GetBytes((basis + tail).PadRight(8) + extension.PadRight(3));
    }

    private static string Plain(string text, int length)
    {
        string letters = string.Concat(text.ToUpperInvariant().Where(char.IsAsciiLetterOrDigit));
        return letters[..Math.Min(letters.Length, length)];
    }

    // §7.2: rotate right and add, over the eleven characters.
    private static byte Checksum(ReadOnlySpan<byte> shortName)
    {
        int sum = 0;
        foreach (byte b in shortName)
        {
            sum = (((sum & 1) << 7) + (sum >> 1) + b) & 0xFF;
        }

        return (byte)sum;
    }
}
