using System.Diagnostics;
using System.Globalization;
using Gatekeeper.Fuzz;

// Fuzzes for as long as asked: dotnet run -c Release --project tests/Gatekeeper.Fuzz MINUTES [TARGET] [SEED]
if (args.Length is < 1 or > 3 || !double.TryParse(args[0], CultureInfo.InvariantCulture, out double minutes))
{
    Console.Error.WriteLine($"error: how many minutes, then a target or all, then a seed\nhint: targets are {string.Join(' ', FuzzTargets.All.Select(t => t.Name))}");
    return 2;
}

FuzzTarget[] targets = [.. FuzzTargets.All.Where(t => args.Length < 2 || args[1] == "all" || t.Name == args[1])];
int seed = args.Length > 2 ? int.Parse(args[2], CultureInfo.InvariantCulture) : Environment.TickCount;
foreach (FuzzTarget target in targets)
{
    long start = Stopwatch.GetTimestamp();
    try
    {
        FuzzReport report = FuzzEngine.Run(target, seed, int.MaxValue, () => Stopwatch.GetElapsedTime(start).TotalMinutes > minutes / targets.Length);
        Console.WriteLine($"ok      {target.Name}: {report.Cases} cases, {report.Outcomes.Count} outcomes, seed {seed}");
    }
    catch (FuzzFindingException finding)
    {
        string path = Path.Combine(Path.GetTempPath(), $"{target.Name}-{seed}.bin");
        File.WriteAllBytes(path, [.. finding.Input]);
        Console.WriteLine($"FOUND   {finding.Message}\n        input: {path}\n{finding.InnerException}");
        return 1;
    }
}

return targets.Length > 0 ? 0 : 2;
