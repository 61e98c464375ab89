using System.Buffers.Binary;
using Gatekeeper.Release;
using Gatekeeper.Stick.Tests.FileSystems.Images;

namespace Gatekeeper.Stick.Tests.FileSystems.Hostile;

/// <summary>FAT chains and directories that loop, cross, end early or never, and directories without an end.</summary>
internal static class BrokenFatTables
{
    private const Refusal Damaged = Refusal.FileSystemDamaged;

    public static IEnumerable<HostileImage> All => [.. new[] { 12, 16, 32 }.SelectMany(Of), .. Fat32()];

    private static IEnumerable<HostileImage> Of(int kind) =>
    [
        Fat(kind, "chain that loops to its start", Damaged, i => i.SetTable(i.FirstCluster + 4, (uint)i.FirstCluster)),
        Fat(kind, "cluster that follows itself", Damaged, i => i.SetTable(i.FirstCluster, (uint)i.FirstCluster)),
        Fat(kind, "loop of a file as long as its volume", Damaged, i => i.SetTable(i.FirstCluster + 1, (uint)i.FirstCluster).Set32(i.Entry + 28, (uint)i.Clusters * 512)),
        Fat(kind, "chain shorter than its file", Damaged, i => i.SetTable(i.FirstCluster + 2, i.Mark(0x0FFFFFFF))),
        Fat(kind, "chain longer than its file", Damaged, i => i.Set32(i.Entry + 28, 512)),
        Fat(kind, "chain into a free cluster", Damaged, i => i.SetTable(i.FirstCluster + 2, 0)),
        Fat(kind, "chain into cluster 1", Damaged, i => i.SetTable(i.FirstCluster + 2, 1)),
        Fat(kind, "chain into a bad cluster", Damaged, i => i.SetTable(i.FirstCluster + 2, i.Mark(0x0FFFFFF7))),
        Fat(kind, "chain behind the end", Damaged, i => i.SetTable(i.FirstCluster + 2, (uint)i.Clusters + 2)),
        Fat(kind, "chain of reserved values", Damaged, i => i.SetTable(i.FirstCluster + 2, i.Mark(0x0FFFFFF0))),
        Fat(kind, "first cluster 0 of a file with bytes", Damaged, i => i.Set16(i.Entry + 26, 0).Set16(i.Entry + 20, 0)),
        Fat(kind, "first cluster 1", Damaged, i => i.Set16(i.Entry + 26, 1).Set16(i.Entry + 20, 0)),
        Fat(kind, "first cluster behind the end", Damaged, i => i.Set16(i.Entry + 26, 0xFFFF)),
        Fat(kind, "empty file with clusters", Damaged, i => i.Set32(i.Entry + 28, 0)),
        Fat(kind, "file of 2^32 - 1 bytes", Damaged, i => i.Set32(i.Entry + 28, uint.MaxValue)),
        Fat(kind, "file longer than its volume by one", Damaged, i => i.Set32(i.Entry + 28, ((uint)i.Clusters * 512) + 1)),
        Fat(kind, "two files that share all clusters", null, i => i.Append(FatImage.ShortEntry("SECOND  GKU", 0x20, i.FirstCluster, (uint)FatImage.Content.Length))),
        Fat(kind, "two files that share a tail", null, i => i.Append(FatImage.ShortEntry("SECOND  GKU", 0x20, i.FirstCluster + 2, (uint)FatImage.Content.Length - 1024))),
        Fat(kind, "release folder at cluster 0", Damaged, i => i.AddLongFolder(0)),
        Fat(kind, "release folder at cluster 1", Damaged, i => i.AddLongFolder(1)),
        Fat(kind, "release folder behind the end", Damaged, i => i.AddLongFolder(i.Clusters + 2)),
        Fat(kind, "release folder that is a file's clusters", null, i => i.AddLongFolder(i.FirstCluster)),
        Fat(kind, "release folder without an end, its chain loops", Damaged, i => i.FillCluster(i.Clusters, "PICTURE JPG").SetTable(i.Clusters, (uint)i.Clusters).AddLongFolder(i.Clusters)),
        Fat(kind, "release folder that lists itself", null, i => i.FillCluster(i.Clusters, null).Folder(i.Clusters, i.Clusters).SetTable(i.Clusters, i.Mark(0x0FFFFFFF)).AddLongFolder(i.Clusters)),
        Fat(kind, "directory entries for a folder as deep as there are clusters", null, DeepTree),
    ];

    private static IEnumerable<HostileImage> Fat32() =>
    [
        Fat(32, "root directory that loops, with an end", null, i => i.SetTable(2, 2)),
        Fat(32, "root directory that loops without an end", Damaged, i => i.FillCluster(2, "PICTURE JPG").SetTable(2, 2)),
        Fat(32, "root directory that goes on in a file", null, i => i.FillRoot().SetTable(2, (uint)i.FirstCluster)),
        Fat(32, "release folder that is the root directory", null, i => i.AddLongFolder(2)),
        Fat(32, "upper four bits of every entry set", null, i => i.SetTable(i.FirstCluster, 0xF0000000 | (uint)(i.FirstCluster + 1))),
        new HostileImage("FAT32: directory of four million entries", Damaged, Millions).AtTheLimits(),
        new HostileImage("FAT32: chain of four million clusters, none neighbours", Damaged, Scattered).AtTheLimits(),
    ];

    private static HostileImage Fat(int kind, string name, Refusal? expected, Func<FatImage, FatImage> change)
    {
        HostileImage image = new($"FAT{kind}: {name}", expected, () => change(FatImage.Of(kind)).Stick);
        return name.Contains("loop", StringComparison.Ordinal) ? image.OutOfTheCache() : image;
    }

    private static FatImage AddLongFolder(this FatImage image, int cluster)
    {
        byte[] entry = FatImage.ShortEntry("GATEKE~1   ", 0x10, cluster, 0);
        foreach (byte[] part in FatImage.LongEntries("gatekeeper", entry.AsSpan(0, 11)))
            image.Append(part);
        return image.Append(entry);
    }

    private static FatImage Folder(this FatImage image, int cluster, int target)
    {
        byte[] entry = FatImage.ShortEntry("GATEKE~1   ", 0x10, target, 0);
        entry.CopyTo(image.Bytes, image.ClusterOffset(cluster));
        return image;
    }

    private static FatImage FillCluster(this FatImage image, int cluster, string? name11)
    {
        for (int at = 0; at < 512; at += 32)
            image.Set(image.ClusterOffset(cluster) + at, name11 is null ? new byte[32] : FatImage.ShortEntry(name11, 0x20, 0, 0));
        return image;
    }

    private static FatImage FillRoot(this FatImage image)
    {
        int free = ((image.ClusterOffset(3) - image.EndOfRoot()) / 32) - 1;
        for (int i = 0; i <= free; i++)
            image.Append(FatImage.ShortEntry("PICTURE JPG", 0x20, 0, 0));
        return image;
    }

    // Each free cluster holds a folder whose one entry is the next one; all are called like the release folder.
    private static FatImage DeepTree(FatImage image)
    {
        int first = image.FirstCluster + 10;
        for (int cluster = first; cluster < image.Clusters; cluster++)
            image.SetTable(cluster, image.Mark(0x0FFFFFFF)).Folder(cluster, cluster + 1);
        return image.AddLongFolder(first);
    }

    /// <summary>A volume of 2 TiB whose root directory is a chain over its whole heap, every entry in use.</summary>
    private static MadeUpStick Millions() => Huge((cluster, entry) => BinaryPrimitives.WriteUInt32LittleEndian(entry, cluster + 1), (lba, sector) =>
    {
        for (int at = 0; at < 512; at += 32)
            FatImage.ShortEntry("PICTURE JPG", 0x20, 0, 0).CopyTo(sector[at..]);
    });

    private static MadeUpStick Scattered() => Huge((cluster, entry) => BinaryPrimitives.WriteUInt32LittleEndian(entry, cluster + 2), (lba, sector) =>
    {
        if (lba == 0)
            FatImage.ShortEntry("RELEASE GKU", 0x20, 3, uint.MaxValue).CopyTo(sector);
    });

    private static MadeUpStick Huge(Action<uint, Span<byte>> next, Action<long, Span<byte>> data)
    {
        const long TableSectors = 1 << 21; // 2^28 entries
        FatImage image = FatImage.Of(32).Set32(32, uint.MaxValue).Set16(19, 0).Set32(36, (uint)TableSectors).Set(13, 8).Set(16, 1).Set32(44, 2);
        byte[] boot = image.Bytes[..512];
        int reserved = image.U16(14);
        return new MadeUpStick(uint.MaxValue, (lba, sector) =>
        {
            long inTable = lba - reserved;
            if (lba == 0)
            {
                boot.CopyTo(sector);
            }
            else if (inTable is >= 0 and < TableSectors)
            {
                for (int i = 0; i < 128; i++)
                    next((uint)((inTable * 128) + i), sector[(i * 4)..]);
            }
            else if (inTable >= TableSectors)
            {
                data(inTable - TableSectors, sector);
            }
        });
    }
}
