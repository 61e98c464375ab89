using System.Diagnostics;
using System.Text.RegularExpressions;
using Gatekeeper.Fuzz.Coverage;
using Gatekeeper.Release;

namespace Gatekeeper.Fuzz;

/// <summary>
/// Runs a target. Inputs that reach something not reached before join the corpus, so the damage works its way inwards. In an instrumented
/// process that is a block, a branch or an order of magnitude of its count; in any other one an outcome.
/// </summary>
public sealed partial class FuzzEngine
{
    private const int MaxKept = 4000;
    private const int Recent = 16;

    private readonly FuzzTarget target;
    private readonly int seed;
    private readonly Action<byte[]>? before;
    private readonly byte[] seen = new byte[CoverageMap.Size];
    private readonly Dictionary<string, int> outcomes = [];
    private long mostAllocated;
    private TimeSpan slowest;

    private FuzzEngine(FuzzTarget target, int seed, Action<byte[]>? before)
    {
        this.target = target;
        this.seed = seed;
        this.before = before;
    }

    /// <summary>The longest that one input may take.</summary>
    public static TimeSpan MaxTime { get; } = TimeSpan.FromSeconds(10);

    /// <summary>Runs the corpus as it is, then <paramref name="cases"/> damaged inputs, or until <paramref name="until"/> says stop.</summary>
    /// <param name="target">The target.</param>
    /// <param name="seed">The same seed and corpus give the same inputs.</param>
    /// <param name="cases">How many.</param>
    /// <param name="until">Asked after each.</param>
    /// <param name="more">Inputs kept by earlier runs.</param>
    /// <param name="before">Told each input before it is run.</param>
    /// <exception cref="FuzzFindingException">A parser threw what it may not, took too long or allocated too much.</exception>
    public static FuzzReport Run(FuzzTarget target, int seed, long cases, Func<bool>? until = null, IEnumerable<byte[]>? more = null, Action<byte[]>? before = null) =>
        new FuzzEngine(target, seed, before).Run(cases, until, more ?? []);

    /// <summary>The fewest of these inputs, small ones first, that reach what all of them reach.</summary>
    public static IReadOnlyList<byte[]> Minimize(FuzzTarget target, IEnumerable<byte[]> inputs)
    {
        var engine = new FuzzEngine(target, 0, null);
        return [.. inputs.DistinctBy(Convert.ToHexString).OrderBy(input => input.Length).Where(input => engine.One(0, input))];
    }

    private FuzzReport Run(long cases, Func<bool>? until, IEnumerable<byte[]> more)
    {
        List<byte[]> corpus = [.. target.Corpus()];
        if (corpus.Count == 0)
        {
            throw new InvalidOperationException($"{target.Name} has no corpus");
        }

        corpus.AddRange(more);
        for (int i = 0; i < corpus.Count; i++)
        {
            _ = One(i - corpus.Count, corpus[i]);
        }

        var mutator = new Mutator(target.Words);
        int kept = 0;
        long done = 0;
        for (; done < cases && until?.Invoke() != true; done++)
        {
            var random = new Random(unchecked((int)((seed * 1_000_003L) + done)));
            int from = random.Next(3) == 0 ? Math.Max(0, corpus.Count - Recent) : 0;
            byte[] input = mutator.Damage(random, corpus, corpus[random.Next(from, corpus.Count)]);
            if (One(done, input) && kept++ < MaxKept)
            {
                corpus.Add(input);
            }
        }

        return new FuzzReport(done, outcomes, seen.Count(b => b != 0), corpus, mostAllocated, slowest);
    }

    /// <summary>Runs one input. True when it showed something new.</summary>
    private bool One(long number, byte[] input)
    {
        before?.Invoke(input);
        CoverageMap.Clear();
        long allocated = GC.GetAllocatedBytesForCurrentThread();
        long start = Stopwatch.GetTimestamp();
        Exception? refused = null;
        try
        {
            target.Run(input);
        }
        catch (Exception thrown) when (target.Allowed.Contains(thrown.GetType()))
        {
            refused = thrown;
        }
        catch (Exception thrown) when (thrown is not FuzzFindingException)
        {
            throw new FuzzFindingException(target.Name, seed, number, input, $"threw {thrown.GetType().Name}", thrown);
        }

        TimeSpan took = Stopwatch.GetElapsedTime(start);
        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        slowest = took > slowest ? took : slowest;
        mostAllocated = Math.Max(allocated, mostAllocated);
        return took > MaxTime ? throw new FuzzFindingException(target.Name, seed, number, input, $"took {took.TotalSeconds:F0} s", null)
            : allocated > target.MaxAllocated ? throw new FuzzFindingException(target.Name, seed, number, input, $"allocated {allocated} bytes", null)
            : CoverageMap.IsOn ? Count(Short(refused)) | CoverageMap.AddTo(seen) : Count(Long(refused));
    }

    private bool Count(string outcome)
    {
        int before = outcomes.GetValueOrDefault(outcome);
        outcomes[outcome] = before + 1;
        return before == 0;
    }

    // A text for each case would cost more than most parsers do.
    private static string Short(Exception? refused) => refused switch
    {
        null => "read",
        RefusedException code => Enum.GetName(code.Code) ?? "?",
        _ => refused.GetType().Name,
    };

    private static string Long(Exception? refused) => refused switch
    {
        null => "read",
        RefusedException code => Numbers().Replace($"{code.Code}: {code.Detail}", "#"),
        _ => Numbers().Replace($"{refused.GetType().Name}: {refused.Message}", "#"),
    };

    [GeneratedRegex("[0-9a-fA-F]*[0-9][0-9a-fA-F]*")]
    private static partial Regex Numbers();
}
