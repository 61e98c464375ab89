using Gatekeeper.Release;
using Gatekeeper.Update.Tests.Model;

namespace Gatekeeper.Update.Tests;

/// <summary>The periodic check of the set that does not run, with a clock of the test's own.</summary>
public sealed class FallBackCheckTests
{
    private const long First = Limits.FallBackFirstMinutes * 60_000L;
    private const long Interval = Limits.FallBackHours * 3_600_000L;
    private const long PieceMs = Limits.LeaseReadBytes * 1000L / Limits.FallBackBytesPerSecond;
    private const int Pieces = 4 + 6; // chunks of the two parts

    private readonly TestRelease four = new(new ReleaseVersion(4, 0, 0));
    private readonly Machine machine;
    private readonly Device device;
    private readonly Clock clock = new();
    private readonly List<bool?> told = [];
    private readonly FallBackCheck check;
    private int reads;
    private long readMs;

    public FallBackCheckTests()
    {
        var two = new TestRelease(new ReleaseVersion(2, 0, 0));
        var three = new TestRelease(new ReleaseVersion(3, 0, 0));
        machine = Machine.Factory(new TestRelease(new ReleaseVersion(1, 0, 0)), two, three);
        machine.Keep(two);
        machine.Keep(three); // runs from a, falls back to version 2 in b
        device = machine.Start();
        check = Check(machine, device);
    }

    [Fact]
    public void NothingIsRead_ForSomeMinutes_ThenEverySoManyHours()
    {
        clock.At(First - 1, () =>
        {
            Assert.Null(check.Verdict);
            Assert.Equal(0, reads);
        });
        clock.At(First + 3_600_000, () =>
        {
            Assert.True(check.Verdict!.Value.Whole);
            Assert.InRange(check.Verdict!.Value.AgeMs, 3_500_000, 3_600_000);
            Assert.Equal(Pieces, reads);
        });
        clock.At(First + Interval + 3_600_000, () => Assert.InRange(check.Verdict!.Value.AgeMs, 3_400_000, 3_600_000));
        Run(check, First + Interval + 3_700_000);
        Assert.Equal(2 * Pieces, reads);
        Assert.Equal([true], told);
        Assert.Empty(Lines());
    }

    [Fact]
    public void I13_DamageIsOnRecordOnce_BeforeItIsTold_AndSoIsItsRepair()
    {
        void Damage() => machine.Part(SlotSet.B, SlotPart.System).Damage(TestRelease.SystemBytes - 1);
        clock.At(First + 60_000, Damage);
        clock.At(First + (3 * Interval), () =>
        {
            Assert.False(check.Verdict!.Value.Whole);
            Assert.Equal(["version 2.0.0 does not hold what was written"], Lines());
            Damage();
        });
        Run(check, First + (5 * Interval));
        Assert.Equal([true, false, true], told);
        Assert.Equal(["version 2.0.0 does not hold what was written", "version 2.0.0 is whole again"], Lines());
    }

    [Fact]
    public void I13_WhatCannotBePutOnRecord_IsNotTold()
    {
        machine.Part(SlotSet.B, SlotPart.System).Damage(0);
        machine.State.Dead = true;
        Run(check, First + (2 * Interval) + 60_000);
        Assert.Null(check.Verdict);
        Assert.Empty(told);
        Assert.Equal(3 * Pieces, reads);
    }

    [Fact]
    public void MediumThatCannotBeRead_IsDamage()
    {
        machine.Part(SlotSet.B, SlotPart.Efi).Dead = true;
        Run(check, First + 60_000);
        Assert.False(check.Verdict!.Value.Whole);
        Assert.Equal([false], told);
    }

    [Fact]
    public void I15_InUse_ItGoesOn_AndOnlyReads()
    {
        int writes = machine.Parts.Sum(p => p.Writes);
        device.Lease.Now = true;
        Run(check, First + 60_000);
        Assert.True(check.Verdict!.Value.Whole);
        Assert.Equal(writes, machine.Parts.Sum(p => p.Writes));
    }

    [Theory]
    [InlineData(0, PieceMs)]
    [InlineData(1000, 1000 * Limits.FallBackRestShare)] // a slow medium is left alone for longer
    public void I15_BetweenTwoPieces_TheMediumIsLeftToOthers(long milliseconds, long rest)
    {
        readMs = milliseconds;
        Run(check, First + 60_000);
        Assert.True(check.Verdict!.Value.Whole);
        Assert.Equal(Pieces - 1, clock.Waits.Count(w => w == rest));
    }

    [Fact]
    public void WorkerHasWork_ItStandsStillAtOnce_AndGoesOnWhereItWas()
    {
        using var begun = new ManualResetEventSlim();
        using var done = new ManualResetEventSlim();
        var worker = new Thread(() => check.StandStill(() =>
        {
            begun.Set();
            done.Wait();
        }));
        int before = 0;
        clock.At(First + (3 * PieceMs), () =>
        {
            worker.Start();
            begun.Wait();
            before = reads;
        });
        clock.At(First + 60_000, () =>
        {
            Assert.Equal(before, reads);
            done.Set();
            worker.Join();
        });
        Run(check, First + 120_000);
        Assert.InRange(before, 2, Pieces - 2);
        Assert.True(check.Verdict!.Value.Whole);
        Assert.Equal(Pieces, reads);
    }

    [Fact]
    public void InstallInTheMiddle_AHalfWrittenSetIsNoFinding()
    {
        clock.At(First + (3 * PieceMs), () => check.StandStill(() => device.Installer.Install(four.Verified, four)));
        Run(check, First + Interval + 60_000);
        Assert.Empty(Lines());
        Assert.Equal([true], told); // of version 4, in a check of its own
        Assert.True(check.Verdict!.Value.Whole);
    }

    [Fact]
    public void SetThatIsBeingWritten_IsNotKnown_WhateverItWasBefore()
    {
        clock.At(First + 60_000, () =>
        {
            device.Lease.InUseAt(12);
            check.StandStill(() => Assert.Equal(Refusal.InUse, Assert.Throws<RefusedException>(() => device.Installer.Install(four.Verified, four)).Code));
            Assert.Equal(SetState.Unbootable, device.Trust.Content.SetB!.State);
            Assert.Null(check.Verdict);
        });
        Run(check, First + (2 * Interval));
        Assert.Null(check.Verdict);
        Assert.Equal([true, null], told);
        Assert.Empty(Lines());
    }

    [Fact]
    public void VerdictOnARecordThatIsNoMore_DoesNotCount()
    {
        SetRecord old = device.Trust.Content.SetB!;
        device.Installer.Install(four.Verified, four);
        check.Found(old, whole: false);
        Assert.Null(check.Verdict);
        Assert.Empty(Lines());
        check.Found(device.Trust.Content.SetB!, whole: true);
        Assert.True(check.Verdict!.Value.Whole);
    }

    [Fact]
    public void FactoryDevice_WithoutAFallBack_NothingIsRead()
    {
        Machine fresh = Machine.Factory(new TestRelease(new ReleaseVersion(1, 0, 0)));
        FallBackCheck empty = Check(fresh, fresh.Start());
        Run(empty, First + (3 * Interval));
        Assert.Null(empty.Verdict);
        Assert.Empty(told);
        Assert.Equal(0, reads);
    }

    private FallBackCheck Check(Machine on, Device with)
    {
        var counted = new SlotDevices((set, part) => new Counted(on.Part(set, part), () =>
        {
            reads++;
            clock.NowMs += readMs;
        }));
        return new FallBackCheck(counted, with.Trust, with.Audit, with.Running, clock, whole =>
        {
            Assert.Equal(whole == false, Lines() is [.., var last] && last.Contains("does not hold", StringComparison.Ordinal));
            told.Add(whole);
        });
    }

    private void Run(FallBackCheck what, long end)
    {
        clock.At(end, () => throw new OperationCanceledException());
        Assert.Throws<OperationCanceledException>(what.Run);
    }

    private string[] Lines() => [.. AuditLog.Read(machine.State).Where(e => e.Event == "fall-back").Select(e => e.Detail)];

    /// <summary>Time passes only while somebody waits, and what is planned for a moment happens in it.</summary>
    private sealed class Clock : IFallBackClock
    {
        private readonly PriorityQueue<Action, long> plan = new();

        public long NowMs { get; set; }

        public List<long> Waits { get; } = [];

        public void At(long moment, Action action) => plan.Enqueue(action, moment);

        public void Wait(long milliseconds)
        {
            Waits.Add(milliseconds);
            long until = NowMs + milliseconds;
            while (plan.TryPeek(out _, out long moment) && moment <= until)
            {
                Action action = plan.Dequeue();
                NowMs = Math.Max(NowMs, moment);
                action();
            }

            NowMs = until;
        }
    }

    private sealed class Counted(VolatileDisk disk, Action read) : IBlockDevice
    {
        public long Length => disk.Length;

        public void ReadAt(long offset, Span<byte> buffer) => disk.ReadAt(offset, buffer);

        public void ReadDirectAt(long offset, Span<byte> buffer)
        {
            read();
            disk.ReadDirectAt(offset, buffer);
        }

        public void WriteAt(long offset, ReadOnlySpan<byte> data) => throw new InvalidOperationException("a check writes nothing");

        public void Flush() => throw new InvalidOperationException("a check writes nothing");
    }
}
