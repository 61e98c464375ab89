using Gatekeeper.Linux.Screen;
using Gatekeeper.SampleApp;
using Gatekeeper.Update.Status;

namespace Gatekeeper.Kiosk.Tests;

public sealed class SampleAppTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("gk-app-").FullName;

    [Fact]
    public void Lease_IsTakenAtStartAndGivenAfterTheSelfCheck()
    {
        Lease lease = new();
        Assert.Equal(LeaseWant.Take, lease.Due(patient: false, started: false));
        Assert.Null(lease.Due(patient: false, started: false));
        lease.Answered(held: true);
        Assert.Null(lease.Due(patient: false, started: false));
        Assert.Equal(LeaseWant.Give, lease.Due(patient: false, started: true));
        lease.Answered(held: false);
        Assert.Null(lease.Due(patient: false, started: true));
    }

    [Fact]
    public void Lease_FollowsThePatient()
    {
        Lease lease = Idle();
        Assert.Equal(LeaseWant.Take, lease.Due(patient: true, started: true)); // at once, also right after it was given
        lease.Answered(held: true);
        Assert.Null(lease.Due(patient: true, started: true));
        Assert.Equal(LeaseWant.Give, lease.Due(patient: false, started: true));
    }

    [Fact]
    public void RefusedLease_IsAskedForAgain_ButNotAtOnce()
    {
        Lease lease = new();
        Assert.Equal(LeaseWant.Take, lease.Due(patient: false, started: true));
        lease.Answered(held: false);
        Assert.Null(lease.Due(patient: false, started: true));
        Thread.Sleep(1100);
        Assert.Equal(LeaseWant.Take, lease.Due(patient: false, started: true));
    }

    [Fact]
    public void Pulse_CountsEachRound_AndStartsAnewWhenAsked()
    {
        Pulse pulse = new();
        pulse.Start();
        Thread.Sleep(500);
        Assert.Matches("^rounds [0-9]+ worst_us [0-9]+ p999_us [0-9]+ p50_us [0-9]+$", pulse.Take());
        Assert.InRange(Rounds(pulse.Take()), 0, 20);
        static int Rounds(string line) => int.Parse(line.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture);
    }

    [Theory]
    [InlineData(0.5, 100)]
    [InlineData(0.9, 200)]
    [InlineData(0.999, 500)]
    [InlineData(1.0, 500)]
    public void Percentile_IsTheEndOfItsBucket(double part, long microseconds) => Assert.Equal(microseconds, Pulse.Percentile([80, 19, 0, 0, 1], 100, part));

    [Fact]
    public void Percentile_OfNothing_IsZero() => Assert.Equal(0, Pulse.Percentile([0, 0], 0, 0.999));

    [Fact]
    public void LeaseTimes_SayWhatDidNotHappen()
    {
        LeaseTimes times = new();
        times.ScreenBack();
        Assert.Equal("asked_at_ms 0 answer_ms - screen_ms -", times.ToString());
        times.Asked();
        times.ScreenBack(); // a picture drawn before the answer is not the screen given back
        times.Answered();
        Assert.Matches("^asked_at_ms [0-9]+ answer_ms [0-9.]+ screen_ms -$", times.ToString());
        times.ScreenBack();
        Assert.Matches("^asked_at_ms [0-9]+ answer_ms [0-9.]+ screen_ms [0-9.]+$", times.ToString());
    }

    [Fact]
    public void NewConnection_TakesTheLeaseAgain()
    {
        Lease lease = Idle();
        lease.Reset();
        Assert.Equal(LeaseWant.Take, lease.Due(patient: false, started: true));
    }

    [Theory]
    [InlineData(true, false, true, true)]
    [InlineData(true, true, true, false)]
    [InlineData(false, false, true, false)]
    [InlineData(true, false, false, false)]
    public void Health_IsSaidOnceWhenTheCheckIsOver(bool version, bool unhealthy, bool screenWorks, bool expected)
    {
        if (version)
        {
            File.WriteAllText(Path.Combine(_folder, "version"), "2.0.0\n");
        }

        if (unhealthy)
        {
            File.WriteAllText(Path.Combine(_folder, "unhealthy"), "");
        }

        SelfCheck check = new(_folder);
        Assert.Equal(version ? "2.0.0" : null, check.Version);
        Assert.Null(check.Due(screenWorks));
        SpinWait.SpinUntil(() => check.Finished, TimeSpan.FromSeconds(10));
        Assert.Equal(expected, check.Due(screenWorks));
        Assert.Null(check.Due(screenWorks));
        check.Reset();
        Assert.Equal(expected, check.Due(screenWorks));
    }

    [Fact]
    public void SteadyFile_FreezesTheNumber()
    {
        string file = Path.Combine(_folder, "steady");
        Counter counter = new(steady: false, file);
        Assert.Equal(0, counter.Value());
        File.WriteAllText(file, "");
        Assert.True(SpinWait.SpinUntil(() => counter.Value() == 8888, TimeSpan.FromSeconds(5)));
        File.Delete(file);
        Assert.True(SpinWait.SpinUntil(() => counter.Value() != 8888, TimeSpan.FromSeconds(5)));
        Assert.Equal(8888, new Counter(steady: true, file).Value());
    }

    [Fact]
    public void Picture_IsTheSameForTheSameNumber_AndNotForAnother()
    {
        foreach ((int width, int height) in Pages.Screens)
        {
            Assert.Equal(Painted(width, height, 1234), Painted(width, height, 1234));
            Assert.NotEqual(Painted(width, height, 1234), Painted(width, height, 1235));
        }
    }

    [Theory]
    [InlineData("--steady", true)]
    [InlineData("--card", false)]
    [InlineData("--help", false)]
    public void Options_AreReadOrRefused(string argument, bool good) => Assert.Equal(good, Options.Parse([argument]) is not null);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static Lease Idle()
    {
        Lease lease = new();
        lease.Due(patient: false, started: true);
        lease.Answered(held: true);
        lease.Due(patient: false, started: true);
        lease.Answered(held: false);
        return lease;
    }

    private static byte[] Painted(int width, int height, int number)
    {
        using Picture picture = new(width, height);
        using AppScreen screen = new("/dev/dri/none", "2.0.0");
        screen.Paint(picture, number, "Ready");
        Png.Write(picture, Path.Combine(AppContext.BaseDirectory, "pages", $"{width}x{height}", "sample-app.png"));
        byte[] bytes = new byte[width * height * 4];
        for (int y = 0; y < height; y++)
        {
            picture.Row(y).CopyTo(bytes.AsSpan(y * width * 4));
        }

        return bytes;
    }
}
