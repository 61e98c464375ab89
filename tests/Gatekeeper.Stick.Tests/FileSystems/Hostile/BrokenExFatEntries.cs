using Gatekeeper.Release;
using Gatekeeper.Stick.Tests.FileSystems.Images;

namespace Gatekeeper.Stick.Tests.FileSystems.Hostile;

/// <summary>exFAT directories and chains: sets that contradict themselves with a right checksum, lengths that wrap, loops, directories without an end.</summary>
internal static class BrokenExFatEntries
{
    private const Refusal Damaged = Refusal.FileSystemDamaged;
    private const Refusal NoRelease = Refusal.NoRelease;

    private static readonly string[] Tricks =
    [
        "../a.gku", "a/b.gku", "a\\b.gku", "a\u0000.gku", "a\n.gku", "a\u202Eukg.gku", "a\u200B.gku", "\uD800.gku", "a\u0301.gku", "\uFF41.gku", "..gku", ".gku", "a.gku.", "a.gku ", "a:b.gku", "a*.gku", "a.g\u212Au", "\u0130.gku",
    ];

    public static IEnumerable<HostileImage> All => [.. Sets(), .. Lengths(), .. Chains(), .. Directories()];

    private static IEnumerable<HostileImage> Sets() =>
    [
        Set("SecondaryCount 0", Damaged, s => s.Bytes[1] = 0),
        Set("SecondaryCount 1", Damaged, s => s.Bytes[1] = 1),
        Set("SecondaryCount 255", Damaged, s => s.Bytes[1] = 255),
        Set("no stream extension", Damaged, s => s.Bytes[32] = 0xC1),
        Set("two stream extensions", Damaged, s => s.Bytes[64] = 0xC0),
        Set("name before the stream extension", Damaged, s => (s.Bytes[32], s.Bytes[64]) = (s.Bytes[64], s.Bytes[32])),
        Set("a name entry deleted", Damaged, s => s.Bytes[64] = 0x41),
        Set("the end mark inside a set", Damaged, s => s.Bytes[64] = 0),
        Set("NameLength 0", Damaged, s => s.Bytes[35] = 0),
        Set("NameLength 255", Damaged, s => s.Bytes[35] = 255),
        Set("NameLength one less", Damaged, s => s.Bytes[35]--),
        Set("NameHash wrong", Damaged, s => s.Bytes[36] ^= 1),
        Set("AllocationPossible clear", Damaged, s => s.Bytes[33] = 0),
        Set("a critical secondary nobody knows", NoRelease, s => s.AppendSecondary(0xC5)),
        Set("a hundred benign secondaries", null, s => Repeat(100, () => s.AppendSecondary(0xE1))),
        Set("a primary entry as the last secondary", Damaged, s => s.AppendSecondary(0x85)),
        Set("attributes that are no file's", null, s => s.Set16(4, 0xFFEF)),
        Set("a directory called like a release", NoRelease, s => s.Set16(4, 0x10)),
        new("exFAT: set checksum wrong", Damaged, () => Change(ExFatImage.Of(), i => i.Bytes[i.EndOf(i.RootCluster) - 1] ^= 1)),
        new("exFAT: set deleted", NoRelease, () => Change(ExFatImage.Of(), i => ReleaseSet(i)[0] &= 0x7F)),
        .. Tricks.Select(name => new HostileImage($"exFAT: name {string.Concat(name.Select(c => c is >= ' ' and <= '~' and not '|' ? $"{c}" : $"\\u{(int)c:X4}"))}", NoRelease, () => With(i => i.Add(i.RootCluster, name, [])))),
        new("exFAT: name of 255 characters", NoRelease, () => With(i => i.Add(i.RootCluster, new string('a', 251) + ".gku", []))),
        new("exFAT: two releases of one name but for case", Damaged, () => With(i => i.Add(i.RootCluster, "a.gku", []), i => i.Add(i.RootCluster, "A.GKU", []))),
    ];

    private static IEnumerable<HostileImage> Lengths() =>
    [
        .. new ulong[] { ulong.MaxValue, 1ul << 63, long.MaxValue, 1ul << 32, ulong.MaxValue - 4095 }.SelectMany(length => new[]
        {
            Set($"DataLength {length} with a chain", Damaged, s => Both(s, length)),
            Set($"DataLength {length} without a chain", Damaged, s => Both(s, length).Bytes[33] = 3),
        }),
        Set("ValidDataLength above DataLength", Damaged, s => s.Set64(40, (ulong)ExFatImage.Content.Length + 1)),
        Set("ValidDataLength 2^64 - 1", Damaged, s => s.Set64(40, ulong.MaxValue)),
        Set("ValidDataLength 0", Damaged, s => s.Set64(40, 0)),
        new("exFAT: no chain, and an end behind the heap", Damaged, () => With(i => i.Add(i.RootCluster, ExFatImage.Name, ExFatImage.Content, Layout.Chained, s => NoChain(s, (uint)i.Clusters - 2)))),
        new("exFAT: no chain, and its last cluster is the heap's", null, () => With(i => i.Add(i.RootCluster, ExFatImage.Name, ExFatImage.Content, Layout.Chained, s => NoChain(s, (uint)i.Clusters - 3)))),
        Set("no chain from cluster 0", Damaged, s => NoChain(s, 0)),
        Set("no chain from cluster 2^32 - 1", Damaged, s => NoChain(s, uint.MaxValue)),
        Set("no chain over the bitmap", null, s => NoChain(s, 2)),
        Set("first cluster 0", Damaged, s => s.Set32(52, 0)),
        Set("first cluster 1", Damaged, s => s.Set32(52, 1)),
        Set("first cluster behind the end", Damaged, s => s.Set32(52, 0x00FFFFFF)),
        Set("empty with a cluster", Damaged, s => Both(s, 0)),
    ];

    private static IEnumerable<HostileImage> Chains() =>
    [
        Chain("loops to its start", Damaged, (i, first) => i.SetTable(first + 4, (uint)first)),
        Chain("stays in one cluster", Damaged, (i, first) => i.SetTable(first, (uint)first)),
        Chain("ends early", Damaged, (i, first) => i.SetTable(first + 1, 0xFFFFFFFF)),
        Chain("does not end", Damaged, (i, first) => i.SetTable(first + 4, (uint)first + 5)),
        Chain("meets a free cluster", Damaged, (i, first) => i.SetTable(first + 1, 0)),
        Chain("meets cluster 1", Damaged, (i, first) => i.SetTable(first + 1, 1)),
        Chain("meets a bad cluster", Damaged, (i, first) => i.SetTable(first + 1, 0xFFFFFFF7)),
        Chain("meets a reserved value", Damaged, (i, first) => i.SetTable(first + 1, 0xFFFFFFF8)),
        Chain("leaves the heap", Damaged, (i, first) => i.SetTable(first + 1, 0x00FFFFFF)),
        Chain("is another file's too", null, (i, first) => i.Append(i.RootCluster, new EntrySet("b.gku", 0x20, false, (uint)first, (ulong)ExFatImage.Content.Length).Seal())),
    ];

    private static IEnumerable<HostileImage> Directories() =>
    [
        new("exFAT: no allocation bitmap", null, () => Change(ExFatImage.Of(), i => Primary(i, 0x81)[0] = 0x01)),
        new("exFAT: bitmap behind the end", null, () => Change(ExFatImage.Of(), i => Primary(i, 0x81)[20..24].Fill(0xFF))),
        new("exFAT: no up-case table", null, () => Change(ExFatImage.Of(), i => Primary(i, 0x82)[0] = 0x02)),
        new("exFAT: up-case table of 2^64 - 1 bytes", null, () => Change(ExFatImage.Of(), i => Primary(i, 0x82)[24..32].Fill(0xFF))),
        new("exFAT: label of 255 characters", null, () => Change(ExFatImage.Of(), i => i.Append(i.RootCluster, [0x83, 255, .. new byte[30]]))),
        new("exFAT: an unknown critical primary entry", Damaged, () => Change(ExFatImage.Of(), i => i.Append(i.RootCluster, [0x87, .. new byte[31]]))),
        new("exFAT: root directory that loops without an end", Damaged, () => Change(ExFatImage.Empty(), i => Fill(i, i.RootCluster).SetTable(i.RootCluster, (uint)i.RootCluster))),
        new("exFAT: root directory that ends inside a set", Damaged, () => Change(ExFatImage.Empty(), i =>
        {
            Fill(i, i.RootCluster);
            new EntrySet("a.gku", 0x20, false, 0, 0).Seal().AsSpan(0, 32).CopyTo(i.Bytes.AsSpan(i.ClusterOffset(i.RootCluster) + i.ClusterBytes - 32));
        })),
        Folder("that is the root directory", NoRelease, i => (i.RootCluster, (ulong)i.ClusterBytes)),
        Folder("at cluster 0", Damaged, i => (0, (ulong)i.ClusterBytes)),
        Folder("behind the end", Damaged, i => (i.Clusters + 2, (ulong)i.ClusterBytes)),
        Folder("of half a cluster", Damaged, i => (i.RootCluster, 2048)),
        Folder("of 2^64 - 4096 bytes", Damaged, i => (i.RootCluster, ulong.MaxValue - 4095)),
        Folder("of 0 bytes", NoRelease, i => (0, 0)),
        new HostileImage("exFAT: release folder as long as its volume, all of it entries", Damaged, FullOfEntries).AtTheLimits(),
        new HostileImage("exFAT: release folder whose chain loops", Damaged, () => Change(ExFatImage.Empty(), i =>
        {
            int folder = i.AddFolder(i.RootCluster, "gatekeeper", clusters: 1, chained: true, s => Both(s, 400 * 4096));
            Fill(i, folder).SetTable(folder, (uint)folder);
        })).AtTheLimits(),
    ];

    private static HostileImage Set(string name, Refusal? expected, Action<EntrySet> change) =>
        new($"exFAT: {name}", expected, () => With(i => i.Add(i.RootCluster, ExFatImage.Name, ExFatImage.Content, Layout.Chained, change)));

    private static HostileImage Chain(string name, Refusal? expected, Action<ExFatImage, int> change) =>
        new($"exFAT: chain that {name}", expected, () => With(i => change(i, i.Add(i.RootCluster, ExFatImage.Name, ExFatImage.Content, Layout.Chained))));

    private static HostileImage Folder(string name, Refusal? expected, Func<ExFatImage, (int Cluster, ulong Length)> where) => new($"exFAT: release folder {name}", expected, () => With(i =>
    {
        (int cluster, ulong length) = where(i);
        i.Append(i.RootCluster, new EntrySet("gatekeeper", 0x10, true, (uint)cluster, length).Seal());
    }));

    private static MemoryStick FullOfEntries() => With(i =>
    {
        int first = i.AddFolder(i.RootCluster, "gatekeeper", clusters: 900);
        for (int cluster = first; cluster < first + 900; cluster++)
            Fill(i, cluster);
    });

    private static MemoryStick With(params Action<ExFatImage>[] changes) => Change(ExFatImage.Empty(), changes);

    private static MemoryStick Change(ExFatImage image, params Action<ExFatImage>[] changes)
    {
        foreach (Action<ExFatImage> change in changes)
            change(image);
        return image.Stick;
    }

    private static ExFatImage Fill(ExFatImage image, int cluster)
    {
        for (int at = 0; at < image.ClusterBytes; at += 32)
        {
            if (image.Bytes[image.ClusterOffset(cluster) + at] == 0)
                image.Bytes[image.ClusterOffset(cluster) + at] = 0x05;
        }

        return image;
    }

    private static Span<byte> Primary(ExFatImage image, byte type)
    {
        int at = image.ClusterOffset(image.RootCluster);
        while (image.Bytes[at] != type)
            at += 32;
        return image.Bytes.AsSpan(at, 32);
    }

    private static Span<byte> ReleaseSet(ExFatImage image) => Primary(image, 0x85);

    private static EntrySet Both(EntrySet set, ulong length)
    {
        set.Set64(40, length);
        set.Set64(56, length);
        return set;
    }

    private static void NoChain(EntrySet set, uint first)
    {
        set.Set32(52, first);
        set.Bytes[33] = 3;
    }

    private static void Repeat(int times, Action action)
    {
        for (int i = 0; i < times; i++)
            action();
    }
}
