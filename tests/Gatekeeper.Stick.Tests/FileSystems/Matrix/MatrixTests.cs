using Gatekeeper.Stick.Tests.FileSystems.Images;
using Xunit.Abstractions;

namespace Gatekeeper.Stick.Tests.FileSystems.Matrix;

/// <summary>
/// Every file system, behind every partition table, by every maker, with sectors of 512 and 4096 bytes: the walk finds exactly the release files,
/// and their bytes. The table is out/fs-matrix.md.
/// </summary>
public sealed class MatrixTests(ITestOutputHelper output)
{
    private const long Tebibyte = 1L << 40;

    public static TheoryData<VolumeKind, int> Kinds
    {
        get
        {
            TheoryData<VolumeKind, int> data = [];
            foreach (VolumeKind kind in Enum.GetValues<VolumeKind>())
            {
                data.Add(kind, 512);
                data.Add(kind, 4096);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void EveryMakerBehindEveryTable(VolumeKind kind, int sectorSize)
    {
        List<(string, string?)> rows = [];
        foreach (Maker maker in Enum.GetValues<Maker>())
        {
            // mkfs.exfat takes the sector size from the device, and an image file has 512.
            if (kind == VolumeKind.ExFat && sectorSize == 4096 && maker is Maker.Mkfs or Maker.Linux)
                continue;
            foreach (Partitioning label in Enum.GetValues<Partitioning>())
            {
                string folder = ((int)maker + (int)label) switch { var n when n % 3 == 0 => "gatekeeper", var n when n % 3 == 1 => "GATEKEEPER", _ => "Gatekeeper" };
                MemoryImage volume = StickMaker.Format(maker, kind, sectorSize, StickMaker.StartOf(label, maker, sectorSize));
                StickTree tree = Releases.Tree(VolumeWriter.Open(volume).ClusterBytes, folder, out IReadOnlyList<(string, byte[])> expected);
                StickMaker.Fill(volume, maker, tree);
                MemoryImage stick = StickMaker.Assemble(volume, label, maker, sectorSize, kind);
                rows.Add(($"{maker}|{label}|/{folder}|{expected.Count} files", Releases.Compare(new ImageStick(stick, sectorSize), expected)));
            }
        }

        MatrixReport.Judge(output, $"{kind}, sectors of {sectorSize}", "maker|table|folder|files", rows);
    }

    /// <summary>Every cluster size mkfs makes. Debian's mkfs.exfat ends at 32 MiB, mkfs.vfat at 128 sectors, and at 128 KiB below FAT32.</summary>
    [Theory]
    [MemberData(nameof(Kinds))]
    public void EveryClusterSize(VolumeKind kind, int sectorSize)
    {
        List<(string, string?)> rows = [];
        if (kind == VolumeKind.ExFat && sectorSize == 4096)
        {
            for (int perCluster = 1; perCluster <= (32 << 20) / 4096; perCluster *= 2)
            {
                MemoryImage volume = new(Math.Max(8L << 20, 96L * perCluster * 4096));
                new ExFatFormat(volume.Length / 4096, 4096, perCluster).Write(volume);
                rows.Add(Row(volume, "Windows", perCluster, sectorSize));
            }
        }
        else
        {
            int most = kind == VolumeKind.ExFat ? (32 << 20) / 512 : kind == VolumeKind.Fat32 ? 128 : Math.Min(128, (128 << 10) / sectorSize);
            for (int perCluster = 1; perCluster <= most; perCluster *= 2)
            {
                long clusters = kind switch { VolumeKind.Fat12 => 2000, VolumeKind.Fat16 => 5000, VolumeKind.Fat32 => 66000, _ => perCluster < 2048 ? 4096 : 96 };
                long bytes = ((clusters * perCluster) + (kind == VolumeKind.Fat12 ? 1024 : 4096)) * sectorSize;
                rows.Add(Row(StickMaker.Mkfs(kind, bytes, perCluster, sectorSize), "mkfs", perCluster, sectorSize));
            }
        }

        MatrixReport.Judge(output, $"Cluster sizes of {kind}, sectors of {sectorSize}", "maker|cluster", rows);
    }

    /// <summary>What mkfs can be asked for besides: one FAT or four, other reserved sectors and root directories, a table in the boot sector, a packed bitmap.</summary>
    [Fact]
    public void EveryLayoutOfMkfs()
    {
        List<(string, string?)> rows = [];
        void Made(VolumeKind kind, params string[] options)
        {
            long sectors = kind switch { VolumeKind.Fat12 => 4000, VolumeKind.Fat16 => 9000, VolumeKind.Fat32 => 70_000, _ => 65_536 };
            MemoryImage volume = StickMaker.Mkfs(kind, sectors * 512, 1, 512, options);
            rows.Add(($"{kind}|{string.Join(' ', options)}", Row(volume, "", 1, 512).Item2));
        }

        foreach (VolumeKind kind in (VolumeKind[])[VolumeKind.Fat12, VolumeKind.Fat16, VolumeKind.Fat32])
        {
            foreach (string option in (string[])["-f1", "-f4", "-a", "-R64", "--mbr=y", "-M0xF0", "-h2048"])
                Made(kind, option);
            if (kind != VolumeKind.Fat32)
                Made(kind, "-r1024");
        }

        foreach (string[] options in (string[][])[["--pack-bitmap"], ["-b", "4K"], ["-b", "2M"], ["-f"]])
            Made(VolumeKind.ExFat, options);
        MatrixReport.Judge(output, "Layouts of mkfs", "file system|options", rows);
    }

    [Fact]
    public void VolumesBeyondTwoTebibytes()
    {
        List<(string, string?)> rows = [];
        void Far(string what, Image volume, VolumeKind kind, Partitioning label, int sectorSize, long start, double part = 0)
        {
            StickTree tree = Releases.Tree(4096, "gatekeeper", out IReadOnlyList<(string, byte[])> expected);
            StickMaker.Fill(volume, Maker.Mkfs, tree, part);
            MemoryImage stick = StickMaker.Assemble(volume, label, Maker.Mkfs, sectorSize, kind, start);
            rows.Add(($"{what}|{label}|{sectorSize}|starts at {start / (double)Tebibyte:0.##} TiB|ends at {(start + volume.Length) / (double)Tebibyte:0.##} TiB",
                Releases.Compare(new ImageStick(stick, sectorSize), expected)));
        }

        foreach (VolumeKind kind in Enum.GetValues<VolumeKind>())
        {
            Far($"{kind}", StickMaker.Format(Maker.Windows, kind, 512), kind, Partitioning.Gpt, 512, 3 * Tebibyte);
            Far($"{kind}", StickMaker.Format(Maker.Windows, kind, 512), kind, Partitioning.GptHeaderDamaged, 512, 3 * Tebibyte);
            Far($"{kind}", StickMaker.Format(Maker.Windows, kind, 4096), kind, Partitioning.Primary, 4096, 9 * Tebibyte);
        }

        Far("ExFat, files at its end", StickMaker.Mkfs(VolumeKind.ExFat, 3 * Tebibyte, 65536), VolumeKind.ExFat, Partitioning.None, 512, 0, 0.95);
        Far("Fat32, files at its end", StickMaker.Format(Maker.Windows, VolumeKind.Fat32, 4096, bytes: 1L << 38), VolumeKind.Fat32, Partitioning.Gpt, 4096, 2 * Tebibyte, 0.95);
        MemoryImage far = new(60 * Tebibyte);
        new ExFatFormat(far.Length / 512, 512, 65536).Write(far);
        Far("ExFat, files at its end", far, VolumeKind.ExFat, Partitioning.Gpt, 512, 1 << 20, 0.95);
        MemoryImage wide = new(4 * Tebibyte);
        new FatFormat(32, wide.Length / 4096, 4096, 16).Write(wide);
        Far("Fat32, files at its end", wide, VolumeKind.Fat32, Partitioning.None, 4096, 0, 0.95);
        MatrixReport.Judge(output, "Beyond 2 TiB", "file system|table|sector|from|to", rows);
    }

    private static (string, string?) Row(MemoryImage volume, string by, int perCluster, int sectorSize)
    {
        int cluster = perCluster * sectorSize;

        // Files of whole clusters only where those are small: what the walk does is the same.
        StickTree tree = Releases.Tree(Math.Min(cluster, 256 << 10), "gatekeeper", out IReadOnlyList<(string, byte[])> expected);
        StickMaker.Fill(volume, Maker.Mkfs, tree);
        return ($"{by}|{(cluster < 1 << 20 ? $"{cluster / 1024.0} KiB" : $"{cluster >> 20} MiB")}", Releases.Compare(new ImageStick(volume, sectorSize), expected));
    }
}
