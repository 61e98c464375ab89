using Gatekeeper.Release;
using Gatekeeper.Update.Tests.Model;

namespace Gatekeeper.Update.Tests;

public sealed class AuditLogTests
{
    private static readonly Guid Boot1 = new(1, 0, 0, new byte[8]);
    private static readonly Guid Boot2 = new(2, 0, 0, new byte[8]);
    private readonly TestClock clock = new();
    private readonly PowerLine line = new();
    private readonly VolatileDisk disk;

    public AuditLogTests() => disk = new VolatileDisk("state", new byte[StatePartition.MinBytes], line);

    [Fact]
    public void I13_Append_IsDurableWhenItReturns()
    {
        AuditLog log = Open(Boot1);
        disk.Log.Clear();
        log.Append("verdict", "allowed 1", "1-2");
        Assert.Equal([(StatePartition.LogRingOffset + AuditEntry.Bytes, AuditEntry.Bytes), (-1L, 0)], disk.Log);
        disk.Settle(_ => false);
        AuditEntry entry = AuditLog.Read(disk)[^1];
        Assert.Equal((2L, "verdict", "allowed 1", "1-2", 1, Boot1, 1000L), (entry.Sequence, entry.Event, entry.Detail, entry.Port, entry.Boot, entry.BootId, entry.UptimeMs));
    }

    [Fact]
    public void NextBoot_ContinuesTheChainAndCounts()
    {
        Open(Boot1).Append("one");
        Open(Boot1).Append("two");
        AuditLog log = Open(Boot2);
        log.Append("three");
        Assert.Equal([("log-created", 1), ("one", 1), ("two", 1), ("three", 2)], AuditLog.Read(disk).Select(e => (e.Event, e.Boot)));
        Assert.Equal(new AuditCheck(true, 1, 4, 0), log.Verify());
    }

    [Fact]
    public void Wrap_KeepsTheNewestAndNoLooseEnd()
    {
        AuditLog log = Open(Boot1);
        for (int i = 0; i < AuditLog.Slots + 5; i++)
        {
            log.Append("line", $"{i}");
        }

        Assert.Equal(new AuditCheck(true, 7, AuditLog.Slots + 6, 0), log.Verify());
        AuditLog again = Open(Boot1);
        again.Append("more");
        Assert.Equal(new AuditCheck(true, 8, AuditLog.Slots + 7, 0), again.Verify());

        // The oldest record is replaced by an older log's copy of that slot, its own checksum right: the newest one knows better.
        byte[] record = new byte[AuditEntry.Bytes];
        long slot = StatePartition.LogRingOffset + (7 * AuditEntry.Bytes);
        disk.ReadAt(slot, record);
        AuditEntry forged = AuditEntry.Decode(record)! with { Previous = new byte[32] };
        disk.WriteAt(slot, forged.Encode());
        Assert.False(Open(Boot1).Verify().Whole);
    }

    [Fact]
    public void I13_TornRecordAfterWrap_IsWrittenAgain()
    {
        AuditLog log = Open(Boot1);
        for (int i = 0; i < AuditLog.Slots + 5; i++)
        {
            log.Append("line", $"{i}");
        }

        long next = StatePartition.LogRingOffset + (6 * AuditEntry.Bytes);
        disk.Damage(next + 200);
        AuditLog again = Open(Boot2);
        Assert.Equal(new AuditCheck(true, 8, AuditLog.Slots + 6, 0), again.Verify());
        again.Append("after");
        Assert.Equal(new AuditCheck(true, 8, AuditLog.Slots + 7, 0), again.Verify());
    }

    /// <summary>Found by the enumeration: the very first record that is written over is the chain's own first.</summary>
    [Fact]
    public void I13_TornRecordAtTheFirstWrap_IsNoHole()
    {
        AuditLog log = Open(Boot1);
        while (log.LastSequence < AuditLog.Slots)
        {
            log.Append("line");
        }

        disk.Damage(StatePartition.LogRingOffset + 200);
        AuditLog again = Open(Boot2);
        Assert.Equal(new AuditCheck(true, 2, AuditLog.Slots, 0), again.Verify());
        again.Append("after");
        Assert.Equal(new AuditCheck(true, 2, AuditLog.Slots + 1, 0), again.Verify());
    }

    /// <summary>Found by the enumeration: a medium may answer with an error for the sector that was under write at a cut, until it is written again.</summary>
    [Fact]
    public void I13_RecordThatCannotBeRead_IsATornRecord_AndTheLogGoesOn()
    {
        AuditLog log = Open(Boot1);
        log.Append("one");
        disk.UnreadableAt = StatePartition.LogRingOffset + (2 * AuditEntry.Bytes);
        AuditLog again = Open(Boot2);
        Assert.False(again.Broken);
        Assert.Equal(new AuditCheck(true, 1, 2, 0), again.Verify());
        again.Append("two");
        Assert.Equal(["log-created", "one", "two"], AuditLog.Read(disk).Select(e => e.Event));
        Assert.True(Open(Boot2).Verify().Whole);
    }

    [Fact]
    public void I13_OldRecordThatCannotBeRead_IsAHoleInTheChain()
    {
        AuditLog log = Open(Boot1);
        log.Append("one");
        log.Append("two");
        disk.UnreadableAt = StatePartition.LogRingOffset + AuditEntry.Bytes;
        AuditLog again = Open(Boot2);
        Assert.False(again.Broken);
        Assert.Equal(new AuditCheck(false, 1, 3, 2), again.Verify());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void I13_CutInEveryOperation_LosesNoAcknowledgedRecord(bool survives)
    {
        for (int at = 1; at <= 20; at++)
        {
            var power = new PowerLine { CutAt = at };
            var cut = new VolatileDisk("state", new byte[StatePartition.MinBytes], power);
            int written = 0;
            try
            {
                var log = AuditLog.Open(cut, Boot1, clock);
                for (; written < 5; written++)
                {
                    log.Append("line", $"{written}");
                }
            }
            catch (PowerCutException)
            {
            }

            cut.Settle(_ => survives);
            power.Reset(0);
            var again = AuditLog.Open(cut, Boot2, clock);
            Assert.False(again.Broken);
            again.Append("after");
            Assert.True(again.Verify().Whole);
            IEnumerable<string> lines = AuditLog.Read(cut).Where(e => e.Event == "line").Select(e => e.Detail);
            Assert.Equal(Enumerable.Range(0, written).Select(i => $"{i}"), lines.Take(written));
        }
    }

    [Fact]
    public void ChangedRecord_IsFound()
    {
        AuditLog log = Open(Boot1);
        log.Append("a");
        log.Append("b");
        log.Append("c");
        long slot = StatePartition.LogRingOffset + (2 * AuditEntry.Bytes);
        byte[] record = new byte[AuditEntry.Bytes];
        disk.ReadAt(slot, record);
        disk.WriteAt(slot, (AuditEntry.Decode(record)! with { Detail = "nothing to see" }).Encode());
        Assert.Equal(new AuditCheck(false, 1, 4, 4), Open(Boot1).Verify());
    }

    [Fact]
    public void RemovedRecord_IsFound()
    {
        AuditLog log = Open(Boot1);
        log.Append("a");
        log.Append("b");
        disk.Damage(StatePartition.LogRingOffset + AuditEntry.Bytes);
        Assert.Equal(new AuditCheck(false, 1, 3, 2), Open(Boot1).Verify());
    }

    [Fact]
    public void I13_LostRing_TakesNothingUntilANewChainSaysSo()
    {
        Open(Boot1).Append("a");
        disk.WriteAt(StatePartition.LogRingOffset, new byte[4096]);
        AuditLog log = Open(Boot2);
        Assert.True(log.Broken);
        Assert.Equal(Refusal.AuditLog, Assert.Throws<RefusedException>(() => log.Append("b")).Code);
        Assert.False(log.Verify().Whole);
        log.StartNewChain("ring lost");
        log.Append("c");
        Assert.Equal(["log-new-chain", "c"], AuditLog.Read(disk).Select(e => e.Event));
        Assert.True(Open(Boot2).Verify().Whole);
    }

    [Fact]
    public void I13_DeadMedium_IsRefused_AndANewChainContinuesTheNumbers()
    {
        AuditLog log = Open(Boot1);
        log.Append("a");
        disk.Dead = true;
        Assert.Equal(Refusal.AuditLog, Assert.Throws<RefusedException>(() => log.Append("b")).Code);
        Assert.True(Open(Boot1).Broken);
        Assert.Equal(Refusal.AuditLog, Assert.Throws<RefusedException>(() => log.StartNewChain("medium")).Code);
        Assert.True(log.Broken);
        disk.Dead = false;
        Assert.Equal(Refusal.AuditLog, Assert.Throws<RefusedException>(() => log.Append("b")).Code);
        log.StartNewChain("medium");
        log.Append("c");
        Assert.Equal([1L, 2L, 3L, 4L], AuditLog.Read(disk).Select(e => e.Sequence));
        Assert.Equal(new AuditCheck(true, 3, 4, 0), log.Verify());
    }

    [Fact]
    public void Flood_IsCounted_AndTheCountStandsBeforeTheNextLine()
    {
        AuditLog log = Open(Boot1);
        for (int i = 0; i < 100; i++)
        {
            log.AppendRefusal("refused", Refusal.DeviceNotAllowed, "1-1", "class 3");
            log.AppendRefusal("refused", Refusal.DeviceNotAllowed, "1-2", "class 3");
        }

        log.AppendRefusal("refused", Refusal.DeviceComposite, "1-1", "class 3");
        Assert.Equal(
            [("1-1", "DeviceNotAllowed", 0), ("1-2", "DeviceNotAllowed", 0), ("1-1", "DeviceNotAllowed", 99), ("1-1", "DeviceComposite", 0)],
            AuditLog.Read(disk).Skip(1).Select(e => (e.Port, e.Code, e.Repeats)));
    }

    [Fact]
    public void Flood_AMinuteLaterItIsANewLine()
    {
        AuditLog log = Open(Boot1);
        log.AppendRefusal("refused", Refusal.DeviceNotAllowed, "1-1", "x");
        clock.UptimeMs += 59_999;
        log.AppendRefusal("refused", Refusal.DeviceNotAllowed, "1-1", "x");
        log.WriteCounts(all: false);
        Assert.Equal(2, log.LastSequence);
        clock.UptimeMs += 1;
        log.WriteCounts(all: false);
        Assert.Equal(1, AuditLog.Read(disk)[^1].Repeats);
        log.AppendRefusal("refused", Refusal.DeviceNotAllowed, "1-1", "x");
        Assert.Equal(0, AuditLog.Read(disk)[^1].Repeats);
        Assert.Equal(4, log.LastSequence);
    }

    [Fact]
    public void AnchorBehindTheNewestRecord_IsNoWholeChain()
    {
        AuditLog log = Open(Boot1);
        log.Append("one");
        AuditHead head = AuditHead.Read(disk)!;
        (head with { First = 100 }).Write(disk);
        Assert.False(Open(Boot1).Verify().Whole);
    }

    private AuditLog Open(Guid boot) => AuditLog.Open(disk, boot, clock);
}
