using System.Collections.Immutable;

namespace Gatekeeper.Stick.FileSystems;

/// <summary>Turns a first cluster and a length into the runs of sectors of a file.</summary>
internal static class ClusterChain
{
    /// <summary>The extents of a file, neighbours joined.</summary>
    /// <param name="heap">The volume's clusters.</param>
    /// <param name="table">The volume's chains; null for a file that is stored without one (exFAT NoFatChain).</param>
    /// <param name="firstCluster">As claimed by the directory; 0 for an empty file.</param>
    /// <param name="length">Bytes as claimed by the directory.</param>
    /// <param name="budget">What the whole walk may still cost.</param>
    /// <exception cref="Gatekeeper.Release.RefusedException">Chain and length do not agree, or a claim is outside the volume.</exception>
    public static ImmutableArray<Extent> Extents(ClusterHeap heap, AllocationTable? table, long firstCluster, long length, WalkBudget budget)
    {
        if (length == 0)
        {
            // fatgen103 "FAT Directory Structure" and exFAT 1.00 §6.2.2: an empty file has no first cluster.
            Damage.Unless(firstCluster == 0, "an empty file with clusters");
            return [];
        }

        Damage.Unless(length > 0 && length <= heap.Count * heap.ClusterBytes, "a file longer than its volume");
        long clusters = ((length - 1) / heap.ClusterBytes) + 1;
        return table is null ? Contiguous(heap, firstCluster, clusters, length, budget) : Chained(heap, table, firstCluster, clusters, length, budget);
    }

    private static ImmutableArray<Extent> Contiguous(ClusterHeap heap, long firstCluster, long clusters, long length, WalkBudget budget)
    {
        Cluster first = heap.Check(firstCluster);
        heap.Check(firstCluster + clusters - 1);
        budget.TakeExtent();
        return [new Extent(heap.SectorOf(first).Value, length)];
    }

    /// <summary>
    /// The walk takes as many steps as the length needs, at most one for each cluster of the volume, and the step after the last must be the chain's end:
    /// a chain that loops never has an end, so it is refused without keeping a set of visited clusters.
    /// </summary>
    private static ImmutableArray<Extent> Chained(ClusterHeap heap, AllocationTable table, long firstCluster, long clusters, long length, WalkBudget budget)
    {
        ImmutableArray<Extent>.Builder extents = ImmutableArray.CreateBuilder<Extent>();
        Cluster runStart = heap.Check(firstCluster);
        Cluster last = runStart;
        long left = length;
        for (long done = 1; ; done++)
        {
            Cluster? next = table.Next(last);
            if (next is null || done == clusters)
            {
                Damage.Unless(next is null, "a chain longer than its file");
                Damage.Unless(done == clusters, "a chain shorter than its file");
                budget.TakeExtent();
                extents.Add(new Extent(heap.SectorOf(runStart).Value, left));
                return extents.ToImmutable();
            }

            if (next.Value.Number != last.Number + 1)
            {
                long run = (last.Number - runStart.Number + 1L) * heap.ClusterBytes;
                budget.TakeExtent();
                extents.Add(new Extent(heap.SectorOf(runStart).Value, run));
                left -= run;
                runStart = next.Value;
            }

            last = next.Value;
        }
    }
}
