using Gatekeeper.StickImages;

namespace Gatekeeper.Rig;

/// <summary>A stick of the matrix: one file, on a file system, behind a table, by a maker.</summary>
/// <param name="Maker">Who made it; null for <c>gatekeeper-sign stick write</c>, which knows FAT32 and exFAT, with an MBR or without.</param>
/// <param name="Kind">Its file system.</param>
/// <param name="Label">What stands before it.</param>
/// <param name="Folder">The folder the file lies in; empty for the top folder.</param>
/// <param name="Placement">How the file's clusters lie.</param>
public sealed record MadeStick(Maker? Maker, VolumeKind Kind, Partitioning Label, string Folder = "", Placement Placement = Placement.Contiguous)
{
    /// <summary>For a table and for a file's name.</summary>
    public string Name => $"{(Maker is null ? "sign" : $"{Maker}")}-{Kind}-{Label}{(Folder.Length > 0 ? $"-{Folder}" : "")}{(Placement == Placement.Contiguous ? "" : $"-{Placement}")}";

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

    /// <summary>Makes its image.</summary>
    /// <param name="image">The image to make; its sectors have 512 bytes.</param>
    /// <param name="release">The release to put on it, signed completely.</param>
    public async Task<string> MakeAsync(string image, string release)
    {
        if (Maker is not { } maker)
        {
            await Vendor.SignAsync(
                "stick", "write", release, "--to", image, "--yes",
                "--fs", Kind == VolumeKind.ExFat ? "exfat" : "fat32", "--partition", Label == Partitioning.None ? "none" : "mbr");
            return image;
        }
        MemoryImage volume = StickMaker.Format(maker, Kind, hidden: StickMaker.StartOf(Label, maker, 512), bytes: SizeFor(release));
        StickTree tree = new();
        if (Folder.Length > 0)
        {
            tree.Folder(Folder);
        }
        string name = Path.GetFileName(release);
        tree.File(Folder.Length > 0 ? $"{Folder}/{name}" : name, await File.ReadAllBytesAsync(release), placement: Placement);
        StickMaker.Fill(volume, maker, tree);
        StickMaker.Assemble(volume, Label, maker, 512, Kind).Save(image);
        return image;
    }

    // FAT12 has at most 4084 clusters, here of one sector: the format takes larger ones when the release needs room.
    private static long SizeFor(string release) => new FileInfo(release).Length * 3;
}
