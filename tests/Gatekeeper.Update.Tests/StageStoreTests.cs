using Gatekeeper.Release;
using Gatekeeper.Update.Tests.Model;

namespace Gatekeeper.Update.Tests;

public sealed class StageStoreTests
{
    private readonly TestRelease release = new(new ReleaseVersion(2, 0, 0));
    private readonly MemoryStage area = new();
    private readonly TestLease lease = new();
    private readonly StageStore stage;

    public StageStoreTests() => stage = new StageStore(area, lease);

    [Fact]
    public void Copy_IsTheFile_ReadOnce()
    {
        var steps = new List<long>();
        stage.Copy(release.Verified, release, (done, total) =>
        {
            Assert.Equal(release.Length, total);
            steps.Add(done);
        });
        Assert.Equal(release.File.ToArray(), area.Whole);
        Assert.Equal(release.Length, release.Reads.Sum(r => (long)r.Length));
        Assert.Equal(release.Length, steps[^1]);
        using IStageSource source = stage.Open()!;
        Assert.Equal(release.Length, source.Length);
    }

    [Fact]
    public void I04_DamagedChunk_IsRefused_AndNoStageIsWhole()
    {
        release.WrongAt = release.Verified.Payloads[0].FileOffset + TestRelease.ChunkSize + 1;
        Assert.Equal(Refusal.FileDamaged, Assert.Throws<RefusedException>(() => stage.Copy(release.Verified, release)).Code);
        Assert.Null(stage.Open());
        Assert.True(area.Closed);
    }

    [Fact]
    public void Stop_LeavesNoWholeStage()
    {
        using var stop = new CancellationTokenSource();
        Assert.Throws<OperationCanceledException>(() => stage.Copy(release.Verified, release, (_, _) => stop.Cancel(), stop: stop.Token));
        Assert.Null(stage.Open());
        Assert.True(area.Closed);
    }

    [Fact]
    public void I15_InUse_NothingIsStaged()
    {
        lease.Now = true;
        Assert.Equal(Refusal.InUse, Assert.Throws<RefusedException>(() => stage.Copy(release.Verified, release)).Code);
        Assert.Equal(0, area.Created);
        lease.Now = false;
        lease.After = 5;
        Assert.Equal(Refusal.InUse, Assert.Throws<RefusedException>(() => stage.Copy(release.Verified, release)).Code);
        Assert.Null(stage.Open());
    }

    [Fact]
    public void I15_InUseAgainAndAgain_GoesOnWhereItWas_AndReadsEachByteOnce()
    {
        int pauses = 0;
        for (int after = 2; after < 8; after++)
        {
            release.Reads.Clear();
            lease.InUseAt(after);
            stage.Copy(release.Verified, release, pause: () =>
            {
                pauses++;
                lease.InUseAt(after);
            });
            Assert.Equal(release.File.ToArray(), area.Whole);
            Assert.Equal(release.Length, release.Reads.Sum(r => (long)r.Length));
        }

        Assert.InRange(pauses, 10, 1000);
    }

    [Fact]
    public void I15_WhilePaused_NothingIsWritten()
    {
        int writes = 0;
        lease.InUseAt(3);
        stage.Copy(release.Verified, release, pause: () =>
        {
            writes = area.Writes;
            Assert.Equal(1, writes); // two looks were free: the one before the file was made, the one before its first piece
            lease.After = 0;
        });
        Assert.InRange(area.Writes, writes + 1, int.MaxValue);
    }

    [Fact]
    public void FullDisk_IsRefused()
    {
        area.Free = release.Length - 1;
        Assert.False(stage.HasRoom(release.Verified));
        area.Free++;
        Assert.True(stage.HasRoom(release.Verified));
        area.Fails = true;
        Assert.Equal(Refusal.StageMedium, Assert.Throws<RefusedException>(() => stage.Copy(release.Verified, release)).Code);
    }
}
