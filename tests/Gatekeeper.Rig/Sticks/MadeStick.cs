using Gatekeeper.StickImages;

namespace Gatekeeper.Rig;

/// <summary>A stick of the matrix: one file, on a file system, behind a table, by a maker.</summary>
/// <param name="Maker">Who made it; null for <c>gatekeeper-sign stick write</c>, which knows FAT32 and exFAT, with an MBR or without.</param>
/// <param name="Kind">Its file system.</param>
/// <param name="Label">What stands before it.</param>
/// <param name="Folder">The folder the file lies in; empty for the top folder.</param>
/// <param name="Placement">How the file's clusters lie.</param>
/// <param name="SectorSize">512, or 4096 for a stick that is emulated.</param>
/// <param name="Start">Offset of the volume; 0 for where its maker puts it. Far ones are for a stick that is emulated.</param>
public sealed record MadeStick(
    Maker? Maker, VolumeKind Kind, Partitioning Label, string Folder = "", Placement Placement = Placement.Contiguous, int SectorSize = 512, long Start = 0)
{
    /// <summary>For a table and for a file's name.</summary>
    public string Name => string.Join('-', ((string?[])
        [
            Maker is null ? "sign" : $"{Maker}", $"{Kind}", $"{Label}", Folder, Placement == Placement.Contiguous ? "" : $"{Placement}",
            SectorSize == 512 ? "" : $"{SectorSize}", Start == 0 ? "" : $"at {Start >> 30} GiB",
        ]).Where(part => !string.IsNullOrEmpty(part)));

    /// <summary>Every maker on every file system behind every table; the folder's spelling and the placement change from one to the next.</summary>
    public static IReadOnlyList<MadeStick> All { get; } =
    [
        .. from maker in Enum.GetValues<Maker>()
           from kind in Enum.GetValues<VolumeKind>()
           from label in Enum.GetValues<Partitioning>()
           let turn = (int)maker + (int)kind + (int)label
           select new MadeStick(maker, kind, label, Spellings[turn % Spellings.Length], Placements[turn % Placements.Length]),
        .. from kind in (VolumeKind[])[VolumeKind.Fat32, VolumeKind.ExFat]
           from label in (Partitioning[])[Partitioning.None, Partitioning.Primary]
           select new MadeStick(null, kind, label),
    ];

    private static string[] Spellings => ["", "gatekeeper", "GATEKEEPER"];

    private static Placement[] Placements => [Placement.Contiguous, Placement.Fragmented, Placement.Chained, Placement.Backward];

    /// <summary>Makes its image in a file.</summary>
    /// <param name="image">The image to make.</param>
    /// <param name="release">The release to put on it, signed completely.</param>
    public async Task<string> MakeAsync(string image, string release)
    {
        if (Maker is null)
        {
            await Vendor.SignAsync(
                "stick", "write", release, "--to", image, "--yes",
                "--fs", Kind == VolumeKind.ExFat ? "exfat" : "fat32", "--partition", Label == Partitioning.None ? "none" : "mbr");
            return image;
        }
        (await MakeAsync(release)).Save(image);
        return image;
    }

    /// <summary>Makes its image in memory, for a stick that is emulated. Not for <c>stick write</c>.</summary>
    public async Task<MemoryImage> MakeAsync(string release)
    {
        Maker maker = Maker ?? throw new InvalidOperationException("stick write makes files");
        MemoryImage volume = StickMaker.Format(maker, Kind, SectorSize, StickMaker.StartOf(Label, maker, SectorSize), SizeFor(release));
        StickTree tree = new();
        if (Folder.Length > 0)
        {
            tree.Folder(Folder);
        }
        string name = Path.GetFileName(release);
        tree.File(Folder.Length > 0 ? $"{Folder}/{name}" : name, await File.ReadAllBytesAsync(release), placement: Placement);
        StickMaker.Fill(volume, maker, tree);
        return StickMaker.Assemble(volume, Label, maker, SectorSize, Kind, Start);
    }

    // Every second cluster may stay free, and there is the litter.
    private static long SizeFor(string release) => new FileInfo(release).Length * 3;
}
