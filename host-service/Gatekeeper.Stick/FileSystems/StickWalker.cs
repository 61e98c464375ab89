using Gatekeeper.Release;
using Gatekeeper.Stick.FileSystems.ExFat;
using Gatekeeper.Stick.FileSystems.Fat;
using Gatekeeper.Stick.FileSystems.Partitions;

namespace Gatekeeper.Stick.FileSystems;

/// <summary>
/// Finds where release files lie on a stick: partition table, then FAT or exFAT, then the root directory and <c>/gatekeeper</c>.
/// It trusts nothing and holds no device. It runs in a process of its own (I03), and what it returns is a claim:
/// the worst a lying stick can make of it is a list of wrong sectors, whose bytes then fail their hash.
/// </summary>
public static class StickWalker
{
    /// <summary>The release files of the first volume that has any that can be read.</summary>
    /// <param name="source">The stick's sectors, of 512 or 4096 bytes.</param>
    /// <returns>At least one file, at most <see cref="Limits.MaxReleaseFiles"/> releases and as many others, in directory order.</returns>
    /// <exception cref="RefusedException">
    /// <see cref="Refusal.NoFileSystem"/>: no FAT and no exFAT anywhere. <see cref="Refusal.FileSystemDamaged"/>: there is one, or a partition table,
    /// and it breaks its specification or a limit. <see cref="Refusal.NoRelease"/>: readable, and nothing on it is called a release.
    /// <see cref="Refusal.StickGeometry"/>: other sector sizes. Whatever the source throws passes through.
    /// </exception>
    public static IReadOnlyList<StickFile> Find(ISectorSource source)
    {
        ArgumentNullException.ThrowIfNull(source);
        SectorCache cache = new(source);
        WalkBudget budget = new();
        List<SectorRange> ranges = PartitionTable.Find(cache, out bool damaged);
        RefusedException? damage = damaged ? Damage.Of("the partition table cannot be used") : null;
        bool readable = false;
        foreach (SectorRange range in ranges)
        {
            try
            {
                if (Open(cache, range, budget) is not IVolume volume)
                    continue;
                ReleaseFiles files = new();
                volume.Collect(files);
                if (files.All.Count > 0)
                    return files.All;
                damage ??= files.FirstDamage;
                readable = true;
            }
            catch (RefusedException refused) when (refused.Code == Refusal.FileSystemDamaged)
            {
                // Another volume of the stick may still be good; only when none is does this decide.
                damage ??= refused;
            }
        }

        throw damage ?? (readable
            ? new RefusedException(Refusal.NoRelease, "no release file in the root directory or the release folder")
            : new RefusedException(Refusal.NoFileSystem, "neither FAT nor exFAT"));
    }

    private static IVolume? Open(SectorCache cache, SectorRange range, WalkBudget budget) =>
        (IVolume?)ExFatVolume.TryOpen(cache, range, budget) ?? FatVolume.TryOpen(cache, range, budget);
}
