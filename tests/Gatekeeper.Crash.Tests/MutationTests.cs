using System.Text;
using Gatekeeper.Crash.Tests.Scenarios;

namespace Gatekeeper.Crash.Tests;

/// <summary>
/// The enumeration finds each fsync, flush, variable and order that somebody might drop: for every one a variant of the operations without it,
/// and a crash state in which a rule breaks. What no state can tell is listed with its reason, and nothing else may be.
/// </summary>
public sealed class MutationTests
{
    [Fact]
    public void I07_EveryFlushAndEveryOrder_IsMissedByACrashState()
    {
        var found = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var missed = new SortedSet<string>(StringComparer.Ordinal);
        foreach (Scenario scenario in Catalogue.ForMutation)
        {
            Recording recording = Recording.Of(scenario);
            foreach (Mutant mutant in Mutant.Of(recording).DistinctBy(m => m.What).Where(m => !found.ContainsKey(m.What)))
            {
                if (Enumerate.FirstViolation(recording, mutant.Ops) is { } rule)
                {
                    found.TryAdd(mutant.What, rule);
                }
                else
                {
                    missed.Add(mutant.What);
                }
            }
        }

        missed.ExceptWith(found.Keys);
        Report.Write("crash-mutants", Table(found, missed));
        Assert.Equal(Superfluous.Reasons.Keys.Order(StringComparer.Ordinal), missed);
    }

    private static string Table(SortedDictionary<string, string> found, SortedSet<string> missed)
    {
        var text = new StringBuilder("| what was lost | what breaks then |\n|---|---|\n");
        foreach ((string what, string rule) in found)
        {
            text.Append($"| {what} | {rule} |\n");
        }

        text.Append("\n| no crash state tells | why |\n|---|---|\n");
        foreach (string what in missed)
        {
            text.Append($"| {what} | {Superfluous.Reasons.GetValueOrDefault(what, "**not explained**")} |\n");
        }

        return text.ToString();
    }
}
