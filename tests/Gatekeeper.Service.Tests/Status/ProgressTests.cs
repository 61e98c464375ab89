using Gatekeeper.Release;
using Gatekeeper.Service.Tests.Papers;
using Gatekeeper.Update.Status;
using Gatekeeper.Vectors;

namespace Gatekeeper.Service.Tests.Status;

/// <summary>What is told of a copy that goes on where an earlier one was interrupted.</summary>
public sealed class ProgressTests : IDisposable
{
    private static readonly VerifiedRelease Release = Judged();
    private readonly TellerBench bench = new();

    public void Dispose() => bench.Dispose();

    [Fact]
    public void WorkThatWasDoneBefore_SaysNothingAboutHowLongTheRestTakes()
    {
        Tell(0);
        Tell(50);
        bench.Teller.WorkBeginsAt(50);
        Tell(54);
        Assert.Equal((54, (int?)null), (bench.Status.Status.PhasePercent!.Value, bench.Status.Status.SecondsLeft));
        Tell(56);
        Assert.NotNull(bench.Status.Status.SecondsLeft);
    }

    [Fact]
    public void NextPhase_BeginsAtNothing()
    {
        Tell(0);
        bench.Teller.WorkBeginsAt(90);
        bench.Teller.Progress(StatusState.Installing, Release, 6, canPull: true);
        Assert.NotNull(bench.Status.Status.SecondsLeft);
    }

    [Fact]
    public void FallBack_IsToldBesideWhateverGoesOn()
    {
        Tell(40);
        bench.Teller.FallBack(false);
        Assert.Equal((StatusState.Copying, (bool?)false), (bench.Status.Status.State, bench.Status.Status.FallBackWhole));
        bench.Teller.Idle();
        Assert.False(bench.Status.Status.FallBackWhole);
    }

    private void Tell(int percent) => bench.Teller.Progress(StatusState.Copying, Release, percent, canPull: false);

    private static VerifiedRelease Judged()
    {
        Forge forge = VectorSet.NewForge();
        forge.Roots[0].Permit = ["permit-1", "permit-2", "permit-3"];
        forge.Version = DeskBench.Version("2.0.0");
        return new DeskBench().WithFacts().Judge(("a.gku", forge.Build())).Offer!.Release;
    }
}
