namespace Gatekeeper.Stick.FileSystems;

/// <summary>A sector of the device that is known to exist. Only <see cref="SectorRange.At"/> makes one.</summary>
internal readonly record struct Lba
{
    internal Lba(long value) => Value = value;

    /// <summary>In the device's sectors, from 0.</summary>
    public long Value { get; }
}

/// <summary>A run of sectors of the device: all of it, or one partition. Turns claimed sector numbers into checked ones.</summary>
internal readonly record struct SectorRange
{
    private SectorRange(long first, long count)
    {
        First = first;
        Count = count;
    }

    /// <summary>First sector, in the device's sectors.</summary>
    public long First { get; }

    /// <summary>Sectors, at least 1.</summary>
    public long Count { get; }

    /// <summary>The whole device.</summary>
    public static SectorRange Whole(long sectorCount) => new(0, sectorCount);

    /// <summary>The part of a claimed range that lies inside this one. Null when nothing of it does.</summary>
    /// <remarks>A last partition that ends behind the device is common on sticks written from an image; its file system says itself how long it is.</remarks>
    public SectorRange? Clip(long first, long count)
    {
        if (first < 0 || count <= 0 || first >= Count)
            return null;
        return new SectorRange(First + first, Math.Min(count, Count - first));
    }

    /// <summary>The sector with this number, counted from the start of the range.</summary>
    /// <exception cref="Gatekeeper.Release.RefusedException">It is not inside the range.</exception>
    public Lba At(long sector)
    {
        Damage.Unless(sector >= 0 && sector < Count, "a sector number outside its volume");
        return new Lba(First + sector);
    }
}
