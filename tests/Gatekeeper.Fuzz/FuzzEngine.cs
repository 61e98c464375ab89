using System.Diagnostics;
using System.Text.RegularExpressions;
using Gatekeeper.Release;

namespace Gatekeeper.Fuzz;

/// <summary>Runs a target. Inputs that show an outcome not seen before join the corpus, so the damage works its way inwards.</summary>
public static partial class FuzzEngine
{
    private const int MaxKept = 500;
    private static readonly TimeSpan MaxTime = TimeSpan.FromSeconds(10);

    /// <summary>Runs the corpus as it is, then <paramref name="cases"/> damaged inputs, or until <paramref name="until"/> says stop.</summary>
    /// <exception cref="FuzzFindingException">A parser threw what it may not, took too long or allocated too much.</exception>
    public static FuzzReport Run(FuzzTarget target, int seed, int cases, Func<bool>? until = null)
    {
        List<byte[]> corpus = [.. target.Corpus()];
        if (corpus.Count == 0)
        {
            throw new InvalidOperationException($"{target.Name} has no corpus");
        }

        var outcomes = new Dictionary<string, int>();
        for (int i = 0; i < corpus.Count; i++)
        {
            Count(outcomes, One(target, seed, i - corpus.Count, corpus[i]));
        }

        int kept = 0;
        int done = 0;
        for (; done < cases && until?.Invoke() != true; done++)
        {
            var random = new Random(unchecked((seed * 1_000_003) + done));
            byte[] input = new Mutator(random, corpus, target.Words).Damage(corpus[random.Next(corpus.Count)]);
            if (Count(outcomes, One(target, seed, done, input)) && kept++ < MaxKept)
            {
                corpus.Add(input);
            }
        }

        return new FuzzReport(done, outcomes);
    }

    private static string One(FuzzTarget target, int seed, int number, byte[] input)
    {
        long allocated = GC.GetAllocatedBytesForCurrentThread();
        long start = Stopwatch.GetTimestamp();
        string outcome = "read";
        try
        {
            target.Run(input);
        }
        catch (Exception thrown) when (target.Allowed.Contains(thrown.GetType()))
        {
            outcome = thrown is RefusedException refused ? $"{refused.Code}: {refused.Detail}" : $"{thrown.GetType().Name}: {thrown.Message}";
        }
        catch (Exception thrown) when (thrown is not FuzzFindingException)
        {
            throw new FuzzFindingException(target.Name, seed, number, input, $"threw {thrown.GetType().Name}", thrown);
        }

        TimeSpan took = Stopwatch.GetElapsedTime(start);
        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        return took > MaxTime ? throw new FuzzFindingException(target.Name, seed, number, input, $"took {took.TotalSeconds:F0} s", null)
            : allocated > target.MaxAllocated ? throw new FuzzFindingException(target.Name, seed, number, input, $"allocated {allocated} bytes", null)
            : Numbers().Replace(outcome, "#");
    }

    private static bool Count(Dictionary<string, int> outcomes, string outcome)
    {
        outcomes[outcome] = outcomes.GetValueOrDefault(outcome) + 1;
        return outcomes[outcome] == 1;
    }

    [GeneratedRegex("[0-9a-fA-F]*[0-9][0-9a-fA-F]*")]
    private static partial Regex Numbers();
}
