namespace Gatekeeper.StickImages;

/// <summary>The file systems that are read.</summary>
public enum VolumeKind
{
    /// <summary>FAT with entries of 12 bits.</summary>
    Fat12,

    /// <summary>FAT with entries of 16 bits.</summary>
    Fat16,

    /// <summary>FAT with entries of 32 bits.</summary>
    Fat32,

    /// <summary>exFAT.</summary>
    ExFat,
}

/// <summary>Who made the file system and what else lies on it.</summary>
public enum Maker
{
    /// <summary>mkfs.vfat or mkfs.exfat, and nothing else on it.</summary>
    Mkfs,

    /// <summary>Windows 10: formatted by it, with its litter.</summary>
    Windows,

    /// <summary>macOS: formatted by Disk Utility, with its litter; with a GPT its EFI partition comes first.</summary>
    MacOs,

    /// <summary>A Linux desktop: mkfs, with its litter.</summary>
    Linux,

    /// <summary>An Android phone: formatted by it, with its litter.</summary>
    Android,
}

/// <summary>Makes volumes and sticks.</summary>
public static class StickMaker
{
    // The text at the end of the boot sector that Windows writes; it lies where a partition table would be.
    private const string WindowsMessage = "\r\nRemove disks or other media.\u00ff\r\nDisk error\u00ff\r\nPress any key to restart\r\n";

    /// <summary>A formatted volume that is as small as its kind allows, or larger.</summary>
    /// <param name="maker">Who formats it.</param>
    /// <param name="kind">As what.</param>
    /// <param name="sectorSize">512 or 4096; mkfs.exfat asks the device, so for a file it knows 512 only.</param>
    /// <param name="hidden">Sectors before it.</param>
    /// <param name="bytes">Its size, at least; 0 for the smallest.</param>
    public static MemoryImage Format(Maker maker, VolumeKind kind, int sectorSize = 512, long hidden = 0, long bytes = 0)
    {
        // AOSP vold formats with clusters of 64 sectors (newfs_msdos -c 64), the others choose small ones on small volumes.
        int sectorsPerCluster = maker == Maker.Android && kind == VolumeKind.Fat32 ? 64 * 512 / sectorSize : 4096 / sectorSize;
        if (kind == VolumeKind.Fat12)
        {
            sectorsPerCluster = (int)System.Numerics.BitOperations.RoundUpToPowerOf2((ulong)Math.Max(1, bytes / sectorSize / 3000)); // fewer than 4085 clusters
        }

        long clusters = kind switch { VolumeKind.Fat12 => 3000, VolumeKind.Fat16 => 9000, VolumeKind.Fat32 => 67000, _ => 4096 };
        long sectors = Math.Max((clusters * sectorsPerCluster) + (kind == VolumeKind.Fat12 ? 512 : 2048), bytes / sectorSize);
        return maker is Maker.Mkfs or Maker.Linux || (maker == Maker.Android && kind == VolumeKind.ExFat && sectorSize == 512)
            ? Mkfs(kind, sectors * sectorSize, sectorsPerCluster, sectorSize)
            : Rebuilt(maker, kind, sectors, sectorsPerCluster, sectorSize, hidden);
    }

    /// <summary>The same by Debian's own tools, with a choice of clusters and any further options.</summary>
    public static MemoryImage Mkfs(VolumeKind kind, long bytes, int sectorsPerCluster, int sectorSize = 512, params string[] options)
    {
        string path = Path.GetTempFileName();
        try
        {
            using (FileStream file = File.OpenWrite(path))
            {
                file.SetLength(bytes);
            }

            if (kind == VolumeKind.ExFat)
            {
                Tool.Run("mkfs.exfat", ["-L", "UPDATE", "-c", $"{sectorsPerCluster * sectorSize}", .. options, path]);
            }
            else
            {
                string bits = kind switch { VolumeKind.Fat12 => "12", VolumeKind.Fat16 => "16", _ => "32" };
                Tool.Run("mkfs.vfat", ["-F", bits, "-n", "UPDATE", "-i", "6b670001", "-s", $"{sectorsPerCluster}", "-S", $"{sectorSize}", .. options, path]);
            }

            return MemoryImage.Load(path);
        }
        finally
        {
            File.Delete(path);
        }
    }

    /// <summary>Puts files on a volume among the litter of the system that copies them.</summary>
    public static void Fill(Image volume, Maker maker, StickTree files, double from = 0)
    {
        VolumeWriter writer = VolumeWriter.Open(volume);
        writer.SkipTo(from);
        IEnumerable<string> copied = files.Items.Where(item => item.Content is not null).Select(item => item.Path);
        new StickTree().Add(Litter.Before(maker)).Add(files).Add(Litter.After(maker, copied)).WriteTo(writer, ntFlags: maker == Maker.Windows);
    }

    /// <summary>Puts a volume on a stick, behind a table.</summary>
    /// <param name="volume">The volume.</param>
    /// <param name="label">What stands before it.</param>
    /// <param name="maker">Who wrote the table.</param>
    /// <param name="sectorSize">512 or 4096.</param>
    /// <param name="kind">What the volume holds.</param>
    /// <param name="startBytes">Where it starts; 0 for where this maker puts it.</param>
    public static MemoryImage Assemble(Image volume, Partitioning label, Maker maker, int sectorSize, VolumeKind kind, long startBytes = 0)
    {
        long mebibyte = (1 << 20) / sectorSize;
        long sectors = volume.Length / sectorSize;
        byte type = kind switch { VolumeKind.Fat12 => 0x01, VolumeKind.Fat16 => 0x0E, VolumeKind.Fat32 => 0x0C, _ => 0x07 };
        List<Partition> parts = [];
        long start = startBytes != 0 ? startBytes / sectorSize : StartOf(label, maker, sectorSize);
        MemoryImage disk = new((start * sectorSize) + volume.Length + (label == Partitioning.None ? 0 : 1 << 20));
        if (label == Partitioning.Logical)
        {
            parts.Add(new Partition(2 * mebibyte, mebibyte, 0x83, DiskLabel.BasicData)); // empty, so that the chain has two links
        }
        else if (label >= Partitioning.Gpt && maker == Maker.MacOs)
        {
            // Disk Utility: sectors 40 to 409639, formatted as FAT32 and called EFI; of 4096 bytes, that is too few clusters for FAT32.
            long efi = (200L << 20) / sectorSize;
            MemoryImage system = new(200 << 20);
            new FatFormat(sectorSize == 512 ? 32 : 16, efi, sectorSize) { Oem = "BSD  4.4", Label = "EFI", Hidden = 40 }.Write(system);
            new StickTree().Folder("EFI").Folder("EFI/APPLE").Folder("EFI/APPLE/EXTENSIONS").WriteTo(VolumeWriter.Open(system));
            system.CopyInto(disk, 40L * sectorSize);
            parts.Add(new Partition(40, efi, 0xEF, DiskLabel.EfiSystem));
        }

        parts.Add(new Partition(start, sectors, type, DiskLabel.BasicData));
        volume.CopyInto(disk, start * sectorSize);
        DiskLabel.Write(disk, sectorSize, label, parts);
        return disk;
    }

    /// <summary>The sector at which this maker's volume starts.</summary>
    public static long StartOf(Partitioning label, Maker maker, int sectorSize)
    {
        long mebibyte = (1 << 20) / sectorSize;
        return label switch
        {
            Partitioning.None => 0,
            Partitioning.Logical => 5 * mebibyte,
            >= Partitioning.Gpt when maker == Maker.MacOs => 201 * mebibyte, // 411648 with sectors of 512: behind the EFI partition, on a whole MiB
            _ => mebibyte, // Windows since Vista, sfdisk, sgdisk
        };
    }

    private static MemoryImage Rebuilt(Maker maker, VolumeKind kind, long sectors, int sectorsPerCluster, int sectorSize, long hidden)
    {
        MemoryImage image = new(sectors * sectorSize);
        if (kind == VolumeKind.ExFat)
        {
            new ExFatFormat(sectors, sectorSize, sectorsPerCluster) { PartitionOffset = hidden, HasVolumeGuid = maker == Maker.Windows }.Write(image);
            return image;
        }

        int bits = kind switch { VolumeKind.Fat12 => 12, VolumeKind.Fat16 => 16, _ => 32 };
        FatFormat format = new(bits, sectors, sectorSize, sectorsPerCluster) { Hidden = hidden };
        format = maker switch
        {
            // Windows rounds the reserved sectors up until the clusters lie on 4 KiB or more: 32 and above for FAT32, 2 to 8 for FAT16.
            Maker.Windows => format with { Oem = "MSDOS5.0", Reserved = bits == 32 ? 38 : 8, Message = WindowsMessage },
            Maker.MacOs => format with { Oem = "BSD  4.4", Message = "Non-system disk\r\nPress any key to reboot\r\n", MessageAt = 0x80 }, // newfs_msdos
            _ => format with { Oem = "android", Message = "Non-system disk\r\nPress any key to reboot\r\n", MessageAt = 0x80 }, // vold: newfs_msdos -O android
        };
        format.Write(image);
        return image;
    }
}
