using System.Buffers.Binary;
using System.Text;
using Gatekeeper.Stick.FileSystems.Fat;

namespace Gatekeeper.Stick.Tests.FileSystems.Images;

/// <summary>
/// A FAT volume in memory, made by mkfs.vfat and mcopy, with the handles to break it. One sector a cluster;
/// <see cref="Name"/> lies on it with <see cref="Content"/> in five clusters.
/// </summary>
internal sealed class FatImage
{
    public const string Name = "release-2.0.0.gku";
    public const string ShortName = "RELEAS~1GKU";

    private static readonly Dictionary<int, Lazy<byte[]>> Originals = new()
    {
        [12] = new(() => Make(12, 1)),
        [16] = new(() => Make(16, 4)),
        [32] = new(() => Make(32, 34)),
    };

    private FatImage(int kind, byte[] bytes)
    {
        Kind = kind;
        Bytes = bytes;
    }

    public static byte[] Content { get; } = Walk.Random(1, (4 * 512) + 100);

    public int Kind { get; }

    public byte[] Bytes { get; }

    public MemoryStick Stick => new(Bytes);

    public int TableOffset => U16(14) * 512;

    public int TableBytes => (Kind == 32 ? (int)U32(36) : U16(22)) * 512;

    public int RootOffset => Kind == 32 ? ClusterOffset((int)U32(44)) : TableOffset + (Bytes[16] * TableBytes);

    public int DataOffset => TableOffset + (Bytes[16] * TableBytes) + (U16(17) * 32);

    public int Clusters => ((int)(U16(19) != 0 ? U16(19) : U32(32)) - (DataOffset / 512)) / Bytes[13];

    /// <summary>Offset of the release's short entry.</summary>
    public int Entry => FindEntry(ShortName);

    public int FirstCluster => U16(Entry + 26) | (U16(Entry + 20) << 16);

    public static FatImage Of(int kind) => new(kind, (byte[])Originals[kind].Value.Clone());

    public int ClusterOffset(int cluster) => DataOffset + ((cluster - 2) * Bytes[13] * 512);

    public ushort U16(int at) => BinaryPrimitives.ReadUInt16LittleEndian(Bytes.AsSpan(at));

    public uint U32(int at) => BinaryPrimitives.ReadUInt32LittleEndian(Bytes.AsSpan(at));

    public FatImage Set(int at, params byte[] bytes)
    {
        bytes.CopyTo(Bytes, at);
        return this;
    }

    public FatImage Set16(int at, ushort value)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(Bytes.AsSpan(at), value);
        return this;
    }

    public FatImage Set32(int at, uint value)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(Bytes.AsSpan(at), value);
        return this;
    }

    /// <summary>Sets an entry of the first table only: the reader must not look at the second.</summary>
    public FatImage SetTable(int cluster, uint value, int table = 0)
    {
        int start = TableOffset + (table * TableBytes);
        if (Kind == 32)
            return Set32(start + (cluster * 4), value);
        if (Kind == 16)
            return Set16(start + (cluster * 2), (ushort)value);
        int at = start + cluster + (cluster / 2);
        int old = U16(at);
        return Set16(at, (ushort)((cluster & 1) != 0 ? (old & 0x000F) | ((int)value << 4) : (old & 0xF000) | ((int)value & 0xFFF)));
    }

    /// <summary>The value that this kind of table has for an end of chain or a bad cluster, from its FAT32 form.</summary>
    public uint Mark(uint fat32) => Kind == 32 ? fat32 : fat32 & ((1u << Kind) - 1);

    /// <summary>Offset of the first free entry at the end of the root directory.</summary>
    public int EndOfRoot()
    {
        int at = RootOffset;
        while (Bytes[at] != 0)
            at += 32;
        return at;
    }

    /// <summary>Appends an entry to the root directory.</summary>
    public FatImage Append(ReadOnlySpan<byte> entry)
    {
        entry.CopyTo(Bytes.AsSpan(EndOfRoot()));
        return this;
    }

    public static byte[] ShortEntry(string name11, byte attributes, int cluster, uint length)
    {
        byte[] entry = new byte[32];
        Encoding.Latin1.GetBytes(name11).CopyTo(entry, 0);
        entry[11] = attributes;
        BinaryPrimitives.WriteUInt16LittleEndian(entry.AsSpan(20), (ushort)(cluster >> 16));
        BinaryPrimitives.WriteUInt16LittleEndian(entry.AsSpan(26), (ushort)(cluster & 0xFFFF));
        BinaryPrimitives.WriteUInt32LittleEndian(entry.AsSpan(28), length);
        return entry;
    }

    /// <summary>The entries of a long name, in directory order, for a short name.</summary>
    public static byte[][] LongEntries(string name, ReadOnlySpan<byte> shortName)
    {
        int parts = (name.Length + 12) / 13;
        string padded = (name.Length % 13 == 0 ? name : name + '\0').PadRight(parts * 13, '\uFFFF');
        int[] places = [1, 3, 5, 7, 9, 14, 16, 18, 20, 22, 24, 28, 30];
        byte[][] entries = new byte[parts][];
        for (int order = parts; order >= 1; order--)
        {
            byte[] entry = entries[parts - order] = new byte[32];
            entry[0] = (byte)(order | (order == parts ? 0x40 : 0));
            entry[11] = 0x0F;
            entry[13] = FatEntry.Checksum(shortName);
            for (int i = 0; i < 13; i++)
                BinaryPrimitives.WriteUInt16LittleEndian(entry.AsSpan(places[i]), padded[((order - 1) * 13) + i]);
        }

        return entries;
    }

    private static byte[] Make(int kind, int mebibytes)
    {
        using Scratch scratch = new();
        string image = scratch.Image("image", mebibytes * 1024L * 1024);
        Tool.Run("mkfs.vfat", "-F", $"{kind}", "-s", "1", "--invariant", image);
        Tool.Run("mcopy", "-i", image, scratch.Write("content", Content), $"::{Name}");
        return File.ReadAllBytes(image);
    }

    private int FindEntry(string name11)
    {
        int at = RootOffset;
        while (Encoding.ASCII.GetString(Bytes, at, 11) != name11)
            at += Bytes[at] != 0 ? 32 : throw new InvalidOperationException($"no entry {name11}");
        return at;
    }
}
