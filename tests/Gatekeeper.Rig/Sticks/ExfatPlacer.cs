using System.Buffers.Binary;
using System.Text;

namespace Gatekeeper.Rig;

/// <summary>
/// Puts one file into the top folder of a fresh exFAT volume made by mkfs.exfat, as the exFAT file system specification 1.00 says.
/// For tests only: names are ASCII, the folder is one cluster. fsck.exfat is asked whether it is right.
/// </summary>
public static class ExfatPlacer
{
    private const int EntrySize = 32;

    /// <summary>Copies <paramref name="source"/> onto the volume under <paramref name="name"/>.</summary>
    /// <param name="volume">The volume's image.</param>
    /// <param name="name">1 to 255 ASCII characters.</param>
    /// <param name="source">The file on the host; not empty.</param>
    /// <param name="fragmented">Take every second cluster and chain them in the FAT; else one run and no chain.</param>
    public static void Place(string volume, string name, string source, bool fragmented)
    {
        using FileStream image = new(volume, FileMode.Open, FileAccess.ReadWrite);
        Layout layout = Layout.Read(image);
        byte[] folder = ReadAt(image, layout.Offset(layout.Root), layout.ClusterSize);
        (long bitmapAt, int bitmapLength) = FindBitmap(folder, layout);
        byte[] bitmap = ReadAt(image, bitmapAt, bitmapLength);

        long length = new FileInfo(source).Length;
        uint[] clusters = Take(bitmap, checked((int)((length + layout.ClusterSize - 1) / layout.ClusterSize)), fragmented, layout);
        WriteAt(image, bitmapAt, bitmap);
        CopyContent(image, source, clusters, layout);
        if (fragmented)
        {
            Chain(image, clusters, layout);
        }

        byte[] set = EntrySet(name, length, clusters[0], contiguous: !fragmented);
        int free = FirstFree(folder, set.Length);
        WriteAt(image, layout.Offset(layout.Root) + free, set);
    }

    private sealed record Layout(long FatAt, long HeapAt, int ClusterSize, uint Clusters, uint Root)
    {
        public long Offset(uint cluster) => HeapAt + ((cluster - 2L) * ClusterSize);

        public static Layout Read(FileStream image)
        {
            byte[] boot = ReadAt(image, 0, 512);
            if (!boot.AsSpan(3, 8).SequenceEqual("EXFAT   "u8))
            {
                throw new RigException($"{image.Name} is not exFAT");
            }
            int sector = 1 << boot[108];
            return new Layout(
                (long)U32(boot, 80) * sector, (long)U32(boot, 88) * sector, sector << boot[109], U32(boot, 92), U32(boot, 96));
        }
    }

    // §7.1: the allocation bitmap has its own entry, type 0x81, in the top folder.
    private static (long At, int Length) FindBitmap(byte[] folder, Layout layout)
    {
        for (int at = 0; at < folder.Length && folder[at] != 0; at += EntrySize)
        {
            if (folder[at] == 0x81)
            {
                return (layout.Offset(U32(folder, at + 20)), checked((int)BinaryPrimitives.ReadUInt64LittleEndian(folder.AsSpan(at + 24))));
            }
        }
        throw new RigException("exFAT volume without an allocation bitmap");
    }

    private static uint[] Take(byte[] bitmap, int count, bool fragmented, Layout layout)
    {
        // A fresh volume is free from some cluster on; start behind the last one in use.
        uint at = layout.Clusters;
        while (at > 0 && (bitmap[(at - 1) / 8] >> (int)((at - 1) % 8) & 1) == 0)
        {
            at--;
        }
        uint[] clusters = new uint[count];
        for (int i = 0; i < count; i++, at += fragmented ? 2u : 1u)
        {
            if (at >= layout.Clusters)
            {
                throw new RigException("the exFAT volume is too small for the file");
            }
            bitmap[at / 8] |= (byte)(1 << (int)(at % 8));
            clusters[i] = at + 2;
        }
        return clusters;
    }

    private static void CopyContent(FileStream image, string source, uint[] clusters, Layout layout)
    {
        using FileStream from = File.OpenRead(source);
        byte[] block = new byte[layout.ClusterSize];
        foreach (uint cluster in clusters)
        {
            int count = from.ReadAtLeast(block, block.Length, throwOnEndOfStream: false);
            WriteAt(image, layout.Offset(cluster), block.AsSpan(0, count));
        }
    }

    // §4.1: four bytes a cluster, each the next one's number, the last 0xFFFFFFFF.
    private static void Chain(FileStream image, uint[] clusters, Layout layout)
    {
        byte[] next = new byte[4];
        for (int i = 0; i < clusters.Length; i++)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(next, i + 1 < clusters.Length ? clusters[i + 1] : 0xFFFFFFFF);
            WriteAt(image, layout.FatAt + (clusters[i] * 4L), next);
        }
    }

    // §6.3, §7.4, §7.6, §7.7: file, stream extension and name entries under one checksum.
    private static byte[] EntrySet(string name, long length, uint first, bool contiguous)
    {
        int nameEntries = (name.Length + 14) / 15;
        byte[] set = new byte[(2 + nameEntries) * EntrySize];
        set[0] = 0x85;
        set[1] = (byte)(1 + nameEntries);
        set[4] = 0x20; // archive
        for (int stamp = 8; stamp <= 16; stamp += 4)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(set.AsSpan(stamp), ((2026 - 1980) << 25) | (1 << 21) | (1 << 16));
        }
        Span<byte> stream = set.AsSpan(EntrySize, EntrySize);
        stream[0] = 0xC0;
        stream[1] = (byte)(contiguous ? 0x03 : 0x01);
        stream[3] = (byte)name.Length;
        BinaryPrimitives.WriteUInt16LittleEndian(stream[4..], NameHash(name));
        BinaryPrimitives.WriteInt64LittleEndian(stream[8..], length);
        BinaryPrimitives.WriteUInt32LittleEndian(stream[20..], first);
        BinaryPrimitives.WriteInt64LittleEndian(stream[24..], length);
        for (int i = 0; i < nameEntries; i++)
        {
            Span<byte> entry = set.AsSpan((2 + i) * EntrySize, EntrySize);
            entry[0] = 0xC1;
            Encoding.Unicode.GetBytes(name.AsSpan(i * 15, Math.Min(15, name.Length - (i * 15))), entry[2..]);
        }
        BinaryPrimitives.WriteUInt16LittleEndian(set.AsSpan(2), Checksum(set));
        return set;
    }

    // §6.3.3: the checksum's own two bytes are left out.
    private static ushort Checksum(byte[] set)
    {
        ushort sum = 0;
        for (int i = 0; i < set.Length; i++)
        {
            sum = i is 2 or 3 ? sum : unchecked((ushort)(((sum & 1) << 15) + (sum >> 1) + set[i]));
        }
        return sum;
    }

    // §7.6.4: over the up-cased name; for ASCII the up-case table is what ToUpperInvariant does.
    private static ushort NameHash(string name)
    {
        ushort hash = 0;
        foreach (byte one in Encoding.Unicode.GetBytes(name.ToUpperInvariant()))
        {
            hash = unchecked((ushort)(((hash & 1) << 15) + (hash >> 1) + one));
        }
        return hash;
    }

    private static int FirstFree(byte[] folder, int needed)
    {
        int at = 0;
        while (at < folder.Length && folder[at] != 0)
        {
            at += EntrySize;
        }
        return at + needed <= folder.Length ? at : throw new RigException("the exFAT volume's top folder is full");
    }

    private static uint U32(byte[] bytes, int at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(at));

    private static byte[] ReadAt(FileStream image, long at, int count)
    {
        byte[] bytes = new byte[count];
        image.Position = at;
        image.ReadExactly(bytes);
        return bytes;
    }

    private static void WriteAt(FileStream image, long at, ReadOnlySpan<byte> bytes)
    {
        image.Position = at;
        image.Write(bytes);
    }
}
