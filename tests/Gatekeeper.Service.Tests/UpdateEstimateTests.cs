using Gatekeeper.Release;

namespace Gatekeeper.Service.Tests;

public class UpdateEstimateTests
{
    private static readonly PacePolicy Pace = new() { InstallMbPerSecond = 10, RestartSeconds = 30 };

    [Theory]
    [InlineData(100_000_000, 50e6, 2 + 10 + 30)]
    [InlineData(100_000_000, 1e6, 100 + 10 + 30)]
    [InlineData(1, 1e12, 31)]
    public void Seconds_AreTheStickAndTheDeviceAndTheRestart(long bytes, double stick, int expected) =>
        Assert.Equal(expected, UpdateEstimate.Seconds(Pace, bytes, stick));

    [Fact]
    public void Seconds_NeverOverflow() => Assert.Equal(int.MaxValue, UpdateEstimate.Seconds(Pace, long.MaxValue, 1e-3));

    [Theory]
    [InlineData(1)]
    [InlineData(1 << 20)]
    [InlineData((1 << 20) + 1)]
    [InlineData(40 << 20)]
    public void Measuring_ReadsInsideTheFile_AndNotAllOfALargeOne(int length)
    {
        Source source = new(length);
        Assert.InRange(UpdateEstimate.Seconds(Pace, source)!.Value, 31, 60);
        Assert.InRange(source.Read, 1, 17L << 20);
        Assert.True(source.Inside);
    }

    [Fact]
    public void WithoutAPace_NothingIsReadAndNothingPromised()
    {
        Source source = new(1 << 20);
        Assert.Null(UpdateEstimate.Seconds(null, source));
        Assert.Equal(0, source.Read);
    }

    [Fact]
    public void AStickThatFails_IsLeftToWhatReadsItNext() => Assert.Null(UpdateEstimate.Seconds(Pace, new Source(1 << 20, fails: true)));

    private sealed class Source(long length, bool fails = false) : IReleaseSource
    {
        public long Length => length;

        public long Read { get; private set; }

        public bool Inside { get; private set; } = true;

        public void ReadAt(long offset, Span<byte> buffer)
        {
            if (fails)
            {
                throw new RefusedException(Refusal.PulledTooEarly, "pulled");
            }

            Inside &= offset >= 0 && offset + buffer.Length <= length;
            Read += buffer.Length;
        }
    }
}
