using System.Collections.Immutable;
using Gatekeeper.Release;
using Gatekeeper.Stick;
using Gatekeeper.Stick.FileSystems;

namespace Gatekeeper.Service.Sticks;

/// <summary>
/// The bytes of one release on a stick: its part files joined, read through the pump. Where they lie is the walker's claim, checked
/// here against the device's own size; what they are is a claim until its hash was compared.
/// </summary>
internal sealed class StickReleaseSource : IReleaseSource
{
    private readonly ISectorSource sectors;
    private readonly ImmutableArray<Run> runs;
    private readonly byte[] edge;
    private long edgeLba = -1;

    /// <summary>Joins the part files of a release.</summary>
    /// <param name="sectors">The stick.</param>
    /// <param name="parts">The file and its part files in order.</param>
    /// <exception cref="RefusedException"><see cref="Refusal.FileSystemDamaged"/>: a claim does not hold.</exception>
    internal StickReleaseSource(ISectorSource sectors, IEnumerable<StickFile> parts)
    {
        this.sectors = sectors;
        edge = new byte[sectors.SectorSize];
        var all = ImmutableArray.CreateBuilder<Run>();
        long offset = 0;
        foreach (StickFile part in parts)
        {
            long length = 0;
            foreach (Extent extent in part.Extents)
            {
                if (extent.Length <= 0 || extent.Lba < 0 || extent.Length > sectors.SectorCount * sectors.SectorSize || offset > Limits.MaxFileBytes)
                {
                    throw new RefusedException(Refusal.FileSystemDamaged, "a file is longer than the stick");
                }

                // Only the last run of a part file may end inside a sector: the walker's contract, checked because it is a claim.
                bool whole = extent.Length % sectors.SectorSize == 0 || length + extent.Length == part.Length;
                long sectorsOfRun = (extent.Length + sectors.SectorSize - 1) / sectors.SectorSize;
                if (!whole || extent.Lba > sectors.SectorCount - sectorsOfRun)
                {
                    throw new RefusedException(Refusal.FileSystemDamaged, "a file lies outside the stick");
                }

                all.Add(new Run(offset, extent.Lba, extent.Length));
                offset += extent.Length;
                length += extent.Length;
            }

            if (length != part.Length)
            {
                throw new RefusedException(Refusal.FileSystemDamaged, "a file is not as long as its runs");
            }
        }

        runs = all.ToImmutable();
        Length = offset;
    }

    /// <inheritdoc/>
    public long Length { get; }

    /// <inheritdoc/>
    public void ReadAt(long offset, Span<byte> buffer)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset, Length - buffer.Length);
        for (int index = Find(offset); !buffer.IsEmpty; index++)
        {
            Run run = runs[index];
            long skip = offset - run.Offset;
            int take = (int)Math.Min(buffer.Length, run.Length - skip);
            ReadRun(run.Lba, skip, buffer[..take]);
            buffer = buffer[take..];
            offset += take;
        }
    }

    // Whole sectors go straight into the caller's buffer; the ends that do not fill one pass through one sector of our own,
    // which is remembered, because neighbouring reads of a release share it.
    private void ReadRun(long lba, long skip, Span<byte> buffer)
    {
        int size = sectors.SectorSize;
        lba += skip / size;
        int head = (int)(skip % size);
        if (head > 0)
        {
            int take = Math.Min(buffer.Length, size - head);
            Edge(lba).Slice(head, take).CopyTo(buffer);
            buffer = buffer[take..];
            lba++;
        }

        int body = buffer.Length / size * size;
        if (body > 0)
        {
            sectors.Read(lba, buffer[..body]);
            lba += body / size;
            buffer = buffer[body..];
        }

        if (!buffer.IsEmpty)
        {
            Edge(lba)[..buffer.Length].CopyTo(buffer);
        }
    }

    private ReadOnlySpan<byte> Edge(long lba)
    {
        if (edgeLba != lba)
        {
            edgeLba = -1;
            sectors.Read(lba, edge);
            edgeLba = lba;
        }

        return edge;
    }

    private int Find(long offset)
    {
        int low = 0;
        int high = runs.Length - 1;
        while (low < high)
        {
            int middle = (low + high + 1) / 2;
            if (runs[middle].Offset <= offset)
            {
                low = middle;
            }
            else
            {
                high = middle - 1;
            }
        }

        return low;
    }

    private readonly record struct Run(long Offset, long Lba, long Length);
}
