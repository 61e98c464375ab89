using Gatekeeper.Release;

namespace Gatekeeper.Update;

/// <summary>
/// The audit log: a pre-allocated, hash-chained ring of 512-byte records. <see cref="Append"/> returns when the record is on the
/// medium, so a verdict is written before its effect (I13). Every public member may be called from any thread.
/// </summary>
public sealed class AuditLog
{
    /// <summary>Records in the ring.</summary>
    public const long Slots = StatePartition.LogRingBytes / AuditEntry.Bytes;

    private readonly IBlockDevice device;
    private readonly Guid bootId;
    private readonly IAuditClock clock;
    private readonly AuditFlood flood = new();
    private readonly Lock gate = new();
    private AuditHead? head;
    private AuditEntry? newest;
    private int boot = 1;
    private bool broken;

    private AuditLog(IBlockDevice device, Guid bootId, IAuditClock clock)
    {
        this.device = device;
        this.bootId = bootId;
        this.clock = clock;
    }

    /// <summary>Sequence number of the newest record; 0 when there is none.</summary>
    public long LastSequence => newest?.Sequence ?? 0;

    /// <summary>SHA-256 of the newest record; empty when there is none.</summary>
    public ReadOnlySpan<byte> Head => newest?.Hash ?? [];

    /// <summary>True when records were lost or the medium failed: nothing is appended before <see cref="StartNewChain"/>.</summary>
    public bool Broken => broken;

    /// <summary>Opens the log; makes a new one where there was none.</summary>
    /// <param name="device">The state partition.</param>
    /// <param name="bootId">The kernel's boot id.</param>
    /// <param name="clock">The clocks of the records.</param>
    public static AuditLog Open(IBlockDevice device, Guid bootId, IAuditClock clock)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(clock);
        var log = new AuditLog(device, bootId, clock);
        log.Load();
        return log;
    }

    /// <summary>
    /// All records that are left, oldest first, of earlier chains too. For showing them; <see cref="Verify"/> judges them. The sector that
    /// was under write at a power cut may answer with an error until it is written again: it counts as a torn record.
    /// </summary>
    /// <exception cref="IOException">The partition cannot be read.</exception>
    public static IReadOnlyList<AuditEntry> Read(IBlockDevice device)
    {
        ArgumentNullException.ThrowIfNull(device);
        return AuditRing.Read(device);
    }

    /// <summary>Writes one record and returns when it is durable.</summary>
    /// <param name="what">A fixed word.</param>
    /// <param name="detail">Fixed words and numbers; what is longer than a record holds is cut.</param>
    /// <param name="port">The port as the kernel names it, or empty.</param>
    /// <exception cref="RefusedException"><see cref="Refusal.AuditLog"/>: then the effect must not happen.</exception>
    public void Append(string what, string detail = "", string port = "")
    {
        lock (gate)
        {
            Write(what, string.Empty, port, detail, 0);
        }
    }

    /// <summary>
    /// Writes a refusal. The same refusal again on the same port within a minute is counted; the count is written before the next
    /// other line of that port, or by <see cref="WriteCounts"/>.
    /// </summary>
    /// <exception cref="RefusedException"><see cref="Refusal.AuditLog"/>.</exception>
    public void AppendRefusal(string what, Refusal code, string port, string detail)
    {
        var line = new AuditFlood.Line(what, code.ToString(), port, detail);
        lock (gate)
        {
            if (flood.IsRepeat(line, clock.UptimeMs))
            {
                return;
            }

            WriteCount(flood.Take(port));
            Write(what, code.ToString(), port, detail, 0);
            flood.Written(line, clock.UptimeMs);
        }
    }

    /// <summary>Writes what was counted and is over; the service calls it now and then, and when it stops.</summary>
    /// <param name="all">Also what is not over yet.</param>
    /// <exception cref="RefusedException"><see cref="Refusal.AuditLog"/>.</exception>
    public void WriteCounts(bool all)
    {
        lock (gate)
        {
            foreach ((AuditFlood.Line, int)? counted in flood.TakeOver(clock.UptimeMs, all))
            {
                WriteCount(counted);
            }
        }
    }

    /// <summary>Starts a new chain behind the lost one; its first record says so. For service mode (I13).</summary>
    /// <exception cref="RefusedException"><see cref="Refusal.AuditLog"/>: the medium still fails.</exception>
    public void StartNewChain(string reason)
    {
        lock (gate)
        {
            Guarded(() => newest = Read(device) is { Count: > 0 } entries ? entries[^1] : null);
            WriteFirst("log-new-chain", reason, LastSequence + 1);
            broken = false;
        }
    }

    /// <summary>Walks the chain from the oldest record left to the newest.</summary>
    /// <exception cref="IOException">The partition cannot be read.</exception>
    public AuditCheck Verify()
    {
        lock (gate)
        {
            return head is null || newest is null ? AuditCheck.NoChain : AuditCheck.Of(head, newest, Read(device));
        }
    }

    private void Load()
    {
        IReadOnlyList<AuditEntry> entries;
        try
        {
            head = AuditHead.Read(device);
            entries = Read(device);
        }
        catch (IOException)
        {
            broken = true;
            return;
        }

        newest = entries.Count > 0 ? entries[^1] : null;
        if (newest is not null)
        {
            boot = Math.Min(AuditEntry.MaxBoot, newest.Boot + (newest.BootId == bootId ? 0 : 1));
        }

        if (newest is null && head is null)
        {
            WriteFirst("log-created", string.Empty, 1);
        }
        else if (newest is not null && newest.Chain != head?.Chain && newest.Previous.AsSpan().SequenceEqual(AuditEntry.NoHash))
        {
            // A cut between a chain's first record and its anchor.
            WriteHead(newest);
        }
        else
        {
            broken = newest is null || newest.Chain != head?.Chain;
        }
    }

    private void WriteFirst(string what, string detail, long sequence)
    {
        AuditEntry first = WriteRecord(Make(what, string.Empty, string.Empty, detail, 0, sequence, Guid.NewGuid(), AuditEntry.NoHash));
        WriteHead(first);
    }

    private void WriteHead(AuditEntry first)
    {
        head = new AuditHead(first.Chain, first.Sequence);
        Guarded(() => head.Write(device));
    }

    private void WriteCount((AuditFlood.Line Line, int Count)? counted)
    {
        if (counted is { } c)
        {
            Write(c.Line.What, c.Line.Code, c.Line.Port, c.Line.Detail, c.Count);
        }
    }

    private void Write(string what, string code, string port, string detail, int repeats)
    {
        if (broken || newest is null)
        {
            throw new RefusedException(Refusal.AuditLog, "the audit log is broken, a new chain is needed");
        }

        WriteRecord(Make(what, code, port, detail, repeats, newest.Sequence + 1, newest.Chain, newest.Hash));
    }

    private AuditEntry WriteRecord(AuditEntry entry)
    {
        if (entry.Sequence > AuditEntry.MaxSequence)
        {
            throw new RefusedException(Refusal.AuditLog, "the audit log has no number left for a record");
        }

        Guarded(() =>
        {
            device.WriteAt(AuditRing.Offset(entry.Sequence), entry.Encode());
            device.Flush();
        });
        newest = entry;
        return entry;
    }

    private AuditEntry Make(string what, string code, string port, string detail, int repeats, long sequence, Guid chain, byte[] previous) => new()
    {
        Sequence = sequence,
        Chain = chain,
        Boot = boot,
        BootId = bootId,
        UptimeMs = clock.UptimeMs,
        WallSeconds = clock.WallSeconds,
        Event = what,
        Code = code,
        Port = port,
        Detail = detail,
        Repeats = repeats,
        Previous = previous,
        Replaced = AuditRing.Replaced(device, sequence),
    };

    private void Guarded(Action action)
    {
        try
        {
            action();
        }
        catch (IOException e)
        {
            broken = true;
            throw new RefusedException(Refusal.AuditLog, $"audit log failed: {e.Message}");
        }
    }
}
