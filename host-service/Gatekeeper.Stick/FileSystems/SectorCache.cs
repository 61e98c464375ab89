using Gatekeeper.Release;

namespace Gatekeeper.Stick.FileSystems;

/// <summary>
/// Reads single sectors through a small cache of larger lines, and counts what the walk costs.
/// Structures are copied out or decoded at once: a span it returned is valid until the next call only.
/// </summary>
internal sealed class SectorCache
{
    private readonly ISectorSource source;
    private readonly Dictionary<long, Line> lines = [];
    private readonly int sectorsPerLine;
    private Line? latest;
    private long clock;
    private int reads;

    /// <exception cref="RefusedException">A sector size or count that is not read here (<see cref="Refusal.StickGeometry"/>).</exception>
    public SectorCache(ISectorSource source)
    {
        if (source.SectorSize is not (512 or 4096) || source.SectorCount <= 0 || source.SectorCount > long.MaxValue / source.SectorSize)
            throw new RefusedException(Refusal.StickGeometry, $"{source.SectorCount} sectors of {source.SectorSize} bytes");
        this.source = source;
        sectorsPerLine = Limits.WalkLineBytes / source.SectorSize;
        Device = SectorRange.Whole(source.SectorCount);
    }

    /// <summary>All sectors of the device.</summary>
    public SectorRange Device { get; }

    /// <summary>Bytes of a sector: 512 or 4096.</summary>
    public int SectorSize => source.SectorSize;

    /// <summary>The bytes of one sector, valid until the next call.</summary>
    /// <exception cref="RefusedException">The walk read too much, or the stick failed.</exception>
    public ReadOnlySpan<byte> Sector(Lba lba)
    {
        long number = lba.Value / sectorsPerLine;
        if (latest is null || latest.Number != number)
        {
            if (!lines.TryGetValue(number, out latest))
                latest = Fetch(number);
            latest.LastUse = ++clock;
        }

        return latest.Bytes.AsSpan((int)(lba.Value % sectorsPerLine) * SectorSize, SectorSize);
    }

    private Line Fetch(long number)
    {
        if (++reads > Limits.MaxWalkReads)
            throw Damage.Of($"the walk needs more than {Limits.MaxWalkReads} reads (our limit)");

        Line line = lines.Count < Limits.MaxWalkLines ? new Line(new byte[Limits.WalkLineBytes]) : Evict();
        long first = number * sectorsPerLine;
        int count = (int)Math.Min(sectorsPerLine, Device.Count - first);
        source.Read(first, line.Bytes.AsSpan(0, count * SectorSize));
        line.Number = number;
        lines.Add(number, line);
        return line;
    }

    private Line Evict()
    {
        Line oldest = lines.Values.MinBy(line => line.LastUse)!;
        lines.Remove(oldest.Number);
        return oldest;
    }

    private sealed class Line(byte[] bytes)
    {
        public byte[] Bytes { get; } = bytes;

        public long Number { get; set; }

        public long LastUse { get; set; }
    }
}
