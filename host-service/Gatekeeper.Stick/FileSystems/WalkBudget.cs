using Gatekeeper.Release;

namespace Gatekeeper.Stick.FileSystems;

/// <summary>What one walk over a stick may cost in all, whatever its structures claim (I11). Reads are counted by <see cref="SectorCache"/>.</summary>
internal sealed class WalkBudget
{
    private int steps;
    private int extents;
    private int entries;

    /// <summary>One entry of an allocation table is followed.</summary>
    /// <exception cref="RefusedException">Too many. A chain that loops ends here at the latest.</exception>
    public void TakeStep() => Take(ref steps, Limits.MaxClusterSteps, "cluster steps");

    /// <summary>One extent is kept.</summary>
    /// <exception cref="RefusedException">Too many.</exception>
    public void TakeExtent() => Take(ref extents, Limits.MaxExtents, "extents");

    /// <summary>One directory entry is read.</summary>
    /// <exception cref="RefusedException">Too many.</exception>
    public void TakeDirectoryEntry() => Take(ref entries, Limits.MaxDirectoryEntries, "directory entries");

    private static void Take(ref int taken, int limit, string what)
    {
        if (taken >= limit)
            throw Damage.Of($"more than {limit} {what} (our limit)");
        taken++;
    }
}
