namespace Gatekeeper.Signing.Sticks;

/// <summary>A file system that is planned but not written: where everything will lie.</summary>
internal interface IVolumeLayout
{
    /// <summary>The partition type of an MBR entry that holds it.</summary>
    byte PartitionType { get; }

    /// <summary>Where each file's first byte will lie in the volume, in the order of the files; every file lies in one piece.</summary>
    IReadOnlyList<long> FileOffsets { get; }

    /// <summary>Writes everything but the files' bytes.</summary>
    void WriteStructures(VolumeWriter writer);
}

/// <summary>What a volume is made from.</summary>
/// <param name="FirstSector">The volume's first sector on its medium.</param>
/// <param name="Sectors">Its sectors of 512 bytes.</param>
/// <param name="Serial">Its serial number.</param>
/// <param name="Time">The date its files carry: an argument, never the clock.</param>
/// <param name="Files">The files it holds.</param>
internal sealed record VolumePlan(long FirstSector, long Sectors, uint Serial, DateTimeOffset Time, IReadOnlyList<StickFile> Files)
{
    /// <summary>Bytes of a sector: every stick in use has this size, others are refused.</summary>
    internal const int SectorSize = 512;

    /// <summary>The name a technician sees.</summary>
    internal const string Label = "GATEKEEPER";

    /// <summary>The refusal of a size that does not work.</summary>
    internal static ToolException DoesNotFit(string fileSystem, long bytes) => new(
        ExitCode.Output, $"the release does not fit on {fileSystem} of {bytes / (1024 * 1024)} MiB", "give a larger --size, or use a larger stick");
}
