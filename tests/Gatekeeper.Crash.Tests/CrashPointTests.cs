using Gatekeeper.Crash.Tests.Scenarios;

namespace Gatekeeper.Crash.Tests;

/// <summary>
/// Every crash point of everything that writes, enumerated (I07, DESIGN §9): cut after each operation, with every choice of what was not flushed
/// (seeded where there are too many), with torn and unreadable sectors; each state is started with both sets readable and with either refused.
/// </summary>
public sealed class CrashPointTests
{
    public static TheoryData<string> Names => [.. Catalogue.All.Select(s => s.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void I07_CutAnywhere_OldOrNewOrNone_AndTheNextInstallSucceeds(string scenario)
    {
        Tally tally = Enumerate.Run(Catalogue.Of(scenario), Thoroughness.Default);
        Report.Add("crash-states", tally);
    }

    /// <summary>The same with so many choices that there are more than a million states in all.</summary>
    [Fact]
    [Trait("long", "true")]
    public void I07_AMillionCrashStates_NotOneOutside()
    {
        long tried = 0;
        foreach (Scenario scenario in Catalogue.All)
        {
            Tally tally = Enumerate.Run(scenario, Thoroughness.Long);
            Report.Add("crash-million", tally);
            tried += tally.Tried;
        }

        Assert.InRange(tried, 1_000_000, long.MaxValue);
    }
}
