using Gatekeeper.StickImages;

namespace Gatekeeper.Rig;

/// <summary>What stands in front of a stick's file system.</summary>
public enum StickLabel
{
    /// <summary>Nothing: the file system begins at the first byte.</summary>
    None,

    /// <summary>A master boot record with one partition, as sticks are sold.</summary>
    Mbr,

    /// <summary>A GUID partition table with one basic-data partition.</summary>
    Gpt,
}

/// <summary>A file to put on a stick.</summary>
/// <param name="Name">ASCII, in the top folder.</param>
/// <param name="Source">The file on the host.</param>
public sealed record StickFile(string Name, string Source);

/// <summary>Makes raw images of sticks with Debian's own tools, so that nothing of ours writes what our readers read (exFAT's file apart).</summary>
public static class Stick
{
    private const long PartitionStart = 1 << 20;
    private const int Sector = 512;

    /// <summary>A FAT32 stick: mkfs.vfat and mcopy.</summary>
    /// <param name="image">The image to make.</param>
    /// <param name="mebibytes">Size of the file system; at least 64, for FAT32 needs 65525 clusters.</param>
    /// <param name="files">What to put on it.</param>
    /// <param name="label">What stands in front.</param>
    public static async Task<string> Fat32Async(string image, int mebibytes, IReadOnlyList<StickFile> files, StickLabel label = StickLabel.Mbr)
    {
        string volume = NewVolume(image, mebibytes);
        await HostTool.RunAsync("mkfs.vfat", ["-F", "32", "-n", "UPDATE", "-i", "6b670001", volume]);
        foreach (StickFile file in files)
        {
            await HostTool.RunAsync("mcopy", ["-i", volume, file.Source, $"::{file.Name}"], TimeSpan.FromMinutes(5));
        }
        return Finish(volume, image, label, mbrType: 0x0C);
    }

    /// <summary>An exFAT stick: mkfs.exfat; Debian has no tool that copies a file into one, so <see cref="ExFatWriter"/> does.</summary>
    /// <param name="image">The image to make.</param>
    /// <param name="mebibytes">Size of the file system.</param>
    /// <param name="files">What to put on it.</param>
    /// <param name="label">What stands in front.</param>
    /// <param name="fragmented">Leave a free cluster between a file's clusters, so that its FAT chain is used.</param>
    public static async Task<string> ExfatAsync(
        string image, int mebibytes, IReadOnlyList<StickFile> files, StickLabel label = StickLabel.Mbr, bool fragmented = false)
    {
        string volume = NewVolume(image, mebibytes);
        await HostTool.RunAsync("mkfs.exfat", ["-L", "UPDATE", volume]);
        using (FileImage open = new(volume))
        {
            VolumeWriter writer = VolumeWriter.Open(open);
            foreach (StickFile file in files)
            {
                await using FileStream source = File.OpenRead(file.Source);
                writer.AddFile(writer.Root, file.Name, source, new EntryStyle(Placement: fragmented ? Placement.Fragmented : Placement.Contiguous));
            }
        }
        return Finish(volume, image, label, mbrType: 0x07);
    }

    /// <summary>A stick with all bytes zero.</summary>
    public static string Blank(string image, int mebibytes)
    {
        File.Move(NewVolume(image, mebibytes), image, overwrite: true);
        return image;
    }

    /// <summary>A stick with Linux's ext4, a foreign file system here.</summary>
    public static async Task<string> Ext4Async(string image, int mebibytes)
    {
        string volume = NewVolume(image, mebibytes);
        await HostTool.RunAsync("mkfs.ext4", ["-q", "-F", "-L", "UPDATE", volume]);
        return Finish(volume, image, StickLabel.None, mbrType: 0x83);
    }

    /// <summary>A private copy of a stick; holes stay holes.</summary>
    public static async Task<string> CopyAsync(string image, string copy)
    {
        await HostTool.RunAsync("cp", ["--sparse=always", "--reflink=auto", image, copy]);
        return copy;
    }

    /// <summary>SHA-256 of an image: the same before and after means that nothing was written (I03).</summary>
    public static async Task<string> DigestAsync(string image)
    {
        await using FileStream file = File.OpenRead(image);
        return Convert.ToHexStringLower(await System.Security.Cryptography.SHA256.HashDataAsync(file));
    }

    private static string NewVolume(string image, int mebibytes)
    {
        string volume = image + ".volume";
        using FileStream file = new(volume, FileMode.Create);
        file.SetLength((long)mebibytes << 20);
        return volume;
    }

    private static string Finish(string volume, string image, StickLabel label, byte mbrType)
    {
        if (label == StickLabel.None)
        {
            File.Move(volume, image, overwrite: true);
            return image;
        }
        long size = new FileInfo(volume).Length;
        using (FileStream disk = new(image, FileMode.Create))
        {
            disk.SetLength(PartitionStart + size + PartitionStart);
        }
        using (FileImage from = new(volume))
        using (FileImage disk = new(image))
        {
            from.CopyInto(disk, PartitionStart);
            Partition only = new(PartitionStart / Sector, size / Sector, mbrType, DiskLabel.BasicData);
            DiskLabel.Write(disk, Sector, label == StickLabel.Mbr ? Partitioning.Primary : Partitioning.Gpt, only);
        }
        File.Delete(volume);
        return image;
    }
}
