namespace Gatekeeper.Update;

/// <summary>What <see cref="AuditLog.Verify"/> found. Pure: the same records give the same answer.</summary>
/// <param name="Whole">Every record from <paramref name="First"/> to <paramref name="Last"/> is there and continues the one before.</param>
/// <param name="First">The oldest record that is left of the current chain.</param>
/// <param name="Last">The newest record.</param>
/// <param name="BrokenAt">The first record that does not fit, or 0.</param>
public sealed record AuditCheck(bool Whole, long First, long Last, long BrokenAt)
{
    /// <summary>There is no chain to walk.</summary>
    internal static AuditCheck NoChain { get; } = new(false, 0, 0, 1);

    /// <summary>Walks a chain from the oldest record that is left to the newest.</summary>
    /// <param name="head">The chain's anchor.</param>
    /// <param name="newest">Its newest record.</param>
    /// <param name="records">What the ring holds, of earlier chains too.</param>
    internal static AuditCheck Of(AuditHead head, AuditEntry newest, IReadOnlyList<AuditEntry> records)
    {
        var entries = records.Where(e => e.Chain == head.Chain).ToDictionary(e => e.Sequence);
        long last = newest.Sequence;

        // A chain starts with its first record, so an anchor behind the newest one is not of it: without this there would be nothing to walk, and nothing missing.
        if (head.First > last)
        {
            return new AuditCheck(false, last, last, last);
        }

        long oldest = last - AuditLog.Slots + 1;
        long first = Math.Max(head.First, oldest);

        // The ring is full, and a cut while the next record was written took the oldest one with it: the walk starts one later.
        if (first == oldest && !entries.ContainsKey(first))
        {
            first++;
        }
        else if (first > head.First && entries.TryGetValue(last, out AuditEntry? end) && !end.Replaced.AsSpan().SequenceEqual(entries[first].Previous))
        {
            return new AuditCheck(false, first, last, first);
        }

        byte[]? previous = first == head.First ? AuditEntry.NoHash : null;
        for (long sequence = first; sequence <= last; sequence++)
        {
            if (!entries.TryGetValue(sequence, out AuditEntry? entry) || (previous is not null && !entry.Previous.AsSpan().SequenceEqual(previous)))
            {
                return new AuditCheck(false, first, last, sequence);
            }

            previous = entry.Hash;
        }

        return new AuditCheck(true, first, last, 0);
    }
}
