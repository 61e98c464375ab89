using Gatekeeper.Crash.Tests.Model;
using Gatekeeper.Update;

namespace Gatekeeper.Crash.Tests;

/// <summary>What the record areas hold after a cut, read by the code that reads them at a start.</summary>
internal sealed class AreasFound(Recording recording, Board board)
{
    /// <summary>The newer whole one.</summary>
    public (long Sequence, byte[] Payload)? Newest { get; } = Areas.Newest(board.StateDisk);

    public TrustStore Trust { get; } = TrustStore.Open(board.StateDisk, recording.AtTheFactory);
}

/// <summary>What the audit log holds after a cut.</summary>
internal sealed class LogFound
{
    public LogFound(Recording recording, Board board)
    {
        Disk state = board.StateDisk.Fork(null); // opening the log may finish what was cut
        var log = AuditLog.Open(state, Guid.Empty, new Unit.StoppedClock());
        (Broken, Last, Check) = (log.Broken, log.LastSequence, log.Verify());
        Events = [.. EventsSince(state, recording.StartAudit, Last)];
    }

    public bool Broken { get; }

    public long Last { get; }

    public AuditCheck Check { get; }

    /// <summary>What was put on record since the scenario began.</summary>
    public IReadOnlyList<string> Events { get; }

    private static IEnumerable<string> EventsSince(Disk state, long from, long to)
    {
        byte[] record = new byte[AuditEntry.Bytes];
        for (long sequence = from + 1; sequence <= to; sequence++)
        {
            state.ReadAt(StatePartition.LogRingOffset + ((sequence - 1) % AuditLog.Slots * AuditEntry.Bytes), record);
            if (AuditEntry.Decode(record) is { } entry && entry.Sequence == sequence)
            {
                yield return entry.Event;
            }
        }
    }
}

/// <summary>What lies on all media after a cut, before anything was started.</summary>
internal sealed class Found(Recording recording, CrashState state, Board board, AreasFound areas, LogFound log)
{
    public Recording Recording => recording;

    public CrashState State => state;

    public Board Board => board;

    public AreasFound Areas => areas;

    public LogFound Log => log;

    public StateContent Content => areas.Trust.Content;

    /// <summary>The sets that the firmware starts by itself.</summary>
    public HashSet<SlotSet> Bootable { get; } = [.. board.Bootable()];

    public BootState Boot { get; } = new UefiBootControl(board.Efi, Board.Layout).State();
}
