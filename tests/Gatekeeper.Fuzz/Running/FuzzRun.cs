using System.Diagnostics;
using System.Globalization;

namespace Gatekeeper.Fuzz;

/// <summary>One run of several targets, in turn, that share the time.</summary>
/// <param name="targets">The targets.</param>
/// <param name="seconds">For all of them together.</param>
/// <param name="cases">Inputs of one target at most.</param>
/// <param name="seed">Of each.</param>
/// <param name="keep">Replaces what the repository keeps as corpus.</param>
internal sealed class FuzzRun(IReadOnlyList<FuzzTarget> targets, double seconds, long cases, int seed, bool keep)
{
    private static readonly string Out = Path.Combine(RepositoryRoot.Path, "out", "fuzz");

    /// <summary>Where the input lies that is being run, by the folder of the instrumented copy; the target's name lies beside it.</summary>
    public static string CurrentPath(string folder) => Path.Combine(folder, "current");

    /// <summary>Runs each target for its share. Returns the number of findings.</summary>
    public int Run()
    {
        Console.WriteLine("| target | executions | a second | edges | corpus | most allocated | slowest |\n|---|---|---|---|---|---|---|");
        return targets.Count(target => !One(target));
    }

    private bool One(FuzzTarget target)
    {
        long start = Stopwatch.GetTimestamp();
        string path = CurrentPath(AppContext.BaseDirectory);
        File.WriteAllText(path + ".target", target.Name);
        using var current = new CurrentInput(path);
        long done = 0;
        try
        {
            FuzzReport report = FuzzEngine.Run(target, seed, cases, Late, [.. CorpusStore.Load(target), .. CorpusStore.LoadLocal(target)], current.Set);
            double took = Stopwatch.GetElapsedTime(start).TotalSeconds;
            IReadOnlyList<byte[]> minimal = FuzzEngine.Minimize(target, report.Corpus);
            CorpusStore.SaveLocal(target, minimal);
            if (keep)
            {
                CorpusStore.Keep(target, minimal);
            }

            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"| {target.Name} | {report.Cases} | {report.Cases / took:F0} | {report.Edges} | {minimal.Count} | {report.MostAllocated / 1024} KiB | {report.Slowest.TotalMilliseconds:F1} ms |"));
            FuzzRecord.Add(target, report.Cases, took, report.Edges, minimal.Count, findings: 0);
            return true;
        }
        catch (FuzzFindingException finding)
        {
            Report(target.Name, [.. finding.Input], $"{finding.Message}\n{finding.InnerException}");
            FuzzRecord.Add(target, done, Stopwatch.GetElapsedTime(start).TotalSeconds, 0, 0, findings: 1);
            return false;
        }

        bool Late()
        {
            done++;
            return done % 64 == 0 && Stopwatch.GetElapsedTime(start).TotalSeconds > seconds / targets.Count;
        }
    }

    /// <summary>Writes a finding down and says how to see it again.</summary>
    public static void Report(string target, byte[] input, string what)
    {
        string folder = Directory.CreateDirectory(Path.Combine(Out, target)).FullName;
        string path = Path.Combine(folder, CorpusStore.NameOf(input));
        File.WriteAllBytes(path, input);
        Console.WriteLine($"FOUND   {what}\n        reproduce: dotnet run --project tests/Gatekeeper.Fuzz -- repro {target} {Path.GetRelativePath(RepositoryRoot.Path, path)}");
    }
}
