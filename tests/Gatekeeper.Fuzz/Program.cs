using System.Globalization;
using Gatekeeper;
using Gatekeeper.Fuzz;
using Gatekeeper.Fuzz.Coverage;

// Gatekeeper.Fuzz SECONDS [TARGET...] [--cases N] [--seed N] [--keep]   all targets, or those named, share the seconds
// Gatekeeper.Fuzz repro TARGET FILE                                     runs one input, not instrumented
// Gatekeeper.Fuzz record                                                what all runs did, as a table
string[] names = [.. args.Where((arg, i) => !arg.StartsWith("--", StringComparison.Ordinal) && (i == 0 || args[i - 1] is not ("--cases" or "--seed")))];
if (names is ["record"])
{
    FuzzRecord.Print(FuzzTargets.All);
    return 0;
}

if (names is ["repro", string wanted, string file] && FuzzTargets.All.FirstOrDefault(t => t.Name == wanted) is { } one)
{
    try
    {
        byte[] input = File.ReadAllBytes(file);
        _ = one.Corpus(); // what is made once must not count for this input
        FuzzReport report = FuzzEngine.Run(one with { Corpus = () => [input] }, 0, 0);
        Console.WriteLine($"{string.Join(", ", report.Outcomes.Keys)}: {report.MostAllocated} bytes, {report.Slowest.TotalMilliseconds:F1} ms");
        return 0;
    }
    catch (FuzzFindingException finding)
    {
        Console.WriteLine($"FOUND   {finding.Message}\n{finding.InnerException}");
        return 1;
    }
}

FuzzTarget[] targets = [.. FuzzTargets.All.Where(t => names.Length < 2 || names.Skip(1).Contains(t.Name))];
if (names.Length == 0 || !double.TryParse(names[0], CultureInfo.InvariantCulture, out double seconds) || seconds <= 0 || (names.Length > 1 && targets.Length != names.Length - 1))
{
    Console.Error.WriteLine($"error: how many seconds, then targets\nhint: targets are {string.Join(' ', FuzzTargets.All.Select(t => t.Name))}");
    return 2;
}

if (InstrumentedCopy.IsThis())
{
    int seed = Option("--seed") is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : Environment.TickCount;
    long cases = Option("--cases") is { } many ? long.Parse(many, CultureInfo.InvariantCulture) : long.MaxValue;
    return new FuzzRun(targets, seconds, cases, seed, args.Contains("--keep")).Run() == 0 ? 0 : 1;
}

string folder = Path.Combine(RepositoryRoot.Path, "out", "fuzz", $"instrumented-{Environment.ProcessId}");
int code = InstrumentedCopy.Run(folder, args);
if (code is not (0 or 1) && File.Exists(FuzzRun.CurrentPath(folder)))
{
    // It died of an input, or was ended because one took too long.
    FuzzRun.Report(File.ReadAllText(FuzzRun.CurrentPath(folder) + ".target"), CurrentInput.Read(FuzzRun.CurrentPath(folder)), $"the process ended with {code}");
}

Directory.Delete(folder, recursive: true);
return code;

string? Option(string name) => Array.IndexOf(args, name) is >= 0 and int at && at + 1 < args.Length ? args[at + 1] : null;
