using System.Buffers.Binary;
using System.Text;

namespace Gatekeeper.Stick.Tests.FileSystems.Images;

/// <summary>How a file is laid on the volume.</summary>
public enum Layout
{
    /// <summary>One run, NoFatChain set, nothing in the FAT: what Windows and Linux do when there is room.</summary>
    Contiguous,

    /// <summary>One run with a chain in the FAT.</summary>
    Chained,

    /// <summary>Every second cluster, with a chain in the FAT.</summary>
    Fragmented,
}

/// <summary>
/// An exFAT volume in memory, made by mkfs.exfat, and a writer of files for it: no Debian tool copies into exFAT without mounting.
/// fsck.exfat says in a test that what the writer makes is right.
/// </summary>
internal sealed class ExFatImage
{
    public const string Name = "release-2.0.0.gku";

    private static readonly Lazy<byte[]> Original = new(() => Format(4, "4K"));
    private readonly int sectorSize;
    private int nextCluster;

    public ExFatImage(byte[] bytes, int sectorSize = 512)
    {
        Bytes = bytes;
        this.sectorSize = sectorSize;
        int cluster = 2;
        while (IsAllocated(cluster))
            cluster++;
        nextCluster = cluster;
    }

    public static byte[] Content { get; } = Walk.Random(4, (4 * 4096) + 100);

    public byte[] Bytes { get; }

    public MemoryStick Stick => new(Bytes, sectorSize);

    public int ClusterBytes => sectorSize << Bytes[109];

    public int TableOffset => (int)U32(80) * sectorSize;

    public int Clusters => (int)U32(92);

    public int RootCluster => (int)U32(96);

    /// <summary>The volume with <see cref="Content"/> on it.</summary>
    public static ExFatImage Of(Layout layout = Layout.Chained)
    {
        ExFatImage image = Empty();
        image.Add(image.RootCluster, Name, Content, layout);
        return image;
    }

    public static ExFatImage Empty() => new((byte[])Original.Value.Clone());

    public static byte[] Format(int mebibytes, string cluster)
    {
        using Scratch scratch = new();
        string image = scratch.Image("image", mebibytes * 1024L * 1024);
        Tool.Run("mkfs.exfat", "-c", cluster, "-b", "128K", image);
        return File.ReadAllBytes(image);
    }

    public int ClusterOffset(int cluster) => ((int)U32(88) * sectorSize) + ((cluster - 2) * ClusterBytes);

    public uint U32(int at) => BinaryPrimitives.ReadUInt32LittleEndian(Bytes.AsSpan(at));

    public ExFatImage SetTable(int cluster, uint value)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(Bytes.AsSpan(TableOffset + (cluster * 4)), value);
        return this;
    }

    /// <summary>Changes the boot sector in both regions and makes their checksums right again, so that only the rule can refuse it.</summary>
    public ExFatImage Boot(Action<Memory<byte>> change)
    {
        for (int region = 0; region < 2; region++)
        {
            int start = region * 12 * sectorSize;
            change(Bytes.AsMemory(start, sectorSize));
            Seal(Bytes.AsSpan(start, 12 * sectorSize), sectorSize);
        }

        return this;
    }

    public ExFatImage Boot32(int at, uint value) => Boot(sector => BinaryPrimitives.WriteUInt32LittleEndian(sector.Span[at..], value));

    public ExFatImage Boot64(int at, ulong value) => Boot(sector => BinaryPrimitives.WriteUInt64LittleEndian(sector.Span[at..], value));

    public ExFatImage Boot8(int at, byte value) => Boot(sector => sector.Span[at] = value);

    /// <summary>Puts a file into a directory. Returns its first cluster.</summary>
    public int Add(int directory, string name, byte[] content, Layout layout = Layout.Contiguous, Action<EntrySet>? change = null)
    {
        int clusters = (content.Length + ClusterBytes - 1) / ClusterBytes;
        int[] numbers = [.. Enumerable.Range(0, clusters).Select(i => nextCluster + (layout == Layout.Fragmented ? 2 * i : i))];
        if (clusters > 0)
            nextCluster = numbers[^1] + 1;
        for (int i = 0; i < clusters; i++)
        {
            Allocate(numbers[i]);
            content.AsSpan(i * ClusterBytes, Math.Min(ClusterBytes, content.Length - (i * ClusterBytes))).CopyTo(Bytes.AsSpan(ClusterOffset(numbers[i])));
            if (layout != Layout.Contiguous)
                SetTable(numbers[i], i + 1 < clusters ? (uint)numbers[i + 1] : 0xFFFFFFFF);
        }

        int first = clusters > 0 ? numbers[0] : 0;
        EntrySet set = new(name, 0x20, layout == Layout.Contiguous && clusters > 0, (uint)first, (ulong)content.Length);
        change?.Invoke(set);
        Append(directory, set.Seal());
        return first;
    }

    /// <summary>Makes a subdirectory of this many clusters. Returns its first cluster.</summary>
    public int AddFolder(int parent, string name, int clusters = 1, bool chained = false, Action<EntrySet>? change = null)
    {
        int first = nextCluster;
        nextCluster += clusters;
        for (int i = 0; i < clusters; i++)
        {
            Allocate(first + i);
            if (chained)
                SetTable(first + i, i + 1 < clusters ? (uint)(first + i + 1) : 0xFFFFFFFF);
        }

        EntrySet set = new(name, 0x10, !chained, (uint)first, (ulong)clusters * (ulong)ClusterBytes);
        change?.Invoke(set);
        Append(parent, set.Seal());
        return first;
    }

    /// <summary>Offset of the end mark of a directory whose clusters follow each other.</summary>
    public int EndOf(int directory)
    {
        int at = ClusterOffset(directory);
        while (Bytes[at] != 0)
            at += 32;
        return at;
    }

    public void Append(int directory, byte[] entries) => entries.CopyTo(Bytes, EndOf(directory));

    /// <summary>The same volume for a device with sectors of 4096 bytes: the regions stay where they are, their numbers change.</summary>
    public ExFatImage To4096()
    {
        byte[] bytes = (byte[])Bytes.Clone();
        byte[] boot = new byte[12 * 4096];
        Bytes.AsSpan(0, 512).CopyTo(boot);
        BinaryPrimitives.WriteUInt64LittleEndian(boot.AsSpan(72), (ulong)(Bytes.Length / 4096));
        foreach (int at in (int[])[80, 84, 88])
            BinaryPrimitives.WriteUInt32LittleEndian(boot.AsSpan(at), (U32(at) + 7) / 8);
        boot[108] = 12;
        boot[109] -= 3;
        Seal(boot, 4096);
        boot.CopyTo(bytes, 0);
        boot.CopyTo(bytes, boot.Length);
        return new ExFatImage(bytes, 4096);
    }

    /// <summary>exFAT 1.00 §3.4.</summary>
    private static void Seal(Span<byte> region, int sectorSize)
    {
        uint sum = 0;
        for (int i = 0; i < 11 * sectorSize; i++)
        {
            if (i is not (106 or 107 or 112))
                sum = unchecked(((sum << 31) | (sum >> 1)) + region[i]);
        }

        for (int i = 0; i < sectorSize; i += 4)
            BinaryPrimitives.WriteUInt32LittleEndian(region[((11 * sectorSize) + i)..], sum);
    }

    private bool IsAllocated(int cluster) => (Bytes[BitmapByte(cluster)] & (1 << ((cluster - 2) % 8))) != 0;

    private void Allocate(int cluster) => Bytes[BitmapByte(cluster)] |= (byte)(1 << ((cluster - 2) % 8));

    private int BitmapByte(int cluster)
    {
        int at = ClusterOffset(RootCluster);
        while (Bytes[at] != 0x81)
            at += 32;
        return ClusterOffset((int)U32(at + 20)) + ((cluster - 2) / 8);
    }
}

/// <summary>The directory entries of one file (exFAT 1.00 §7.4, §7.6, §7.7), to be changed before they are sealed.</summary>
internal sealed class EntrySet
{
    public EntrySet(string name, ushort attributes, bool noFatChain, uint firstCluster, ulong length)
    {
        int names = (name.Length + 14) / 15;
        Bytes = new byte[(2 + names) * 32];
        Bytes[0] = 0x85;
        Bytes[1] = (byte)(1 + names);
        Set16(4, attributes);
        Bytes[32] = 0xC0;
        Bytes[33] = (byte)(1 | (noFatChain ? 2 : 0));
        Bytes[35] = (byte)name.Length;
        Set16(36, Hash(name));
        Set64(40, length);
        Set32(52, firstCluster);
        Set64(56, length);
        for (int i = 0; i < names; i++)
        {
            Bytes[64 + (i * 32)] = 0xC1;
            Encoding.Unicode.GetBytes(name, i * 15, Math.Min(15, name.Length - (i * 15)), Bytes, 66 + (i * 32));
        }
    }

    public byte[] Bytes { get; set; }

    public void Set16(int at, ushort value) => BinaryPrimitives.WriteUInt16LittleEndian(Bytes.AsSpan(at), value);

    public void Set32(int at, uint value) => BinaryPrimitives.WriteUInt32LittleEndian(Bytes.AsSpan(at), value);

    public void Set64(int at, ulong value) => BinaryPrimitives.WriteUInt64LittleEndian(Bytes.AsSpan(at), value);

    /// <summary>Appends a secondary entry.</summary>
    public void AppendSecondary(byte type)
    {
        byte[] entry = new byte[32];
        entry[0] = type;
        Bytes = [.. Bytes, .. entry];
        Bytes[1]++;
    }

    public byte[] Seal()
    {
        ushort sum = 0;
        for (int i = 0; i < Bytes.Length; i++)
        {
            if (i is not (2 or 3))
                sum = unchecked((ushort)(((sum << 15) | (sum >> 1)) + Bytes[i]));
        }

        Set16(2, sum);
        return Bytes;
    }

    private static ushort Hash(string name)
    {
        ushort hash = 0;
        foreach (byte b in Encoding.Unicode.GetBytes(name.ToUpperInvariant()))
            hash = unchecked((ushort)(((hash << 15) | (hash >> 1)) + b));
        return hash;
    }
}
