using Gatekeeper.Release;
using Gatekeeper.Update.Tests.Model;

namespace Gatekeeper.Update.Tests;

/// <summary>A stick that is pulled in the middle of the copy, and what the next one has to give.</summary>
public sealed class StageResumeTests
{
    private readonly TestRelease release = new(new ReleaseVersion(2, 0, 0));
    private readonly MemoryStage area = new();
    private readonly TestLease lease = new();
    private readonly StageStore stage;

    public StageResumeTests() => stage = new StageStore(area, lease);

    private static long StoredBytes(TestRelease release) => release.Verified.Payloads.Sum(p => p.StoredLength);

    private static HashSet<long> Places(TestRelease release) =>
        [.. from p in release.Verified.Payloads from c in p.Chunks where c.StoredLength > 0 select p.FileOffset + c.StoredOffset];

    private static int StoredChunks(TestRelease release) => release.Verified.Payloads.Sum(p => p.Chunks.Count(c => c.StoredLength > 0));

    [Fact]
    public void PulledAtEveryChunk_TheNextStickGivesTheRest_AndNoChunkTwice()
    {
        for (int chunks = 1; chunks <= StoredChunks(release); chunks++)
        {
            area.Discard();
            long before = PullAfter(release, chunks);
            long resumed = -1;
            var progress = new List<long>();
            Resume(release, progress, bytes => resumed = bytes);

            Assert.Equal(before, resumed);
            Assert.Equal(release.Length - before, release.Reads.Sum(r => (long)r.Length));
            Assert.Equal(progress.Order(), progress);
            Assert.Equal(release.Length, progress[^1]);
            Assert.Equal(release.File.ToArray(), area.Whole);
        }

        Assert.Equal(StoredChunks(release), area.Created);
    }

    [Fact]
    public void PulledAgainAndAgain_NothingIsLost()
    {
        int pulls = 0;
        for (int chunk = 1; chunk < StoredChunks(release); chunk++)
        {
            PullAfter(release, 1, goOn: true);
            pulls++;
            Assert.Single(release.Reads, r => Places(release).Contains(r.Offset));
        }

        Resume(release);
        Assert.Equal(release.File.ToArray(), area.Whole);
        Assert.Equal(1, area.Created);
        Assert.True(pulls > 5);
    }

    [Fact]
    public void I07_PowerCutInEveryWrite_IsResumedOrBegunAnew_AndNeverBelieved()
    {
        for (int cut = 1; ; cut++)
        {
            area.Discard();
            area.Line.Reset(cut);
            try
            {
                stage.Copy(release.Verified, release);
                Assert.InRange(cut, 10, 1000);
                return;
            }
            catch (PowerCutException)
            {
                Assert.Null(stage.Open());
            }

            area.Line.Reset(0);
            Resume(release);
            Assert.Equal(release.File.ToArray(), area.Whole);
        }
    }

    [Fact]
    public void I04_EveryByteOfWhatWasLeft_IsHashedAgain_AndAWrongChunkIsCopiedAgain()
    {
        foreach (VerifiedPayload payload in release.Verified.Payloads)
        {
            foreach (ChunkEntry chunk in payload.Chunks.Where(c => c.StoredLength > 0))
            {
                area.Discard();
                PullAfter(release, StoredChunks(release));
                area.Left![payload.FileOffset + chunk.StoredOffset + chunk.StoredLength - 1] ^= 1;
                long resumed = 0;
                Resume(release, resumed: bytes => resumed = bytes);
                Assert.Equal(StoredBytes(release) - chunk.StoredLength, resumed);
                Assert.Single(release.Reads, r => r.Offset == payload.FileOffset + chunk.StoredOffset);
                Assert.Equal(release.File.ToArray(), area.Whole);
            }
        }
    }

    [Fact]
    public void MediumThatDoesNotReadAChunk_GetsItAgain()
    {
        PullAfter(release, StoredChunks(release));
        area.UnreadableAt = release.Verified.Payloads[0].FileOffset;
        Resume(release);
        Assert.Equal(release.File.ToArray(), area.Whole);
    }

    [Fact]
    public void FileThatIsAllZeros_AsAfterAPowerCut_KeepsNothing()
    {
        PullAfter(release, 3);
        area.Left.AsSpan().Clear();
        Resume(release, resumed: _ => Assert.Fail("nothing was left"));
        Assert.Equal(release.File.ToArray(), area.Whole);
    }

    [Fact]
    public void OtherRelease_DiscardsIt()
    {
        var other = new TestRelease(new ReleaseVersion(3, 0, 0));
        PullAfter(release, 4);
        Resume(other, resumed: _ => Assert.Fail("another release"));
        Assert.Equal(other.File.ToArray(), area.Whole);
        Assert.Equal(2, area.Created);
        Assert.Equal(other.Length, other.Reads.Sum(r => (long)r.Length));
    }

    [Theory]
    [InlineData(700)] // a shorter file of the same release on the second stick
    [InlineData(-700)] // a longer one
    public void SameReleaseWithOtherMetadata_LiesElsewhereInItsFile_AndLosesNoChunk(int difference)
    {
        TestRelease longer = new(new ReleaseVersion(2, 0, 0), padding: Math.Abs(difference));
        (TestRelease first, TestRelease second) = difference > 0 ? (longer, release) : (release, longer);
        Assert.Equal(first.Verified.Digest, second.Verified.Digest);
        Assert.NotEqual(first.Length, second.Length);

        int chunks = StoredChunks(first) - 2;
        long before = PullAfter(first, chunks);
        long resumed = 0;
        Resume(second, resumed: bytes => resumed = bytes);
        Assert.Equal(before, resumed);
        Assert.Equal(second.Length - before, second.Reads.Sum(r => (long)r.Length));
        Assert.Equal(second.File.ToArray(), area.Whole);
    }

    [Fact]
    public void I15_ComesIntoUseWhileItLooks_NothingIsRead_AndItGoesOn()
    {
        PullAfter(release, 5);
        release.Reads.Clear();
        int pauses = 0;
        lease.InUseAt(3);
        stage.Copy(release.Verified, release, pause: () =>
        {
            pauses++;
            Assert.Empty(release.Reads);
            lease.After = 0;
        });
        Assert.Equal(1, pauses);
        Assert.Equal(release.File.ToArray(), area.Whole);
    }

    [Fact]
    public void DiscardUnfinished_LeavesNothing()
    {
        PullAfter(release, 2);
        Assert.True(stage.DiscardUnfinished());
        Assert.False(stage.DiscardUnfinished());
        Resume(release, resumed: _ => Assert.Fail("nothing was left"));
    }

    // The stick goes when this many of the chunks it was asked for were copied. Answers their bytes.
    private long PullAfter(TestRelease from, int chunks, bool goOn = false)
    {
        from.Reads.Clear();
        long bytes = 0;
        long kept = 0;
        HashSet<long> places = Places(from);
        Assert.Throws<OperationCanceledException>(() =>
        {
            using var stop = new CancellationTokenSource();
            int copied = 0;
            long last = 0;
            stage.Copy(
                from.Verified,
                from,
                (done, _) =>
                {
                    long step = done - last;
                    last = done;
                    if (from.Reads is not [.., var read] || !places.Contains(read.Offset))
                    {
                        return;
                    }

                    bytes += step;
                    if (++copied == chunks)
                    {
                        stop.Cancel();
                    }
                },
                resumed: left => kept = left,
                stop: stop.Token);
        });
        Assert.True(goOn || kept == 0);
        Assert.Null(stage.Open());
        Assert.True(area.Closed);
        return bytes + kept;
    }

    private void Resume(TestRelease from, List<long>? progress = null, Action<long>? resumed = null)
    {
        from.Reads.Clear();
        stage.Copy(from.Verified, from, (done, _) => progress?.Add(done), resumed: resumed);
    }
}
