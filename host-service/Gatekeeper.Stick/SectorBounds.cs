namespace Gatekeeper.Stick;

/// <summary>The one check of a range against a source, for every <see cref="ISectorSource"/>.</summary>
public static class SectorBounds
{
    /// <summary>Throws unless the range is made of whole sectors inside the source.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not.</exception>
    public static void Check(ISectorSource source, long lba, int bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(lba);
        if (bytes % source.SectorSize != 0)
        {
            throw new ArgumentOutOfRangeException(nameof(bytes), bytes, "no multiple of a sector");
        }

        ArgumentOutOfRangeException.ThrowIfGreaterThan(lba, source.SectorCount - (bytes / source.SectorSize));
    }
}
