using Gatekeeper.Release;

namespace Gatekeeper.Update;

/// <summary>
/// Reads the idle set now and then and compares it with its record, so that a fall-back that rotted on the medium is known before it
/// is needed. It only reads, so it also runs while the device is in use; it leaves the medium to others most of the time, and stands
/// still while the worker has anything to do. What it found is kept in memory alone (decisions/0130).
/// </summary>
/// <param name="slots">The partitions.</param>
/// <param name="trust">The records; read only.</param>
/// <param name="audit">A change of the verdict is on record before it is told (I13).</param>
/// <param name="running">Which set is not the idle one.</param>
/// <param name="clock">Monotonic time.</param>
/// <param name="tell">Told whenever the answer changes: whole, damaged, or null for not known. Called with a lock held; must not call back.</param>
public sealed class FallBackCheck(SlotDevices slots, TrustStore trust, AuditLog audit, RunningSystem running, IFallBackClock clock, Action<bool?> tell)
{
    private readonly Lock gate = new();
    private volatile int held;
    private SetRecord? of;
    private bool whole;
    private long at;
    private bool? told;

    /// <summary>What is known of the idle set as its record is now; null: not checked since the start, or there is nothing whole to check.</summary>
    public FallBackVerdict? Verdict
    {
        get
        {
            lock (gate)
            {
                return of is not null && ReferenceEquals(of, Record()) ? new FallBackVerdict(whole, clock.NowMs - at) : null;
            }
        }
    }

    /// <summary>Checks for ever. Give it a thread of the lowest priority.</summary>
    /// <exception cref="OperationCanceledException">The service stops.</exception>
    public void Run()
    {
        clock.Wait(Limits.FallBackFirstMinutes * 60_000L);
        SetCheck? check = null;
        SetRecord? checking = null;
        while (true)
        {
            SetRecord? record = Record();
            if (record is not { State: not SetState.Unbootable })
            {
                clock.Wait(Limits.FallBackHours * 3_600_000L); // nothing there; what is written later comes with a restart
                continue;
            }

            if (check is null || !ReferenceEquals(checking, record))
            {
                (check, checking) = (new SetCheck(slots, running.Set!.Value.Other(), record), record);
            }

            try
            {
                Found(record, check.Run(new ProgressMeter(1, new Pace(this, clock)), counted: false));
                check = null;
                clock.Wait(Limits.FallBackHours * 3_600_000L);
            }
            catch (RefusedException refused) when (refused.Code == Refusal.InUse)
            {
                clock.Wait(Limits.FallBackStandMs); // it goes on at the same chunk
            }
            catch (RefusedException refused) when (refused.Code == Refusal.AuditLog)
            {
                // Not on record, so not told (I13). The doctor says what is wrong with the log.
                check = null;
                clock.Wait(Limits.FallBackHours * 3_600_000L);
            }
        }
    }

    /// <summary>Does what the worker has to do while the check stands still: a piece that is being read ends, no other one begins.</summary>
    public void StandStill(Action work)
    {
        ArgumentNullException.ThrowIfNull(work);
        Interlocked.Increment(ref held);
        try
        {
            work();
        }
        finally
        {
            Interlocked.Decrement(ref held);
            lock (gate)
            {
                Tell();
            }
        }
    }

    /// <summary>
    /// Somebody compared the idle set with a record. Counts if the set has that record still: an install takes the record away before it
    /// writes the first byte, so what was read before that was not half of it.
    /// </summary>
    /// <exception cref="RefusedException"><see cref="Refusal.AuditLog"/>: then it counts for nothing.</exception>
    public void Found(SetRecord record, bool whole)
    {
        ArgumentNullException.ThrowIfNull(record);
        lock (gate)
        {
            if (!ReferenceEquals(record, Record()))
            {
                return;
            }

            bool before = !ReferenceEquals(of, record) || this.whole; // what nobody looked at was written and read back once
            if (before != whole)
            {
                audit.Append("fall-back", $"version {record.Version} {(whole ? "is whole again" : "does not hold what was written")}");
            }

            (of, this.whole, at) = (record, whole, clock.NowMs);
            Tell();
        }
    }

    private SetRecord? Record() => running.Set is { } set ? trust.Content.Set(set.Other()) : null;

    private void Tell()
    {
        bool? now = of is not null && ReferenceEquals(of, Record()) ? whole : null;
        if (now != told)
        {
            told = now;
            tell(now);
        }
    }

    // Asked before each piece: this is where the medium is left to others, and where the worker stops it.
    private sealed class Pace(FallBackCheck check, IFallBackClock clock) : IInUse
    {
        private const long PieceMs = Limits.LeaseReadBytes * 1000L / Limits.FallBackBytesPerSecond;
        private long begun = -1;

        public bool InUse
        {
            get
            {
                if (begun >= 0 && check.held == 0)
                {
                    clock.Wait(Math.Max(PieceMs, (clock.NowMs - begun) * Limits.FallBackRestShare));
                }

                begun = clock.NowMs;
                return check.held > 0;
            }
        }
    }
}
