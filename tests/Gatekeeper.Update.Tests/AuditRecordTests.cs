using Gatekeeper.Release;
using Gatekeeper.Update.Tests.Model;

namespace Gatekeeper.Update.Tests;

/// <summary>One record of the audit log: what fits into it, and numbers that nobody can have written honestly.</summary>
public sealed class AuditRecordTests
{
    private static readonly Guid Boot1 = new(1, 0, 0, new byte[8]);
    private static readonly Guid Boot2 = new(2, 0, 0, new byte[8]);
    private readonly VolatileDisk disk = new("state", new byte[StatePartition.MinBytes], new PowerLine());

    [Fact]
    public void Text_IsCutAndPrintable()
    {
        AuditLog log = Open(Boot1);
        log.Append(new string('e', 100), "a\u001b[2J\n\u00e4" + new string('d', 500), new string('p', 100));
        AuditEntry entry = AuditLog.Read(disk)[^1];
        Assert.Equal((48, 32, 228), (entry.Event.Length, entry.Port.Length, entry.Detail.Length));
        Assert.StartsWith("a?[2J??d", entry.Detail, StringComparison.Ordinal);
        Assert.True(log.Verify().Whole);
    }

    /// <summary>Whoever writes the disk can make any record's hash right; the service must start and write on all the same.</summary>
    [Theory]
    [InlineData(long.MaxValue, 1)]
    [InlineData(long.MinValue, 1)]
    [InlineData(0, 1)]
    [InlineData(2, int.MaxValue)]
    [InlineData(2, -1)]
    public void RecordWithNumbersThatNoLogReaches_IsNoRecord(long sequence, int boot)
    {
        Open(Boot1).Append("one");
        byte[] record = new byte[AuditEntry.Bytes];
        disk.ReadAt(StatePartition.LogRingOffset + AuditEntry.Bytes, record);
        AuditEntry forged = AuditEntry.Decode(record)! with { Sequence = sequence, Boot = boot };
        long slot = Math.Abs(unchecked(sequence - 1) % AuditLog.Slots);
        disk.WriteAt(StatePartition.LogRingOffset + (slot * AuditEntry.Bytes), forged.Encode());
        AuditLog log = Open(Boot2);
        log.Append("two");
        Assert.Equal("two", AuditLog.Read(disk)[^1].Event);
        Assert.Equal(2, AuditLog.Read(disk)[^1].Boot);
    }

    /// <summary>At the last numbers there are, what is written can still be read, or is refused.</summary>
    [Fact]
    public void RecordWithTheLastNumbers_IsFollowedByOneThatIsRead()
    {
        Open(Boot1);
        byte[] record = new byte[AuditEntry.Bytes];
        disk.ReadAt(StatePartition.LogRingOffset, record);
        disk.WriteAt(StatePartition.LogRingOffset, (AuditEntry.Decode(record)! with { Boot = AuditEntry.MaxBoot }).Encode());
        AuditLog log = Open(Boot2);
        log.Append("two");
        Assert.True(log.Verify().Whole);

        AuditEntry last = AuditEntry.Decode(record)! with { Sequence = AuditEntry.MaxSequence };
        disk.WriteAt(StatePartition.LogRingOffset + ((AuditEntry.MaxSequence - 1) % AuditLog.Slots * AuditEntry.Bytes), last.Encode());
        Assert.Equal(Refusal.AuditLog, Assert.Throws<RefusedException>(() => Open(Boot2).Append("three")).Code);
    }

    private AuditLog Open(Guid boot) => AuditLog.Open(disk, boot, new TestClock());
}
