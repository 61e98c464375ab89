using System.Buffers.Binary;
using System.Text;

namespace Gatekeeper.StickImages;

/// <summary>Fills a FAT12, FAT16 or FAT32 volume (fatgen103), with long names and with both tables.</summary>
public sealed class FatWriter : VolumeWriter
{
    private const int LongNameAttributes = 0x0F;
    private const int CharsPerEntry = 13;

    private readonly int bits;
    private readonly long tableAt;
    private readonly long tableBytes;
    private readonly int tables;

    internal FatWriter(Image image)
        : base(image)
    {
        int sector = image.U16(11);
        long total = image.U16(19) != 0 ? image.U16(19) : image.U32(32);
        long tableSectors = image.U16(22) != 0 ? image.U16(22) : image.U32(36);
        int rootEntries = image.U16(17);
        tables = image.U8(16);
        tableAt = (long)image.U16(14) * sector;
        tableBytes = tableSectors * sector;
        long rootAt = tableAt + (tables * tableBytes);
        HeapAt = rootAt + ((((rootEntries * 32L) + sector - 1) / sector) * sector);
        ClusterBytes = image.U8(13) * sector;
        Clusters = (uint)(((total * sector) - HeapAt) / ClusterBytes);
        bits = image.U16(22) == 0 ? 32 : Clusters < 4085 ? 12 : 16;
        Root = bits == 32 ? new Folder() : new Folder { Fixed = (rootAt, rootEntries) };
        if (bits == 32)
        {
            Root.Clusters.Add(image.U32(44));

            // "FAT32 FSInfo Sector Structure": the count of free clusters is not known any more.
            image.Set32(((long)image.U16(48) * sector) + 488, 0xFFFFFFFF);
        }

        while (Image.U8(AddressOf(Root, Root.Used)) != 0)
        {
            Root.Used++;
        }
    }

    /// <inheritdoc/>
    public override Folder AddFolder(Folder parent, string name, EntryStyle? style = null)
    {
        Folder folder = new();
        folder.Clusters.Add(Cleared());
        style ??= new EntryStyle();
        AppendEntry(parent, name, folder.Clusters, 0, style with { Attributes = (style.Attributes & ~0x20) | 0x10 });

        // "FAT Directory Structure": "." is the directory itself, ".." its parent, 0 for the root.
        Append(folder, ShortEntry(Padded("."), 0x10, 0, folder.Clusters[0], 0));
        Append(folder, ShortEntry(Padded(".."), 0x10, 0, parent == Root ? 0 : parent.Clusters[0], 0));
        return folder;
    }

    private protected override byte Deleted(byte type) => 0xE5;

    private protected override bool IsFree(uint cluster) => bits switch
    {
        12 => Get12(cluster) == 0,
        16 => Image.U16(tableAt + (cluster * 2)) == 0,
        _ => (Image.U32(tableAt + (cluster * 4L)) & 0x0FFFFFFF) == 0,
    };

    private protected override void Free(uint cluster) => Set(cluster, 0);

    private protected override void Occupy(IReadOnlyList<uint> clusters, bool linked)
    {
        for (int i = 0; i < clusters.Count; i++)
        {
            Set(clusters[i], i + 1 < clusters.Count ? clusters[i + 1] : 0x0FFFFFFF);
        }
    }

    private protected override void Grown(Folder folder) => Set(folder.Clusters[^2], folder.Clusters[^1]);

    private protected override void AppendFile(Folder folder, string name, List<uint> clusters, long length, EntryStyle style) =>
        AppendEntry(folder, name, clusters, checked((uint)length), style);

    private void AppendEntry(Folder folder, string name, List<uint> clusters, uint length, EntryStyle style)
    {
        (byte[] shortName, byte reserved, bool needsLong) = FatShortName.Of(name, style.NtFlags, folder.ShortNames);
        byte[] entry = ShortEntry(shortName, style.Attributes, reserved, clusters.Count > 0 ? clusters[0] : 0, length);
        byte[] set = needsLong ? [.. LongEntries(name, shortName), .. entry] : entry;
        folder.Sets[name] = (Append(folder, set), set.Length / EntryBytes, clusters);
    }

    private static byte[] ShortEntry(byte[] name, int attributes, byte reserved, uint cluster, uint length)
    {
        byte[] entry = new byte[EntryBytes];
        name.CopyTo(entry, 0);
        entry[11] = (byte)attributes;
        entry[12] = reserved;
        BinaryPrimitives.WriteUInt16LittleEndian(entry.AsSpan(20), (ushort)(cluster >> 16));
        BinaryPrimitives.WriteUInt16LittleEndian(entry.AsSpan(24), ((2026 - 1980) << 9) | (1 << 5) | 1);
        BinaryPrimitives.WriteUInt16LittleEndian(entry.AsSpan(26), (ushort)(cluster & 0xFFFF));
        BinaryPrimitives.WriteUInt32LittleEndian(entry.AsSpan(28), length);
        return entry;
    }

    // "FAT Long Directory Entries": the last part comes first; one 0000h ends the name, FFFFh fills the rest.
    private static byte[] LongEntries(string name, byte[] shortName)
    {
        byte sum = shortName.Aggregate((byte)0, (sum, b) => unchecked((byte)((sum << 7) + (sum >> 1) + b)));
        int parts = (name.Length + CharsPerEntry - 1) / CharsPerEntry;
        byte[] set = new byte[parts * EntryBytes];
        for (int i = 0; i < parts; i++)
        {
            int order = parts - i;
            Span<byte> entry = set.AsSpan(i * EntryBytes, EntryBytes);
            entry[0] = (byte)(order | (i == 0 ? 0x40 : 0));
            entry[11] = LongNameAttributes;
            entry[13] = sum;
            for (int c = 0; c < CharsPerEntry; c++)
            {
                int at = ((order - 1) * CharsPerEntry) + c;
                char value = at < name.Length ? name[at] : at == name.Length ? '\0' : '\uFFFF';
                BinaryPrimitives.WriteUInt16LittleEndian(entry[(c < 5 ? 1 + (2 * c) : c < 11 ? 4 + (2 * c) : 6 + (2 * c))..], value);
            }
        }

        return set;
    }

    private static byte[] Padded(string name) => Encoding.ASCII.GetBytes(name.PadRight(11));

    private long At12(uint cluster) => tableAt + cluster + (cluster / 2);

    private int Get12(uint cluster) => (cluster & 1) != 0 ? Image.U16(At12(cluster)) >> 4 : Image.U16(At12(cluster)) & 0xFFF;

    private void Set(uint cluster, uint value)
    {
        for (int table = 0; table < tables; table++)
        {
            long copy = table * tableBytes;
            if (bits == 32)
            {
                Image.Set32(copy + tableAt + (cluster * 4L), value);
            }
            else if (bits == 16)
            {
                Image.Set16(copy + tableAt + (cluster * 2), (int)(value & 0xFFFF));
            }
            else
            {
                int old = Image.U16(copy + At12(cluster));
                int twelve = (int)(value & 0xFFF);
                Image.Set16(copy + At12(cluster), (cluster & 1) != 0 ? (old & 0xF) | (twelve << 4) : (old & 0xF000) | twelve);
            }
        }
    }
}
