namespace Gatekeeper.Update;

/// <summary>Where the records of the audit log lie on the state partition, and what of them can be read. <see cref="AuditLog"/> is what they mean.</summary>
internal static class AuditRing
{
    private const int StepSlots = 128; // 64 KiB at a time: the log must not cost the memory it has on the medium
    private const int MostUnreadable = 8; // ours: a cut leaves one, and many media answer with an error from a page of 4096 bytes; what loses more is failing

    /// <summary>Where a record lies, in bytes from the partition's start.</summary>
    public static long Offset(long sequence) => OffsetOf(Slot(sequence));

    /// <summary>All records that are left, oldest first. See <see cref="AuditLog.Read"/>.</summary>
    /// <exception cref="IOException">The partition cannot be read.</exception>
    public static IReadOnlyList<AuditEntry> Read(IBlockDevice device)
    {
        byte[] step = new byte[StepSlots * AuditEntry.Bytes];
        int unreadable = 0;
        var entries = new List<AuditEntry>();
        for (long slot = 0; slot < AuditLog.Slots; slot++)
        {
            int inStep = (int)(slot % StepSlots);
            if (inStep == 0)
            {
                ReadStep(device, slot, step, ref unreadable);
                if (!step.AsSpan().ContainsAnyExcept((byte)0))
                {
                    slot += StepSlots - 1; // most of a young log
                    continue;
                }
            }

            if (AuditEntry.Decode(step.AsSpan(inStep * AuditEntry.Bytes, AuditEntry.Bytes)) is { } entry && Slot(entry.Sequence) == slot)
            {
                entries.Add(entry);
            }
        }

        return [.. entries.OrderBy(e => e.Sequence)];
    }

    /// <summary>The hash of the record that one with this number overwrites. That record may itself be torn: the one behind it holds its hash, so that one is asked.</summary>
    public static byte[] Replaced(IBlockDevice device, long sequence)
    {
        if (sequence <= AuditLog.Slots)
        {
            return AuditEntry.NoHash;
        }

        byte[] next = new byte[AuditEntry.Bytes];
        try
        {
            device.ReadAt(Offset(sequence + 1), next);
        }
        catch (IOException)
        {
            return AuditEntry.NoHash; // a record that cannot be read is no record; a medium that fails fails at the write, too
        }

        return AuditEntry.Decode(next) is { } entry && entry.Sequence == sequence - AuditLog.Slots + 1 ? entry.Previous : AuditEntry.NoHash;
    }

    private static long Slot(long sequence) => (sequence - 1) % AuditLog.Slots;

    private static long OffsetOf(long slot) => StatePartition.LogRingOffset + (slot * AuditEntry.Bytes);

    private static void ReadStep(IBlockDevice device, long slot, Span<byte> step, ref int unreadable)
    {
        try
        {
            device.ReadAt(OffsetOf(slot), step);
            return;
        }
        catch (IOException) when (unreadable < MostUnreadable)
        {
            // One record at a time, to leave out no more than what cannot be read.
        }

        for (int i = 0; i < StepSlots; i++)
        {
            Span<byte> record = step.Slice(i * AuditEntry.Bytes, AuditEntry.Bytes);
            try
            {
                device.ReadAt(OffsetOf(slot + i), record);
            }
            catch (IOException) when (unreadable < MostUnreadable)
            {
                unreadable++;
                record.Clear();
            }
        }
    }
}
