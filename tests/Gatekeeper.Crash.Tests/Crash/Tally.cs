using System.Globalization;

namespace Gatekeeper.Crash.Tests;

/// <summary>What became of the states of one scenario.</summary>
internal sealed class Tally(string scenario)
{
    public string Scenario { get; } = scenario;

    public int Operations { get; set; }

    /// <summary>Ways in which a cut left the media.</summary>
    public long Tried { get; set; }

    /// <summary>Of these, unlike each other in a bit on a medium or in what was acknowledged.</summary>
    public long Unlike { get; set; }

    /// <summary>Starts of the machine in unlike states, three of each that is started: both sets readable, a refused, b refused.</summary>
    public long Starts { get; set; }

    /// <summary>Starts that were followed by an install.</summary>
    public long Installs { get; set; }

    public long Old { get; set; }

    public long New { get; set; }

    /// <summary>None of ours: only with a set refused whose fellow is not good, or before the device has its boot entries.</summary>
    public long None { get; set; }

    public static string Table(IEnumerable<Tally> tallies)
    {
        List<Tally> all = [.. tallies];
        var sum = new Tally("all");
        foreach (Tally tally in all)
        {
            sum.Operations += tally.Operations;
            sum.Tried += tally.Tried;
            sum.Unlike += tally.Unlike;
            sum.Starts += tally.Starts;
            sum.Installs += tally.Installs;
            sum.Old += tally.Old;
            sum.New += tally.New;
            sum.None += tally.None;
        }

        IEnumerable<string> rows = all.Append(sum).Select(t => string.Create(
            CultureInfo.InvariantCulture, $"| {t.Scenario} | {t.Operations} | {t.Tried} | {t.Unlike} | {t.Starts} | {t.Old} | {t.New} | {t.None} | {t.Installs} | 0 |"));
        return string.Join('\n', [
            "| what was cut | operations | crash states | unlike each other | starts | old | new | none of ours | followed by an install | outside I07 |",
            "|---|---|---|---|---|---|---|---|---|---|",
            .. rows,
            string.Empty]);
    }
}
