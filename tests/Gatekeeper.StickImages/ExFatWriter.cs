using System.Buffers.Binary;
using System.Text;

namespace Gatekeeper.StickImages;

/// <summary>
/// Fills an exFAT volume (exFAT 1.00): no Debian tool copies into exFAT without mounting it. fsck.exfat is asked in tests whether it is right.
/// </summary>
public sealed class ExFatWriter : VolumeWriter
{
    private const int CharsPerEntry = 15;

    private readonly long tableAt;
    private readonly long bitmapAt;

    internal ExFatWriter(Image image)
        : base(image)
    {
        int sector = 1 << image.U8(108);
        tableAt = (long)image.U32(80) * sector;
        HeapAt = (long)image.U32(88) * sector;
        Clusters = image.U32(92);
        ClusterBytes = sector << image.U8(109);
        Root = new Folder();
        for (uint cluster = image.U32(96); cluster != 0xFFFFFFFF; cluster = image.U32(tableAt + (cluster * 4L)))
        {
            Root.Clusters.Add(cluster);
        }

        for (; Image.U8(AddressOf(Root, Root.Used)) is not 0 and byte type; Root.Used++)
        {
            if (type == 0x81) // §7.1: the allocation bitmap, in one run as every formatter writes it
            {
                bitmapAt = OffsetOf(Image.U32(AddressOf(Root, Root.Used) + 20));
            }
        }
    }

    /// <inheritdoc/>
    public override Folder AddFolder(Folder parent, string name, EntryStyle? style = null)
    {
        style ??= new EntryStyle();
        Folder folder = new() { IsChained = style.Placement != Placement.Contiguous };
        folder.Clusters.Add(Cleared());
        folder.Entry = AppendSet(parent, name, folder.Clusters, ClusterBytes, (style.Attributes & ~0x20) | 0x10, folder.IsChained);
        return folder;
    }

    /// <summary>§6.3.3: over all bytes of the set but the field itself.</summary>
    internal static ushort SetChecksum(ReadOnlySpan<byte> set)
    {
        ushort sum = 0;
        for (int i = 0; i < set.Length; i++)
        {
            sum = i is 2 or 3 ? sum : unchecked((ushort)(((sum & 1) << 15) + (sum >> 1) + set[i]));
        }

        return sum;
    }

    // §6.2.1: the upper bit says "in use".
    private protected override byte Deleted(byte type) => (byte)(type & 0x7F);

    private protected override bool IsFree(uint cluster) => (Image.U8(BitmapByte(cluster)) & Bit(cluster)) == 0;

    private protected override void Free(uint cluster)
    {
        Image.Set8(BitmapByte(cluster), (byte)(Image.U8(BitmapByte(cluster)) & ~Bit(cluster)));
        Image.Set32(tableAt + (cluster * 4L), 0);
    }

    private protected override void Occupy(IReadOnlyList<uint> clusters, bool linked)
    {
        for (int i = 0; i < clusters.Count; i++)
        {
            Image.Set8(BitmapByte(clusters[i]), (byte)(Image.U8(BitmapByte(clusters[i])) | Bit(clusters[i])));

            // §4.1.3. Without a chain the entries mean nothing; what an older file left there stays.
            if (linked)
            {
                Image.Set32(tableAt + (clusters[i] * 4L), i + 1 < clusters.Count ? clusters[i + 1] : 0xFFFFFFFF);
            }
        }
    }

    private protected override void AppendFile(Folder folder, string name, List<uint> clusters, long length, EntryStyle style) =>
        AppendSet(folder, name, clusters, length, style.Attributes, style.Placement != Placement.Contiguous);

    private protected override void Grown(Folder folder)
    {
        if (!folder.IsChained && folder.Clusters[^1] != folder.Clusters[^2] + 1)
        {
            folder.IsChained = true;
        }

        if (folder.IsChained)
        {
            Occupy(folder.Clusters, linked: true);
        }

        if (folder.Entry is not { } entry)
        {
            return; // the root directory has no length
        }

        // §7.6: DataLength and ValidDataLength of a directory are its clusters.
        byte[] set = new byte[entry.Count * EntryBytes];
        for (int i = 0; i < entry.Count; i++)
        {
            Image.Read(AddressOf(entry.Parent, entry.First + i), set.AsSpan(i * EntryBytes, EntryBytes));
        }

        long length = (long)folder.Clusters.Count * ClusterBytes;
        set[EntryBytes + 1] = (byte)(folder.IsChained ? 1 : 3);
        BinaryPrimitives.WriteInt64LittleEndian(set.AsSpan(EntryBytes + 8), length);
        BinaryPrimitives.WriteInt64LittleEndian(set.AsSpan(EntryBytes + 24), length);
        BinaryPrimitives.WriteUInt16LittleEndian(set.AsSpan(2), SetChecksum(set));
        for (int i = 0; i < entry.Count; i++)
        {
            Image.Write(AddressOf(entry.Parent, entry.First + i), set.AsSpan(i * EntryBytes, EntryBytes));
        }
    }

    // §7.4 File, §7.6 Stream Extension, §7.7 File Name.
    private (Folder Parent, int First, int Count) AppendSet(Folder folder, string name, List<uint> clusters, long length, int attributes, bool isChained)
    {
        int names = (name.Length + CharsPerEntry - 1) / CharsPerEntry;
        byte[] set = new byte[(2 + names) * EntryBytes];
        set[0] = 0x85;
        set[1] = (byte)(1 + names);
        BinaryPrimitives.WriteUInt16LittleEndian(set.AsSpan(4), (ushort)attributes);
        for (int stamp = 8; stamp <= 16; stamp += 4)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(set.AsSpan(stamp), ((2026 - 1980) << 25) | (1 << 21) | (1 << 16));
        }

        Span<byte> stream = set.AsSpan(EntryBytes, EntryBytes);
        stream[0] = 0xC0;
        stream[1] = (byte)(isChained || clusters.Count == 0 ? 1 : 3); // AllocationPossible, NoFatChain
        stream[3] = checked((byte)name.Length);
        BinaryPrimitives.WriteUInt16LittleEndian(stream[4..], NameHash(name));
        BinaryPrimitives.WriteInt64LittleEndian(stream[8..], length);
        BinaryPrimitives.WriteUInt32LittleEndian(stream[20..], clusters.Count > 0 ? clusters[0] : 0);
        BinaryPrimitives.WriteInt64LittleEndian(stream[24..], length);
        for (int i = 0; i < names; i++)
        {
            Span<byte> entry = set.AsSpan((2 + i) * EntryBytes, EntryBytes);
            entry[0] = 0xC1;
            Encoding.Unicode.GetBytes(name.AsSpan(i * CharsPerEntry, Math.Min(CharsPerEntry, name.Length - (i * CharsPerEntry))), entry[2..]);
        }

        BinaryPrimitives.WriteUInt16LittleEndian(set.AsSpan(2), SetChecksum(set));
        int first = Append(folder, set);
        folder.Sets[name] = (first, set.Length / EntryBytes, clusters);
        return (folder, first, set.Length / EntryBytes);
    }

    // §7.6.4: over the up-cased name.
    private static ushort NameHash(string name)
    {
        ushort hash = 0;
        foreach (byte one in Encoding.Unicode.GetBytes(name.ToUpperInvariant()))
        {
            hash = unchecked((ushort)(((hash & 1) << 15) + (hash >> 1) + one));
        }

        return hash;
    }

    private long BitmapByte(uint cluster) => bitmapAt + ((cluster - 2) / 8);

    private static byte Bit(uint cluster) => (byte)(1 << (int)((cluster - 2) % 8));
}
