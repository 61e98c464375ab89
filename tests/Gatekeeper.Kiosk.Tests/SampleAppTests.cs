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
        Thread.Sleep(1100);
        Assert.Equal(LeaseWant.Take, lease.Due(patient: true, started: true));
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
